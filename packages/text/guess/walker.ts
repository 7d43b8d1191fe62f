import { type Filter, filterShift, hashOfPair, mayHave } from '../matcher/filter.ts';
import { childFrom, childOf, type Trie } from '../matcher/trie.ts';
import type { View } from '../normalise/view.ts';
import { BIT, type StageMask } from '../stage.ts';
import { initialsHash, mayBegin } from './begins.ts';
import { FIRST_BOPOMOFO, LAST_BOPOMOFO } from './bopomofo.ts';
import { Latin, type Word } from './latin.ts';
import { mayBeNear } from './near.ts';
import { MAX_INITIALS } from './pairs.ts';
import { BARE, judge, type Step } from './path.ts';
import { isKana, isSoundOfLookAlike, isUnused, sounds } from './sound.ts';
import type { Starts } from './starts.ts';
import type { Surroundings } from './surroundings.ts';
import { heardSlot } from './threes.ts';

/** What a guess is made with: terms by sound, and each term as symbols. */
export type HeardTerms = {
  heard: Trie;
  heardTerm: Uint32Array;
  starts: Starts;
  near: Filter;
  mask: StageMask;
  /** Terms by length, see `path.ts`. */
  crowd: Uint32Array;
  /** The symbols and runs of a term. */
  termView(term: number): View;
};

/** Told of a guess: term, first and last unit of the text and its stages. */
export type Found = (term: number, start: number, end: number, mask: StageMask) => void;

/** Terms longer than this are not guessed at. */
export const MAX_GUESSED = 24;
/** Steps through the terms that one message may cost: well under 1 ms. */
const BUDGET = 10_000;
/** What holding a way against a term costs beside a step. */
const JUDGING = 8;
/** What looking for parts written twice costs beside a step. */
const REPEATED = 4;
/** How digits are read aloud. */
const DIGITS = ['ling dong', 'yi yao', 'er liang', 'san', 'si', 'wu', 'liu', 'qi guai', 'ba fa', 'jiu gou'];
/** The letter whose syllables a letter stands for, itself for most: V for 微. */
const alsoInitial = (letter: number): number => (letter === 118 ? 119 : letter);
export const NO_SOUNDS: readonly number[] = [];
/** Of one or two sounds, which are looked up only once filters say that a term may go on, or end, with them. */
const UNRESOLVED = 0;
const NOWHERE = -1;
/** Initials that a term may begin with where characters follow. */
const MAX_LEADING = 2;

/**
 * Goes through the terms as a text may be read. The text is a lattice: from each place on, several readings lead to
 * later places (a character, its sounds, what it looks like or is a part of, a syllable, an initial), and a term is a
 * way through it.
 */
