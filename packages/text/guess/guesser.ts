import { CLASSES, characters, classesOf, FIRST, LAST } from '../data/characters.ts';
import { MAX_GUESSED } from '../engine/compile.ts';
import { childOf, type Trie } from '../matcher/trie.ts';
import type { View } from '../normalise/view.ts';
import { BIT, type StageMask } from '../stage.ts';
import { addInitial, Filter, KIND, MAX_INITIALS, MIN_INITIALS } from './filter.ts';
import { Latin, type Word } from './latin.ts';
import { isBoundRight } from './nature.ts';
import { judge, type Step } from './path.ts';
import { isSoundOfLookAlike, SOUND, sounds, soundsOfClass } from './sound.ts';

/** What a guess is made with: terms by sound, the filter before them, and each term as symbols. */
export type GuessTerms = {
  heard: Trie;
  heardTerm: Uint32Array;
  filter: Uint32Array;
  mask: StageMask;
  /** Terms by length, see `path.ts`. */
  crowd: Uint32Array;
  termView(term: number): View;
};

/** Told of a guess: term, first and last unit of the text and its stages. */
export type Found = (term: number, start: number, end: number, mask: StageMask) => void;

/** Steps through the terms that one message may cost: well under 1 ms. */
const BUDGET = 10_000;
/** How digits are read aloud. */
const DIGITS = ['ling dong', 'yi yao', 'er liang', 'san', 'si', 'wu', 'liu', 'qi guai', 'ba fa', 'jiu gou'];
/** Letters that stand for another letter's syllables: V for 微. */
const ALSO_INITIAL: Readonly<Record<number, number>> = { 118: 119 };
const NO_SOUNDS: readonly number[] = [];

/**
 * Looks for terms of which characters were exchanged for others that sound or look the same, taken apart, or spelled.
 * The text is a lattice: from each place on, several readings lead to later places, and a term is a way through it.
 * The filter says where a way may begin; most texts are done with it.
 */
