import { FIRST } from '../data/characters.ts';
import type { View } from '../normalise/view.ts';
import { BIT } from '../stage.ts';
import type { Word } from './latin.ts';
import { slotOf } from './lists.ts';
import { addInitial, MAX_INITIALS, MIN_INITIALS, PAIR } from './pairs.ts';
import { Probe } from './probe.ts';
import type { Sieve } from './sieve.ts';
import { ENDS, GOES_ON, type Starts } from './starts.ts';
import { isLoose, type Surroundings } from './surroundings.ts';
import { type Found, type HeardTerms, isLetter, NO_SOUNDS, Walker } from './walker.ts';

/** Starts found last that are remembered, so that none is entered twice at one place. */
const MAX_TRIED = 64;
/** Places of one text at which a part of a character stands more than once. */
const MAX_REPEATED = 24;

/**
 * Looks for terms of which characters were exchanged for others that sound or look the same, taken apart, or spelled.
 * The probe says where a term may begin; the walker follows it from there.
 */
export class Guesser {
  readonly #terms: HeardTerms;
  readonly #starts: Starts;
  readonly #walker: Walker;
  readonly #probe: Probe;
  readonly #sieve: Sieve;
  readonly #around: Surroundings;
  readonly #splits: boolean;
  readonly #tried = new Uint32Array(MAX_TRIED);
  #triedCount = 0;
  #triedAt = -1;
  #view!: View;

  /** `sieve` has read a text before it is looked through here. */
  constructor(terms: HeardTerms, sieve: Sieve, around: Surroundings) {
    this.#terms = terms;
    this.#sieve = sieve;
    this.#around = around;
    this.#starts = terms.starts;
    this.#walker = new Walker(terms);
    this.#probe = new Probe(terms.starts, (terms.mask & BIT.lookalike) !== 0);
    this.#splits = (terms.mask & BIT.split) !== 0;
  }

