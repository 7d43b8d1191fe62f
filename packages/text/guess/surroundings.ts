import { characters, FIRST, isNaturalPair, LAST } from '../data/characters.ts';
import type { View } from '../normalise/view.ts';
import { parts } from './parts.ts';
import { SOUND, sounds } from './sound.ts';

/** How a symbol belongs where it stands: it is in any sentence, makes a word with the one before or behind it. */
export const FUNCTIONAL = 1;
export const LEFT = 2;
export const RIGHT = 4;

/** Where a character stands in those taken apart: first, second. */
const HEAD = 8;
const NEXT = 16;

/** Bits of a sound among what is known of a unit, numbered from 1; the second sound stands above the usual one. */
export const OTHER_SHIFT = 9;
export const SOUND_MASK = 2 ** OTHER_SHIFT - 1;
/** Above the sounds: `FUNCTIONAL`, `LEFT`, `RIGHT`, `HEAD` and `NEXT`. */
const KIND_SHIFT = 2 * OTHER_SHIFT;
const KINDS = FUNCTIONAL | LEFT | RIGHT;
/** Of a letter, a digit, kana, a stroke: what people put between the characters of a word. */
export const STUFFING = 1 << 23;
/** Strokes and side forms that stand for nothing by themselves. */
const SIDES = '丨丿丶亅乀乁乚乛氵冫亻讠扌艹辶纟犭饣礻衤刂灬罒宀疒阝忄钅彡彳厶勹匚冂囗廾';
/** Set once `LEFT` and `RIGHT` were found out, and where symbols from here on are a character taken apart. */
const JUDGED = 1 << 28;
export const PART = 1 << 29;

let units: Uint32Array | undefined;

/** What is known of each UTF-16 unit, in one word: its sounds, numbered from 1, and its kinds. */
export function knownUnits(): Uint32Array {
  if (units) return units;
  const known = new Uint32Array(65_536);
  const { usual, second } = sounds();
  for (let code = 0; code < 65_536; code++) {
    const number = (sound: number): number => (sound === 0 ? 0 : sound - SOUND + 1);
    const stuffing = code < FIRST || code > LAST ? STUFFING : 0;
    known[code] = number(usual[code] as number) | (number(second[code] as number) << OTHER_SHIFT) | stuffing;
  }
  for (const side of SIDES) known[side.charCodeAt(0)] = (known[side.charCodeAt(0)] as number) | STUFFING;
  const add = (code: number, kind: number): void => {
    known[code] = (known[code] as number) | (kind << KIND_SHIFT);
  };
  for (const code of characters().functional) add(code, FUNCTIONAL);
  for (const parts of characters().splits.keys()) {
    add(parts.charCodeAt(0), HEAD);
    add(parts.charCodeAt(1), NEXT);
  }
  units = known;
  return known;
}

/** What is noted of a symbol once it is known whether it makes a word with the one before and behind it: 1, or 0. */
export const boundBits = (left: number, right: number): number =>
  JUDGED | (((left << 1) | (right << 2)) << KIND_SHIFT);

/** Whether a symbol of which so much is known belongs where it stands, by the same. */
export const isBoundBy = (known: number, left: number, right: number): boolean =>
  (((known >>> KIND_SHIFT) & FUNCTIONAL) | left | right) !== 0;

/** Whether a symbol is in any sentence, wherever it stands. */
export const isFunctional = (symbol: number): boolean =>
  ((knownUnits()[symbol] as number) & (FUNCTIONAL << KIND_SHIFT)) !== 0;

const symbolOf = (sound: number): number => (sound === 0 ? 0 : sound + SOUND - 1);

/**
 * What guessing asks of each symbol of a text, found out once: its sounds, how it belongs where it stands, and what it
 * may be a part of. Symbols beyond the last read 0.
 */
export class Surroundings {
  /** What is known of each UTF-16 unit wherever it stands. */
  readonly units = knownUnits();
  /** What is known of each symbol of the text. */
  #known: Uint32Array = new Uint32Array(256);
  readonly #parts = parts();
  /** Bitmap of pairs that make words. */
  readonly natural = characters().natural;
  #view!: View;

