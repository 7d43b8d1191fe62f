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

/** Bits of a sound among what is known of a unit; the second sound stands above the usual one. */
const SOUND_BITS = 9;
const SOUND_MASK = 2 ** SOUND_BITS - 1;
/** Above the sounds: `FUNCTIONAL`, `HEAD` and `NEXT`. */
const KIND_SHIFT = 2 * SOUND_BITS;

let units: Uint32Array | undefined;

/** What is known of each UTF-16 unit, in one word: its sounds, numbered from 1, and its kinds. */
function knownUnits(): Uint32Array {
  if (units) return units;
  const known = new Uint32Array(65_536);
  const { usual, second } = sounds();
  for (let code = 0; code < 65_536; code++) {
    const number = (sound: number): number => (sound === 0 ? 0 : sound - SOUND + 1);
    known[code] = number(usual[code] as number) | (number(second[code] as number) << SOUND_BITS);
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

/** Not found out yet. */
const UNKNOWN = 0x80;

/**
 * What guessing asks of each symbol of a text, found out once: its sounds, how it belongs where it stands, and what it
 * may be a part of. Symbols beyond the last read 0.
 */
export class Surroundings {
  /** Usual and second sound, 0 for none. */
  one = new Uint16Array(256);
  two = new Uint16Array(256);
  /** Whether every symbol is a character with a sound, and none a part of one taken apart. */
  isEven = true;
  /** `FUNCTIONAL`, `LEFT`, `RIGHT`; 0 for a symbol that does not belong. */
  #bound = new Uint8Array(256);
  /** 1 where symbols from here on are a character taken apart. */
  #parts = new Uint8Array(256);
  readonly #units = knownUnits();
  readonly #apart = apartPairs();
  readonly #natural = characters().natural;
  #view!: View;

  read(view: View): void {
    const { symbol, length } = view;
    if (this.one.length < length + 3) this.#grow(2 * (length + 3));
    this.#view = view;
    const { one, two } = this;
    const bound = this.#bound;
    const parts = this.#parts;
    const units = this.#units;
    let even = true;
    let before = 0;
    for (let u = 0; u < length; u++) {
      const known = units[symbol[u] as number] as number;
      const sound = known & SOUND_MASK;
      const other = (known >>> SOUND_BITS) & SOUND_MASK;
      if (sound === 0) even = false;
      one[u] = sound === 0 ? 0 : sound + SOUND - 1;
      two[u] = other === 0 ? 0 : other + SOUND - 1;
      bound[u] = UNKNOWN;
      parts[u] = 0;
      if (before & known & (NEXT << KIND_SHIFT) && this.#isApart(u - 1)) {
        parts[u - 1] = 1;
        even = false;
      }
      // HEAD stands one bit below NEXT, so that one shift holds the two against each other.
      before = known << 1;
    }
    for (let u = length; u < length + 3; u++) one[u] = two[u] = bound[u] = parts[u] = 0;
    this.isEven = even;
  }

  /** `FUNCTIONAL`, `LEFT` and `RIGHT` of a symbol; 0 for one that does not belong where it stands. */
  boundAt(u: number): number {
    const found = this.#bound[u] as number;
    if (found !== UNKNOWN) return found;
    const kind = (this.#units[this.#view.symbol[u] as number] as number) >>> KIND_SHIFT;
    const how =
      (kind & FUNCTIONAL) | (u > 0 && this.#isPair(u - 1) ? LEFT : 0) | (this.#isPair(u) ? RIGHT : 0);
    this.#bound[u] = how;
    return how;
  }

  /** Whether one of three symbols does not belong where it stands. */
  isAnyUnbound(i: number): boolean {
    return this.boundAt(i) === 0 || this.boundAt(i + 1) === 0 || this.boundAt(i + 2) === 0;
  }

  /** Whether two or three symbols from `i`, or from one of the next two on, make up another. */
  isSplitNear(i: number): boolean {
    const parts = this.#parts;
    return ((parts[i] as number) | (parts[i + 1] as number) | (parts[i + 2] as number)) !== 0;
  }

  /** Whether symbols from a unit on make up another. */
  isSplit(unit: number): boolean {
    return this.#parts[unit] !== 0;
  }

  /** Whether a symbol makes a word with the next one, without a gap between. */
  #isPair(u: number): boolean {
    const { symbol, start, end, length } = this.#view;
    if (u + 1 >= length || end[u] !== start[u + 1]) return false;
    return isNaturalPair(this.#natural, symbol[u] as number, symbol[u + 1] as number);
  }

  /** Whether symbols from a unit on make up another: two of them, or three. */
  #isApart(u: number): boolean {
    const { symbol, length } = this.#view;
    const a = symbol[u] as number;
    const b = symbol[u + 1] as number;
    if (!hasPair(this.#apart, a, b)) return false;
    const { splits } = characters();
    const two = String.fromCharCode(a, b);
    if (splits.has(two)) return true;
    return u + 2 < length && splits.has(two + String.fromCharCode(symbol[u + 2] as number));
  }

  #grow(size: number): void {
    this.one = new Uint16Array(size);
    this.two = new Uint16Array(size);
    this.#bound = new Uint8Array(size);
    this.#parts = new Uint8Array(size);
  }
}

let apart: Uint32Array | undefined;
const APART_BITS = 15;

/** The pairs that begin a character taken apart, at the place of their hash or behind it. */
function apartPairs(): Uint32Array {
  if (apart) return apart;
  apart = new Uint32Array(2 ** APART_BITS);
  for (const parts of characters().splits.keys()) {
    const pair = ((parts.charCodeAt(0) << 16) | parts.charCodeAt(1)) >>> 0;
    let at = Math.imul(pair, 0x9e3779b1) >>> (32 - APART_BITS);
    while (apart[at] !== 0 && apart[at] !== pair) at = (at + 1) & (2 ** APART_BITS - 1);
    apart[at] = pair;
  }
  return apart;
}

function hasPair(table: Uint32Array, a: number, b: number): boolean {
  const pair = ((a << 16) | b) >>> 0;
  let at = Math.imul(pair, 0x9e3779b1) >>> (32 - APART_BITS);
  for (; table[at] !== 0; at = (at + 1) & (2 ** APART_BITS - 1)) if (table[at] === pair) return true;
  return false;
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
