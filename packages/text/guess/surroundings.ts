import { characters, isNaturalPair } from '../data/characters.ts';
import type { View } from '../normalise/view.ts';
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
/** Set once `LEFT` and `RIGHT` were found out, and where symbols from here on are a character taken apart. */
const JUDGED = 1 << 28;
export const PART = 1 << 29;

let units: Uint32Array | undefined;

/** What is known of each UTF-16 unit, in one word: its sounds, numbered from 1, and its kinds. */
function knownUnits(): Uint32Array {
  if (units) return units;
  const known = new Uint32Array(65_536);
  const { usual, second } = sounds();
  for (let code = 0; code < 65_536; code++) {
    const number = (sound: number): number => (sound === 0 ? 0 : sound - SOUND + 1);
    known[code] = number(usual[code] as number) | (number(second[code] as number) << OTHER_SHIFT);
  }
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

const symbolOf = (sound: number): number => (sound === 0 ? 0 : sound + SOUND - 1);

/**
 * What guessing asks of each symbol of a text, found out once: its sounds, how it belongs where it stands, and what it
 * may be a part of. Symbols beyond the last read 0.
 */
export class Surroundings {
  /** What is known of each UTF-16 unit wherever it stands. */
  readonly units = knownUnits();
  /** What is known of each symbol of the text. */
  #known = new Uint32Array(256);
  readonly #apart = apartPairs();
  readonly #natural = characters().natural;
  #view!: View;
  /** The last answer of `wholesAt`, and the unit it was for. */
  #wholes: readonly [string, string] = ['', ''];
  #wholesUnit = -1;

  /** Turns to a text; `Sieve` fills what is given with what is known of each symbol. */
  begin(view: View): Uint32Array {
    const { length } = view;
    if (this.#known.length < length + 3) this.#known = new Uint32Array(2 * (length + 3));
    this.#view = view;
    this.#wholesUnit = -1;
    for (let u = length; u < length + 3; u++) this.#known[u] = 0;
    return this.#known;
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

  /** What two symbols from a unit on make up, and three. */
  wholesAt(unit: number): readonly [string, string] {
    if (this.#wholesUnit !== unit) {
      const { symbol, length } = this.#view;
      const { splits } = characters();
      const wholes = (count: number): string =>
        (unit + count <= length && splits.get(String.fromCharCode(...symbol.subarray(unit, unit + count)))) ||
        '';
      this.#wholesUnit = unit;
      this.#wholes = [wholes(2), wholes(3)];
    }
    return this.#wholes;
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
    return isNaturalPair(this.#natural, symbol[u] as number, symbol[u + 1] as number);
  }

  /** Whether symbols from a unit on make up another: two of them, or three. */
  isApart(u: number): boolean {
    const { symbol, length } = this.#view;
    const a = symbol[u] as number;
    const b = symbol[u + 1] as number;
    const found = pairAt(this.#apart, a, b);
    if (found !== BEGINS_THREE) return found === WHOLE;
    return u + 2 < length && characters().splits.has(String.fromCharCode(a, b, symbol[u + 2] as number));
  }
}

/** What a pair of symbols is: nothing, the first two of three that make up another, another one taken apart. */
const BEGINS_THREE = 1;
const WHOLE = 2;

/** Pairs and what they are, at the place of their hash or behind it. */
type Pairs = { pair: Uint32Array; kind: Uint8Array };

const PAIR_BITS = 15;
const PAIR_MASK = 2 ** PAIR_BITS - 1;
let apart: Pairs | undefined;

/** The pairs that begin a character taken apart. */
function apartPairs(): Pairs {
  if (apart) return apart;
  apart = { pair: new Uint32Array(PAIR_MASK + 1), kind: new Uint8Array(PAIR_MASK + 1) };
  for (const parts of characters().splits.keys()) {
    const at = placeOf(apart, parts.charCodeAt(0), parts.charCodeAt(1));
    apart.pair[at] = (parts.charCodeAt(0) << 16) | parts.charCodeAt(1);
    apart.kind[at] = Math.max(apart.kind[at] as number, parts.length === 2 ? WHOLE : BEGINS_THREE);
  }
  return apart;
}

/** Where a pair is, or would be. */
function placeOf({ pair: pairs }: Pairs, a: number, b: number): number {
  const pair = ((a << 16) | b) >>> 0;
  let at = Math.imul(pair, 0x9e3779b1) >>> (32 - PAIR_BITS);
  while (pairs[at] !== 0 && pairs[at] !== pair) at = (at + 1) & PAIR_MASK;
  return at;
}

const pairAt = (pairs: Pairs, a: number, b: number): number => pairs.kind[placeOf(pairs, a, b)] as number;

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