  /** Turns to a text; `Sieve` fills what is given with what is known of each symbol. */
  begin(view: View): Uint32Array {
    const { length } = view;
    if (this.#known.length < length + 3) this.#known = new Uint32Array(2 * (length + 3));
    this.#view = view;
    for (let u = length; u < length + 3; u++) this.#known[u] = 0;
    return this.#known;
  }

  /** Turns to a text of which a kernel has found out what is known of each symbol. */
  take(view: View, known: Uint32Array): void {
    this.#known = known;
    this.#view = view;
  }

  /** Usual sound of a symbol, 0 for none. */
  one(u: number): number {
    return symbolOf((this.#known[u] as number) & SOUND_MASK);
  }

  /** Second sound of a symbol, 0 for none. */
  two(u: number): number {
    return symbolOf(((this.#known[u] as number) >>> OTHER_SHIFT) & SOUND_MASK);
  }

  /** Whether three symbols from a unit on have a sound each. */
  isSpoken(u: number): boolean {
    const known = this.#known;
    return (
      ((known[u] as number) & SOUND_MASK) !== 0 &&
      ((known[u + 1] as number) & SOUND_MASK) !== 0 &&
      ((known[u + 2] as number) & SOUND_MASK) !== 0
    );
  }

  /** `FUNCTIONAL`, `LEFT` and `RIGHT` of a symbol; 0 for one that does not belong where it stands. */
  boundAt(u: number): number {
    let known = this.#known[u] as number;
    if ((known & JUDGED) === 0) {
      const how = (u > 0 && this.#isPair(u - 1) ? LEFT : 0) | (this.#isPair(u) ? RIGHT : 0);
      known |= JUDGED | (how << KIND_SHIFT);
      this.#known[u] = known;
    }
    return (known >>> KIND_SHIFT) & KINDS;
  }

  /** Whether a symbol is in any sentence. */
  isFunctional(u: number): boolean {
    return (((this.#known[u] as number) >>> KIND_SHIFT) & FUNCTIONAL) !== 0;
  }

  /** Whether a symbol is such as is put between the characters of a word. */
  isStuffing(u: number): boolean {
    return ((this.#known[u] as number) & STUFFING) !== 0;
  }

  /** Whether one of three symbols does not belong where it stands. */
  isAnyUnbound(i: number): boolean {
    return this.boundAt(i) === 0 || this.boundAt(i + 1) === 0 || this.boundAt(i + 2) === 0;
  }

  /** Whether two or three symbols from `i`, or from one of the next two on, make up another. */
  isSplitNear(i: number): boolean {
    const known = this.#known;
    return (((known[i] as number) | (known[i + 1] as number) | (known[i + 2] as number)) & PART) !== 0;
  }

  /** Whether symbols from a unit on make up another. */
  isSplit(unit: number): boolean {
    return ((this.#known[unit] as number) & PART) !== 0;
  }

  /** What two symbols from a unit on make up, or three; empty for nothing. */
  wholesAt(unit: number, count: number): string {
    const { symbol, length } = this.#view;
    if (unit + count > length) return '';
    const a = symbol[unit] as number;
    const b = symbol[unit + 1] as number;
    return count === 2 ? this.#parts.ofTwo(a, b) : this.#parts.ofThree(a, b, symbol[unit + 2] as number);
  }

  /** What symbols from a unit on make up where one of them stands there more than once: 又又 is 双, 木木示 is 禁. */
  repeatedAt(unit: number, count: 1 | 2): string {
    const { symbol, run, length } = this.#view;
    const a = symbol[unit] as number;
    const times = run[unit] as number;
    if (count === 1) {
      if (times < 2) return '';
      return this.#parts.ofTwo(a, a) + (times > 2 ? this.#parts.ofThree(a, a, a) : '');
    }
    if (unit + 1 >= length) return '';
    const b = symbol[unit + 1] as number;
    if (times > 1) return this.#parts.ofThree(a, a, b);
    return (run[unit + 1] as number) > 1 ? this.#parts.ofThree(a, b, b) : '';
  }

  /** Marks a symbol from which on a character taken apart has a part more than once, and says whether it is one. */
  markRepeated(u: number): boolean {
    const known = this.#known[u] as number;
    // What its first two parts are says no for nearly all.
    const next = (this.#view.run[u] as number) > 1 ? known : (this.#known[u + 1] as number);
    if (!this.isHeadAndNext(known, next)) return false;
    if (this.repeatedAt(u, 1) === '' && this.repeatedAt(u, 2) === '') return false;
    this.#known[u] = (this.#known[u] as number) | PART;
    return true;
  }

  /** Whether two units, by what is known of them, may begin a character taken apart. */
  isHeadAndNext(head: number, next: number): boolean {
    // HEAD stands one bit below NEXT, so that one shift holds the two against each other.
    return ((head << 1) & next & (NEXT << KIND_SHIFT)) !== 0;
  }

  /** Whether a symbol makes a word with the next one, without a gap between. */
  #isPair(u: number): boolean {
    const { symbol, start, end, length } = this.#view;
    if (u + 1 >= length || end[u] !== start[u + 1]) return false;
    return isNaturalPair(this.natural, symbol[u] as number, symbol[u + 1] as number);
  }

  /** Whether symbols from a unit on make up another: two of them, or three. */
  isApart(u: number): boolean {
    const { symbol, length } = this.#view;
    return this.#parts.has(
      symbol[u] as number,
      symbol[u + 1] as number,
      u + 2 < length ? (symbol[u + 2] as number) : 0,
    );
  }
}

/** Whether any of three that was exchanged (no bit in `exact`) makes no word, but with one that is as the term has it. */
export function isLoose(around: Surroundings, i: number, exact: number): boolean {
  for (let k = 0; k < 3; k++) {
    if (exact & (1 << k)) continue;
    const how = around.boundAt(i + k);
    if (how & FUNCTIONAL) continue;
    const left = how & LEFT && (k === 0 || (exact & (1 << (k - 1))) === 0);
    const right = how & RIGHT && (k === 2 || (exact & (2 << k)) === 0);
    if (!left && !right) return true;
  }
  return false;
}