  /** Looks through a text; false where it cost more than it may and was left half read. */
  run(view: View, letters: boolean, found: Found): boolean {
    const walker = this.#walker;
    const around = this.#around;
    this.#view = view;
    walker.begin(view, around, found);
    if (letters && this.#terms.mask & (BIT.pinyin | BIT.initial)) {
      const { latin } = walker;
      latin.read(view);
      for (let k = 0; k < latin.count; k++) this.#spelled(latin.words[k] as Word);
    }
    this.#triedAt = -1;
    const whole = this.#probe.run(view, around, this.#sieve, this.#enter);
    const few = !(view.hasRuns && this.#splits) || this.#repeated(view);
    const { odd, oddLength } = this.#sieve;
    for (let k = 0, next = 0; k < oddLength && walker.budget > 0; k++) {
      const last = Math.min(odd[k] as number, view.length - 2);
      for (let i = Math.max(next, (odd[k] as number) - 2); i <= last && walker.budget > 0; i++)
        if (this.#mayBegin(i)) walker.walk(0, i, 0);
      next = last + 1;
    }
    return whole && few && walker.budget > 0;
  }

  /**
   * Terms with a character taken apart of which a part stands there more than once: one symbol with a run. False where
   * there are more such places than are looked at.
   */
  #repeated({ run, length }: View): boolean {
    const walker = this.#walker;
    const around = this.#around;
    let any = false;
    // All are marked before the first is looked at: 又又木木 is two of them.
    for (let u = 0; u < length; u++) {
      if ((run[u] as number) < 2) continue;
      if (u > 0 && around.markRepeated(u - 1)) any = true;
      if (around.markRepeated(u)) any = true;
    }
    let left = MAX_REPEATED;
    for (let u = 0, next = 0; any && u < length; u++) {
      if ((run[u] as number) < 2) continue;
      const first = u > 0 && around.isSplit(u - 1) ? u - 1 : u;
      if (first === u && !around.isSplit(u)) continue;
      if (left-- === 0) return false;
      for (let i = Math.max(next, first - 2); i <= u && walker.budget > 0; i++) walker.walk(0, i, 0);
      next = u + 1;
    }
    return true;
  }

  /** A word of letters that is a term, or begins with one, in syllables or initials. */
  #spelled(word: Word): void {
    const { latin } = this.#walker;
    const length = word.last - word.first;
    if (this.#terms.mask & BIT.pinyin)
      for (let k = word.first; k < word.last; k++)
        if (latin.begins(k)) this.#walker.walkLetters(0, k, word, 0);
    if (this.#terms.mask & BIT.initial && length >= MIN_INITIALS && length <= MAX_INITIALS) {
      let sum = 0;
      for (let k = word.first; k < word.last; k++) sum = addInitial(sum, latin.letter(k));
      if (this.#probe.has(slotOf(PAIR.initials, sum, length)))
        this.#walker.walkInitials(0, word.first, word, 0);
    }
  }

  /** Follows a start that stands at a place; `exact` has a bit for each character that was left as it is. */
  readonly #enter = (i: number, start: number, exact: number): void => {
    const { chars, flags, node, blindThree } = this.#starts;
    const walker = this.#walker;
    if (walker.budget <= 0) return;
    if (chars[3 * start + 2] === 0) {
      if (!this.#isTried(i, start)) walker.enter(node[start] as number, i, 2, true, false);
      return;
    }
    // In a large lexicon more must be left, or what was exchanged must stick out.
    const single = !blindThree && (exact & (exact - 1)) === 0;
    if (single && !this.#around.isAnyUnbound(i)) return;
    const loose = isLoose(this.#around, i, exact);
    if (single && !loose) return;
    const flag = flags[start] as number;
    const ends = (flag & ENDS) !== 0 && (blindThree || loose);
    const goesOn = (flag & GOES_ON) !== 0;
    if ((ends || goesOn) && !this.#isTried(i, start)) walker.enter(node[start] as number, i, 3, ends, goesOn);
  };

  #isTried(i: number, start: number): boolean {
    const tried = this.#tried;
    if (this.#triedAt !== i) this.#triedCount = 0;
    this.#triedAt = i;
    for (let k = 0; k < this.#triedCount; k++) if (tried[k] === start) return true;
    if (this.#triedCount < MAX_TRIED) tried[this.#triedCount++] = start;
    return false;
  }

  /** Where something must be read in another way than character by character: a digit, letters, a character apart. */
  #mayBegin(i: number): boolean {
    const around = this.#around;
    if (this.#splits && around.isSplitNear(i)) return true;
    const a1 = around.one(i);
    const b1 = around.one(i + 1);
    if (a1 !== 0 && b1 !== 0) return around.one(i + 2) === 0 && this.#isSpelled(i + 2);
    const walker = this.#walker;
    if (a1 === 0 && b1 === 0)
      return this.#starts.blindThree && around.one(i + 2) !== 0 && walker.latin.count > 0;
    if (walker.digitsAt(i) !== NO_SOUNDS || walker.digitsAt(i + 1) !== NO_SOUNDS) return true;
    const { symbol } = this.#view;
    const a = symbol[i] as number;
    // What words of letters are by themselves was looked at.
    if (walker.latin.count > 0 && !isLetter(a) && isLetter(symbol[i + 1] as number)) return true;
    // In a small lexicon an initial before two characters is tried as well.
    if (this.#starts.blindThree && b1 !== 0 && isLetter(a)) return true;
    // A sign of a term's own, such as the letter in a name.
    return (this.#terms.heard.first[a1 || a] as number) !== 0;
  }

  /** Whether a digit or letters stand where a third character may be spelled. */
  #isSpelled(unit: number): boolean {
    if (unit >= this.#view.length || (this.#view.symbol[unit] as number) >= FIRST) return false;
    return this.#walker.digitsAt(unit) !== NO_SOUNDS || this.#walker.latin.count > 0;
  }
}