export class Guesser {
  readonly #terms: GuessTerms;
  readonly #latin = new Latin();
  readonly #sounds = sounds();
  readonly #characters = characters();
  readonly #steps: Step[] = Array.from({ length: MAX_GUESSED + 1 }, () => ({
    kind: 'unit',
    unit: 0,
    unitEnd: 0,
    whole: 0,
  }));
  readonly #digits: readonly (readonly number[])[];
  readonly #filter: Filter;
  /** 1 for each symbol that belongs where it stands. */
  #bound = new Uint8Array(256);
  #view!: View;
  #found!: Found;
  #budget = 0;

  constructor(terms: GuessTerms) {
    this.#terms = terms;
    this.#filter = new Filter(terms.filter);
    const { bySyllable } = this.#sounds;
    this.#digits = DIGITS.map((names) => names.split(' ').map((name) => bySyllable.get(name) as number));
  }

  /** Looks through a text; false where it cost more than it may and was left half read. */
  run(view: View, letters: boolean, found: Found): boolean {
    this.#view = view;
    this.#found = found;
    this.#budget = BUDGET;
    this.#latin.words.length = 0;
    if (letters && this.#terms.mask & (BIT.pinyin | BIT.initial)) {
      this.#latin.read(view);
      this.#words();
    }
    this.#readBound();
    for (let i = 0; i + 1 < view.length && this.#budget > 0; i++) this.#begin(i);
    return this.#budget > 0;
  }

  #words(): void {
    for (const word of this.#latin.words) {
      const length = word.last - word.first;
      if (this.#terms.mask & BIT.pinyin)
        for (let k = word.first; k < word.last; k++)
          if (this.#latin.begins(k)) this.#walkLetters(0, k, word, 0);
      if (this.#terms.mask & BIT.initial && length >= MIN_INITIALS && length <= MAX_INITIALS) {
        let sum = 0;
        for (let k = word.first; k < word.last; k++) sum = addInitial(sum, this.#latin.letter(k));
        if (this.#filter.has(KIND.initials, sum, length, 0)) this.#walkInitials(0, word.first, word, 0);
      }
    }
  }

  /** Which symbols make a word with a neighbour, or stand in any sentence. */
  #readBound(): void {
    const view = this.#view;
    const { functional } = this.#characters;
    if (this.#bound.length < view.length) this.#bound = new Uint8Array(2 * view.length);
    let left = false;
    for (let u = 0; u < view.length; u++) {
      const right = isBoundRight(view, u);
      this.#bound[u] = left || right || functional.has(view.symbol[u] as number) ? 1 : 0;
      left = right;
    }
  }

  /** Begins wherever the filter says that a term may. */
  #begin(i: number): void {
    const { symbol, length } = this.#view;
    const a = symbol[i] as number;
    const b = symbol[i + 1] as number;
    const { usual, second } = this.#sounds;
    const a1 = usual[a] as number;
    const b1 = usual[b] as number;
    if (a1 === 0 || b1 === 0) {
      if (this.#mayBeginMixed(i, a, b, a1, b1)) this.#walk(0, i, 0);
      return;
    }
    if (i + 2 < length) {
      const c = symbol[i + 2] as number;
      const c1 = usual[c] as number;
      if (c1 !== 0) {
        this.#three(i, a1, b1, c1);
        const a2 = second[a] as number;
        const b2 = second[b] as number;
        const c2 = second[c] as number;
        if (a2 !== 0) this.#three(i, a2, b1, c1);
        if (b2 !== 0) this.#three(i, a1, b2, c1);
        if (c2 !== 0) this.#three(i, a1, b1, c2);
        if (this.#terms.mask & BIT.lookalike) this.#threeByShape(i, a, b, c, a1, b1, c1);
      }
    }
    const bound = this.#bound;
    if (bound[i] === 0 || bound[i + 1] === 0) this.#beginTwo(i, a, b, a1, b1);
    if (this.#isSpelled(i + 2) || (this.#terms.mask & BIT.split && this.#isSplit(i))) this.#walk(0, i, 0);
  }

  /** Whether a digit or letters stand where a third character may be spelled. */
  #isSpelled(unit: number): boolean {
    if (unit >= this.#view.length || (this.#view.symbol[unit] as number) >= FIRST) return false;
    return this.#digitsAt(unit) !== NO_SOUNDS || this.#latin.words.length > 0;
  }

  #three(i: number, a: number, b: number, c: number): void {
    if ((this.#terms.heard.first[a] as number) !== 0 && this.#filter.has(KIND.sss, a, b, c))
      this.#enterThree(i, a, b, c);
  }

  #threeByShape(i: number, a: number, b: number, c: number, a1: number, b1: number, c1: number): void {
    const { classes, functional } = this.#characters;
    if (a < FIRST || a > LAST || b < FIRST || b > LAST || c < FIRST || c > LAST) return;
    const filter = this.#filter;
    const begins = (this.#terms.heard.first[a1] as number) !== 0;
    for (let k = 0, at = (a - FIRST) * CLASSES; k < CLASSES; k++) {
      const one = classes[at + k] as number;
      if (one === 0) break;
      if (filter.has(KIND.css, one, b1, c1) && !functional.has(a))
        for (const sound of soundsOfClass(one)) if (sound !== a1) this.#enterThree(i, sound, b1, c1);
    }
    if (!begins) return;
    for (let k = 0, at = (b - FIRST) * CLASSES; k < CLASSES; k++) {
      const one = classes[at + k] as number;
      if (one === 0) break;
      if (filter.has(KIND.scs, a1, one, c1) && !functional.has(b))
        for (const sound of soundsOfClass(one)) if (sound !== b1) this.#enterThree(i, a1, sound, c1);
    }
    for (let k = 0, at = (c - FIRST) * CLASSES; k < CLASSES; k++) {
      const one = classes[at + k] as number;
      if (one === 0) break;
      if (filter.has(KIND.ssc, a1, b1, one) && !functional.has(c))
        for (const sound of soundsOfClass(one)) if (sound !== c1) this.#enterThree(i, a1, b1, sound);
    }
  }

  /** Terms of two, of which a character that was exchanged makes no word where it stands. */
  #beginTwo(i: number, a: number, b: number, a1: number, b1: number): void {
    const { second } = this.#sounds;
    const filter = this.#filter;
    const shapes = (this.#terms.mask & BIT.lookalike) !== 0;
    const looseA = this.#bound[i] === 0;
    const looseB = this.#bound[i + 1] === 0;
    if (looseB) {
      const b2 = second[b] as number;
      if (filter.has(KIND.es, a, b1, 0)) this.#enterTwo(i, a1, b1);
      if (b2 !== 0 && filter.has(KIND.es, a, b2, 0)) this.#enterTwo(i, a1, b2);
      if (shapes)
        for (const two of classesOf(b)) {
          if (two === 0) break;
          if (filter.has(KIND.ec, a, two, 0))
            for (const sound of soundsOfClass(two)) this.#enterTwo(i, a1, sound);
        }
    }
    if (looseA) {
      const a2 = second[a] as number;
      if (filter.has(KIND.se, a1, b, 0)) this.#enterTwo(i, a1, b1);
      if (a2 !== 0 && filter.has(KIND.se, a2, b, 0)) this.#enterTwo(i, a2, b1);
      if (shapes)
        for (const one of classesOf(a)) {
          if (one === 0) break;
          if (filter.has(KIND.ce, one, b, 0))
            for (const sound of soundsOfClass(one)) this.#enterTwo(i, sound, b1);
        }
    }
    if (looseA && looseB) this.#bothExchanged(i, a, b, a1, b1, shapes);
  }

  #bothExchanged(i: number, a: number, b: number, a1: number, b1: number, shapes: boolean): void {
    const filter = this.#filter;
    if (filter.has(KIND.ss, a1, b1, 0)) this.#enterTwo(i, a1, b1);
    if (!shapes) return;
    for (const one of classesOf(a)) {
      if (one === 0) break;
      if (filter.has(KIND.cs, one, b1, 0))
        for (const sound of soundsOfClass(one)) this.#enterTwo(i, sound, b1);
      for (const two of classesOf(b)) {
        if (two === 0) break;
        if (!filter.has(KIND.cc, one, two, 0)) continue;
        for (const sound of soundsOfClass(one))
          for (const other of soundsOfClass(two)) this.#enterTwo(i, sound, other);
      }
    }
    for (const two of classesOf(b))
      if (two !== 0 && filter.has(KIND.sc, a1, two, 0))
        for (const sound of soundsOfClass(two)) this.#enterTwo(i, a1, sound);
  }

  #enterTwo(i: number, one: number, two: number): void {
    const first = this.#child(0, one);
    const next = first === 0 ? 0 : this.#child(first, two);
    if (next === 0 || this.#terms.heard.group[next] === 0) return;
    this.#note(0, 'unit', i, i + 1, 0);
    this.#note(1, 'unit', i + 1, i + 2, 0);
    this.#end(next, 2);
  }

  /** Goes on from three characters read by sound. */
  #enterThree(i: number, one: number, two: number, three: number): void {
    const first = this.#child(0, one);
    const next = first === 0 ? 0 : this.#child(first, two);
    const last = next === 0 ? 0 : this.#child(next, three);
    if (last === 0) return;
    for (let k = 0; k < 3; k++) this.#note(k, 'unit', i + k, i + k + 1, 0);
    this.#end(last, 3);
    this.#walk(last, i + 3, 3);
  }

  /** Where one of two neighbours is no Chinese character: a digit, a letter, or a term's own sign. */
  #mayBeginMixed(i: number, a: number, b: number, a1: number, b1: number): boolean {
    if (this.#terms.mask & BIT.split && this.#isSplit(i)) return true;
    if (a1 === 0 && b1 === 0) return false;
    if (this.#digitsAt(i) !== NO_SOUNDS || this.#digitsAt(i + 1) !== NO_SOUNDS) return true;
    if (this.#latin.words.length > 0 && (isLetter(a) || isLetter(b))) return true;
    // A sign of a term's own, such as the letter in a name.
    return (this.#terms.heard.first[a1 || a] as number) !== 0;
  }

  /** Whether two or three symbols from here, or from one of the next two on, make up another. */
  #isSplit(i: number): boolean {
    const { splits } = this.#characters;
    const { symbol, length } = this.#view;
    for (let at = i; at <= i + 2 && at + 1 < length; at++) {
      if (!isSplitStart(symbol[at] as number, symbol[at + 1] as number)) continue;
      const two = String.fromCharCode(symbol[at] as number, symbol[at + 1] as number);
      if (splits.has(two)) return true;
      if (at + 2 < length && splits.has(two + String.fromCharCode(symbol[at + 2] as number))) return true;
    }
    return false;
  }

  #digitsAt(unit: number): readonly number[] {
    const code = this.#view.text.charCodeAt(this.#view.start[unit] as number);
    return code >= 48 && code <= 57 ? (this.#digits[code - 48] as readonly number[]) : NO_SOUNDS;
  }

  /** Follows every reading of the text from a unit on, below a node of the terms. */
  #walk(node: number, unit: number, depth: number): void {
    if (unit >= this.#view.length || depth >= MAX_GUESSED) return;
    const { usual, second } = this.#sounds;
    const { mask } = this.#terms;
    const symbol = this.#view.symbol[unit] as number;
    const one = usual[symbol] as number;
    this.#step(node, one || symbol, 'unit', unit, unit + 1, 0, depth);
    if (one !== 0) {
      const two = second[symbol] as number;
      if (two !== 0) this.#step(node, two, 'unit', unit, unit + 1, 0, depth);
      if (mask & BIT.lookalike && depth > 2 && this.#budget > 0) this.#alike(node, symbol, unit, depth);
    }
    if (mask & BIT.split) this.#split(node, unit, depth);
    if (one !== 0) return;
    if (mask & (BIT.homophone | BIT.numeral))
      for (const sound of this.#digitsAt(unit)) this.#step(node, sound, 'unit', unit, unit + 1, 0, depth);
    const word = isLetter(symbol) || symbol > 0x7f ? this.#latin.wordAt(unit) : undefined;
    if (!word) return;
    if (mask & BIT.pinyin && this.#latin.begins(word.first)) this.#walkLetters(node, word.first, word, depth);
    if (mask & BIT.initial && depth > 0 && word.last - word.first <= MAX_INITIALS)
      this.#walkInitials(node, word.first, word, depth);
  }

  #alike(node: number, symbol: number, unit: number, depth: number): void {
    const { heard } = this.#terms;
    const { usual, second } = this.#sounds;
    const last = heard.children[node + 1] as number;
    for (let child = heard.children[node] as number; child < last; child++) {
      this.#budget--;
      const sound = heard.symbol[child] as number;
      if (sound === usual[symbol] || sound === second[symbol] || !isSoundOfLookAlike(symbol, sound)) continue;
      this.#enter(child, 'unit', unit, unit + 1, 0, depth);
    }
  }

  #split(node: number, unit: number, depth: number): void {
    const { symbol, length } = this.#view;
    const { splits } = this.#characters;
    const { usual } = this.#sounds;
    if (unit + 1 >= length || !isSplitStart(symbol[unit] as number, symbol[unit + 1] as number)) return;
    let parts = String.fromCharCode(symbol[unit] as number);
    for (let end = unit + 1; end < Math.min(unit + 3, length); end++) {
      parts += String.fromCharCode(symbol[end] as number);
      const wholes = splits.get(parts);
      if (wholes === undefined) continue;
      for (let k = 0; k < wholes.length; k++) {
        const whole = wholes.charCodeAt(k);
        this.#step(node, (usual[whole] as number) || whole, 'split', unit, end + 1, whole, depth);
      }
    }
  }

  #walkLetters(node: number, position: number, word: Word, depth: number): void {
    if (depth >= MAX_GUESSED) return;
    const { unit } = this.#latin;
    this.#latin.syllables(position, word, (sound, end) => {
      const next = this.#child(node, sound);
      if (next === 0) return;
      const from = unit[position] as number;
      const to = end === word.last ? word.unitEnd : (unit[end - 1] as number) + 1;
      this.#note(depth, 'pinyin', from, to, 0);
      this.#end(next, depth + 1);
      if (end === word.last) this.#walk(next, word.unitEnd, depth + 1);
      else this.#walkLetters(next, end, word, depth + 1);
    });
  }

  /** Reads the rest of a word letter by letter as initials: all of it, or none. */
  #walkInitials(node: number, position: number, word: Word, depth: number): void {
    if (depth >= MAX_GUESSED || this.#budget <= 0) return;
    const { heard } = this.#terms;
    const { initial } = this.#sounds;
    const letter = this.#latin.letter(position);
    const other = ALSO_INITIAL[letter];
    const unit = this.#latin.unit[position] as number;
    const last = position + 1 === word.last;
    for (let child = heard.children[node] as number; child < (heard.children[node + 1] as number); child++) {
      this.#budget--;
      const begins = initial[(heard.symbol[child] as number) - SOUND];
      if (begins === undefined || (begins !== letter && begins !== other)) continue;
      this.#note(depth, 'initial', unit, unit + 1, 0);
      if (last) {
        this.#end(child, depth + 1);
        this.#walk(child, word.unitEnd, depth + 1);
      } else this.#walkInitials(child, position + 1, word, depth + 1);
    }
  }

  #step(
    node: number,
    sound: number,
    kind: Step['kind'],
    from: number,
    to: number,
    whole: number,
    depth: number,
  ): void {
    const next = this.#child(node, sound);
    if (next !== 0) this.#enter(next, kind, from, to, whole, depth);
  }

  #enter(node: number, kind: Step['kind'], from: number, to: number, whole: number, depth: number): void {
    this.#note(depth, kind, from, to, whole);
    this.#end(node, depth + 1);
    this.#walk(node, to, depth + 1);
  }

  #child(node: number, sound: number): number {
    if (--this.#budget <= 0) return 0;
    const { heard } = this.#terms;
    return node === 0 ? (heard.first[sound] as number) : childOf(heard, node, sound);
  }

  #note(depth: number, kind: Step['kind'], unit: number, unitEnd: number, whole: number): void {
    const step = this.#steps[depth] as Step;
    step.kind = kind;
    step.unit = unit;
    step.unitEnd = unitEnd;
    step.whole = whole;
  }

  /** Reports the terms that end at a node, where the way there speaks for them. */
  #end(node: number, count: number): void {
    const { heard, heardTerm, mask, crowd, termView } = this.#terms;
    const group = heard.group[node] as number;
    if (group === 0) return;
    for (let m = heard.groupStart[group - 1] as number; m < (heard.groupStart[group] as number); m++) {
      this.#budget--;
      const term = heardTerm[heard.members[m] as number] as number;
      const needs = judge(this.#view, this.#steps, count, termView(term), crowd);
      if (needs <= 0 || (needs & ~mask) !== 0 || !this.#isWhole(count)) continue;
      this.#found(term, (this.#steps[0] as Step).unit, (this.#steps[count - 1] as Step).unitEnd - 1, needs);
    }
  }

  /** Short terms in pinyin are taken only where they are all of a word: in `women` nobody means one. */
  #isWhole(count: number): boolean {
    if (count > 2) return true;
    for (const [k, at] of [
      [0, 'unit'],
      [count - 1, 'unitEnd'],
    ] as const) {
      const step = this.#steps[k] as Step;
      if (step.kind !== 'pinyin') continue;
      if (!this.#latin.words.some((word) => word[at] === step[at])) return false;
    }
    return true;
  }
}

const isLetter = (code: number): boolean => code >= 97 && code <= 122;

let splitStarts: Uint8Array | undefined;

/** A quick look whether two symbols begin a split sequence. */
function isSplitStart(a: number, b: number): boolean {
  if (!splitStarts) {
    splitStarts = new Uint8Array(65_536);
    for (const parts of characters().splits.keys()) {
      const slot =
        (Math.imul(parts.charCodeAt(0), 0x9e3779b1) ^ Math.imul(parts.charCodeAt(1), 0x85ebca6b)) >>> 13;
      splitStarts[slot >> 3] = (splitStarts[slot >> 3] as number) | (1 << (slot & 7));
    }
  }
  const slot = (Math.imul(a, 0x9e3779b1) ^ Math.imul(b, 0x85ebca6b)) >>> 13;
  return ((splitStarts[slot >> 3] as number) & (1 << (slot & 7))) !== 0;
}