export class Walker {
  readonly latin = new Latin();
  readonly #terms: HeardTerms;
  readonly #sounds = sounds();
  readonly #steps: Step[] = Array.from({ length: MAX_GUESSED + 1 }, () => ({
    kind: 'unit',
    unit: 0,
    unitEnd: 0,
    whole: 0,
  }));
  /** Symbols of the terms that the way took, by depth. */
  readonly #path = new Uint16Array(MAX_GUESSED + 1);
  readonly #heardShift: number;
  readonly #pairShift: number;
  readonly #initialsShift: number;
  readonly #digits: readonly (readonly number[])[];
  /** Whether the way has a character that only might stand for what is meant, see `mayStandFor`. */
  #isVague = false;
  #view!: View;
  #around!: Surroundings;
  #found!: Found;
  /** Steps that are left; at 0 the rest of the text stays unread. */
  budget = 0;

  constructor(terms: HeardTerms) {
    this.#terms = terms;
    this.#heardShift = filterShift(terms.starts.three.heard.filter);
    this.#pairShift = filterShift(terms.heard.pairs);
    this.#initialsShift = filterShift(terms.starts.initials);
    const { bySyllable } = this.#sounds;
    this.#digits = DIGITS.map((names) => names.split(' ').map((name) => bySyllable.get(name) as number));
  }

  /** Turns to another text, with a full budget. */
  begin(view: View, around: Surroundings, found: Found): void {
    this.#view = view;
    this.#around = around;
    this.#found = found;
    this.budget = BUDGET;
    this.latin.clear();
  }

  /** Sounds of a digit that stands at a unit. */
  digitsAt(unit: number): readonly number[] {
    const code = this.#view.text.charCodeAt(this.#view.start[unit] as number);
    return code >= 48 && code <= 57 ? (this.#digits[code - 48] as readonly number[]) : NO_SOUNDS;
  }

  /** Goes on from `count` units read as they stand or by sound or shape, at a node of the terms. */
  enter(node: number, from: number, count: number, ends: boolean, goesOn: boolean): void {
    for (let k = 0; k < count; k++) this.#note(k, 'unit', from + k, from + k + 1, 0);
    if (ends) this.#end(node, count);
    if (goesOn) this.walk(node, from + count, count);
  }

  /** Follows every reading of the text from a unit on, below a node of the terms. */
  walk(node: number, unit: number, depth: number): void {
    if (unit >= this.#view.length || depth >= MAX_GUESSED) return;
    const { usual, second } = this.#sounds;
    const { mask } = this.#terms;
    const symbol = this.#view.symbol[unit] as number;
    const one = usual[symbol] as number;
    this.#step(node, one || symbol, 'unit', unit, unit + 1, 0, depth);
    if (one !== 0) {
      const two = second[symbol] as number;
      if (two !== 0) this.#step(node, two, 'unit', unit, unit + 1, 0, depth);
      if (mask & BIT.lookalike && (depth > 2 || this.#isSpelled(depth)) && this.budget > 0)
        this.#alike(node === UNRESOLVED ? this.#resolved(depth) : node, symbol, unit, depth);
    }
    if (mask & BIT.split) this.#split(node, unit, depth);
    if (one !== 0) return;
    if (mask & BIT.lookalike && depth > 2 && isKana(symbol)) this.#alike(node, symbol, unit, depth);
    if (mask & (BIT.homophone | BIT.numeral))
      for (const sound of this.digitsAt(unit)) this.#step(node, sound, 'unit', unit, unit + 1, 0, depth);
    const word = isLetter(symbol) || symbol > 0x7f ? this.latin.wordAt(unit) : undefined;
    if (!word) return;
    if (mask & BIT.pinyin && this.latin.begins(word.first)) this.walkLetters(node, word.first, word, depth);
    if (
      mask & BIT.initial &&
      word.last - word.first <= MAX_INITIALS &&
      (depth > 2 || (depth === 0 ? this.#mayLead(word) : this.#mayBeInitials(word, depth)))
    )
      this.walkInitials(node, word.first, word, depth);
  }

  /** Whether one or two initials may be how a term begins, in a small lexicon: right before two characters. */
  #mayLead({ first, last, unitEnd }: Word): boolean {
    const { start, end } = this.#view;
    return (
      this.#terms.starts.blindThree &&
      last - first <= MAX_LEADING &&
      end[unitEnd - 1] === start[unitEnd] &&
      this.#around.one(unitEnd) !== 0 &&
      this.#around.one(unitEnd + 1) !== 0
    );
  }

  /** Whether initials may go on behind the first one or two characters, which must then be the term's own. */
  #mayBeInitials(word: Word, depth: number): boolean {
    const { near, starts } = this.#terms;
    const first = this.#spokenAt(0);
    if (first === 0) return true;
    if (depth === 2) {
      const next = this.#spokenAt(1);
      return next === 0 || mayBeNear(near, first, next);
    }
    const second = initialAt(this.latin, word.first);
    const third = word.last - word.first > 1 ? initialAt(this.latin, word.first + 1) : 0;
    return mayHave(starts.initials, this.#initialsShift, initialsHash(first, second, third));
  }

  /** The character that a step takes as it stands, or makes up; 0 where it is something else. */
  #spokenAt(depth: number): number {
    const { kind, unit, whole } = this.#steps[depth] as Step;
    const symbol = kind === 'split' ? whole : kind === 'unit' ? (this.#view.symbol[unit] as number) : 0;
    return this.#sounds.usual[symbol] === 0 ? 0 : symbol;
  }

  /** Reads letters as syllables from a letter position on. */
  walkLetters(node: number, position: number, word: Word, depth: number): void {
    if (depth >= MAX_GUESSED) return;
    const { latin } = this;
    latin.syllables(position, word, (sound, end, isNear) => {
      const next = this.#next(node, sound, depth);
      if (next === NOWHERE) return;
      const from = latin.unitAt(position);
      const to = end === word.last ? word.unitEnd : latin.unitAt(end - 1) + 1;
      this.#path[depth] = sound;
      this.#note(depth, 'pinyin', from, to, isNear ? 1 : 0);
      this.#end(next, depth + 1);
      if (end === word.last) this.walk(next, word.unitEnd, depth + 1);
      else this.walkLetters(next, end, word, depth + 1);
    });
  }

  /** Reads the rest of a word letter by letter as initials: all of it, or none. */
  walkInitials(node: number, position: number, word: Word, depth: number): void {
    if (depth >= MAX_GUESSED || this.budget <= 0) return;
    const letter = this.latin.letter(position);
    this.#walkInitial(node, letter, position, word, depth);
    const other = alsoInitial(letter);
    if (other !== letter) this.#walkInitial(node, other, position, word, depth);
  }

  #walkInitial(node: number, letter: number, position: number, word: Word, depth: number): void {
    const { heard } = this.#terms;
    const { firstOf } = this.#sounds;
    if (node === UNRESOLVED) node = this.#resolved(depth);
    const unit = this.latin.unitAt(position);
    const last = position + 1 === word.last;
    const until = firstOf[letter + 1] as number;
    for (
      let child = childFrom(heard, node, firstOf[letter] as number);
      child < (heard.children[node + 1] as number) && (heard.symbol[child] as number) < until;
      child++
    ) {
      if (--this.budget <= 0) return;
      this.#path[depth] = heard.symbol[child] as number;
      this.#note(depth, 'initial', unit, unit + 1, 0);
      if (last) {
        this.#end(child, depth + 1);
        this.walk(child, word.unitEnd, depth + 1);
      } else this.walkInitials(child, position + 1, word, depth + 1);
    }
  }

  /** Whether the first one or two characters of the way are spelled or taken apart, in a small lexicon. */
  #isSpelled(depth: number): boolean {
    if (depth === 0 || !this.#terms.starts.blindThree) return false;
    return (
      (this.#steps[depth - 1] as Step).kind !== 'unit' || (depth === 2 && this.#steps[0]?.kind !== 'unit')
    );
  }

  #alike(node: number, symbol: number, unit: number, depth: number): void {
    const { heard } = this.#terms;
    const { usual, second } = this.#sounds;
    const last = heard.children[node + 1] as number;
    const wasVague = this.#isVague;
    // What belongs where it stands stands for nothing else.
    const mayBeVague =
      isUnused(symbol) || ((!wasVague || this.#terms.starts.blindThree) && this.#around.boundAt(unit) === 0);
    for (let child = heard.children[node] as number; child < last && this.budget > 0; child++) {
      this.budget--;
      const sound = heard.symbol[child] as number;
      if (sound === usual[symbol] || sound === second[symbol]) continue;
      const isAlike = isSoundOfLookAlike(symbol, sound);
      if (!isAlike && !mayBeVague) continue;
      this.#isVague = wasVague || !isAlike;
      this.#enter(child, 'unit', unit, unit + 1, 0, depth);
    }
    this.#isVague = wasVague;
  }

  #split(node: number, unit: number, depth: number): void {
    if (!this.#around.isSplit(unit)) return;
    const around = this.#around;
    this.#wholes(node, around.wholesAt(unit, 2), unit, unit + 2, depth);
    this.#wholes(node, around.wholesAt(unit, 3), unit, unit + 3, depth);
    if (!this.#view.hasRuns) return;
    this.budget -= REPEATED;
    if (this.budget <= 0) return;
    this.#wholes(node, around.repeatedAt(unit, 1), unit, unit + 1, depth);
    this.#wholes(node, around.repeatedAt(unit, 2), unit, unit + 2, depth);
  }

  #wholes(node: number, some: string, from: number, to: number, depth: number): void {
    const { usual } = this.#sounds;
    for (let k = 0; k < some.length; k++) {
      const whole = some.charCodeAt(k);
      this.#step(node, (usual[whole] as number) || whole, 'split', from, to, whole, depth);
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
    const next = this.#next(node, sound, depth);
    if (next === NOWHERE) return;
    this.#path[depth] = sound;
    this.#enter(next, kind, from, to, whole, depth);
  }

  /** Whether any term goes on with a sound as its second or third: asked of filters, as most ways end there. */
  #mayFollow(sound: number, depth: number): boolean {
    const { heard } = this.#terms;
    const { begins, blindThree, three } = this.#terms.starts;
    const one = this.#path[0] as number;
    const two = this.#path[1] as number;
    if (depth === 1)
      return mayBegin(begins, one, sound) ?? mayHave(heard.pairs, this.#pairShift, hashOfPair(one, sound));
    if (blindThree) return true;
    return mayHave(three.heard.filter, this.#heardShift, heardSlot(one, two, sound));
  }

  #enter(node: number, kind: Step['kind'], from: number, to: number, whole: number, depth: number): void {
    this.#note(depth, kind, from, to, whole);
    this.#end(node, depth + 1);
    this.walk(node, to, depth + 1);
  }

  /** Node that a sound leads to, `UNRESOLVED` for the first and second, or `NOWHERE`. */
  #next(node: number, sound: number, depth: number): number {
    if (--this.budget <= 0) return NOWHERE;
    const { heard } = this.#terms;
    if (depth === 0) return heard.first[sound] === 0 ? NOWHERE : UNRESOLVED;
    if (depth < 3 && !this.#mayFollow(sound, depth)) return NOWHERE;
    if (node === UNRESOLVED && depth === 1) return UNRESOLVED;
    const from = node === UNRESOLVED ? this.#resolved(depth) : node;
    return (from !== 0 && childOf(heard, from, sound)) || NOWHERE;
  }

  /** Node behind the first none, one or two sounds of the way, 0 where no term has them. */
  #resolved(depth: number): number {
    const { heard } = this.#terms;
    if (depth === 0) return 0;
    const first = heard.first[this.#path[0] as number] as number;
    return depth === 1 || first === 0 ? first : childOf(heard, first, this.#path[1] as number);
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
    // No term of one character is guessed at.
    if (count === 1 || (count === 2 && !this.#mayBeOfTwo())) return;
    const group = heard.group[node === UNRESOLVED ? this.#resolved(count) : node] as number;
    if (group === 0) return;
    for (let m = heard.groupStart[group - 1] as number; m < (heard.groupStart[group] as number); m++) {
      this.budget -= JUDGING;
      if (this.budget <= 0) return;
      const term = heardTerm[heard.members[m] as number] as number;
      const needs = judge(this.#view, this.#steps, count, termView(term), crowd);
      if (needs <= 0 || (needs & ~mask) !== 0 || !this.#isWhole(count)) continue;
      this.#found(term, (this.#steps[0] as Step).unit, (this.#steps[count - 1] as Step).unitEnd - 1, needs);
    }
  }

  /** Whether the way may be a term of two: what `judge` would say no to in any case is not looked up. */
  #mayBeOfTwo(): boolean {
    const { starts, near } = this.#terms;
    const first = (this.#steps[0] as Step).kind;
    const second = (this.#steps[1] as Step).kind;
    if (first === 'initial' || second === 'initial') return false;
    // A short term is taken apart, and nothing else.
    if (first === 'split' || second === 'split')
      return (
        this.#spokenAt(0) * this.#spokenAt(1) === 0 || mayBeNear(near, this.#spokenAt(0), this.#spokenAt(1))
      );
    if (!starts.crowdedTwo) return true;
    return this.#view.length <= (first === 'pinyin' || second === 'pinyin' ? 2 * BARE : BARE);
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
      const { words } = this.latin;
      if (!words.some((word, w) => w < this.latin.count && word[at] === step[at])) return false;
    }
    return true;
  }
}

/** The initial that a letter stands for, w for v. */
const initialAt = (latin: Latin, position: number): number => alsoInitial(latin.letter(position));

/** Whether a symbol is a Latin letter, or one of Bopomofo. */
export const isLetter = (code: number): boolean =>
  (code >= 97 && code <= 122) || (code >= FIRST_BOPOMOFO && code <= LAST_BOPOMOFO);
