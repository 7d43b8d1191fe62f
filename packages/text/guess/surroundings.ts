import { characters } from '../data/characters.ts';
import { NATURAL_BITS } from '../data/natural.ts';
import type { View } from '../normalise/view.ts';
import { sounds } from './sound.ts';

/** How a symbol belongs where it stands: it is in any sentence, makes a word with the one before or behind it. */
export const FUNCTIONAL = 1;
export const LEFT = 2;
export const RIGHT = 4;

/** What two symbols begin: a character taken apart in two, or in three. */
const SPLIT_IN_TWO = 1;
const SPLIT_IN_THREE = 2;

let functional: Uint8Array | undefined;

function functionalUnits(): Uint8Array {
  if (functional) return functional;
  functional = new Uint8Array(65_536);
  for (const code of characters().functional) functional[code] = FUNCTIONAL;
  return functional;
}

/**
 * What guessing asks of each symbol of a text, found out once: its sounds, how it belongs where it stands, and what it
 * may be a part of. Symbols beyond the last read 0.
 */
export class Surroundings {
  /** Usual and second sound, 0 for none. */
  one = new Uint16Array(256);
  two = new Uint16Array(256);
  /** `FUNCTIONAL`, `LEFT`, `RIGHT`; 0 for a symbol that does not belong. */
  bound = new Uint8Array(256);
  /** Whether this symbol and the next begin a character taken apart. */
  #parts = new Uint8Array(256);
  readonly #functional = functionalUnits();
  readonly #splits = splitPairs();

  read({ symbol, start, end, length }: View): void {
    if (this.one.length < length + 3) this.#grow(2 * (length + 3));
    const { one, two, bound } = this;
    const parts = this.#parts;
    const functional = this.#functional;
    const splits = this.#splits;
    const { usual, second } = sounds();
    const { natural } = characters();
    let left = 0;
    for (let u = 0; u < length; u++) {
      const a = symbol[u] as number;
      const sound = usual[a] as number;
      one[u] = sound;
      two[u] = second[a] as number;
      let right = 0;
      let part = 0;
      if (u + 1 < length) {
        const h = Math.imul(a, 0x9e3779b1) ^ Math.imul(symbol[u + 1] as number, 0x85ebca6b);
        part = splits[h >>> 13] as number;
        if (end[u] === start[u + 1]) {
          const first = h >>> (32 - NATURAL_BITS);
          if (((natural[first >> 3] as number) & (1 << (first & 7))) !== 0) {
            const again = Math.imul(h ^ (h >>> 15), 0xc2b2ae35) >>> (32 - NATURAL_BITS);
            if (((natural[again >> 3] as number) & (1 << (again & 7))) !== 0) right = RIGHT;
          }
        }
      }
      bound[u] = (functional[a] as number) | left | right;
      parts[u] = part;
      left = right === 0 ? 0 : LEFT;
    }
    for (let u = length; u < length + 3; u++) one[u] = two[u] = bound[u] = parts[u] = 0;
  }

  /** Whether two or three symbols from `i`, or from one of the next two on, make up another. */
  isSplitNear({ symbol, length }: View, i: number): boolean {
    const parts = this.#parts;
    if (((parts[i] as number) | (parts[i + 1] as number) | (parts[i + 2] as number)) === 0) return false;
    const { splits } = characters();
    for (let at = i; at <= i + 2 && at + 1 < length; at++) {
      const part = parts[at] as number;
      if (part === 0) continue;
      const two = String.fromCharCode(symbol[at] as number, symbol[at + 1] as number);
      if (part & SPLIT_IN_TWO && splits.has(two)) return true;
      if (
        part & SPLIT_IN_THREE &&
        at + 2 < length &&
        splits.has(two + String.fromCharCode(symbol[at + 2] as number))
      )
        return true;
    }
    return false;
  }

  /** A quick look whether a symbol and the next may be, or begin, a character taken apart. */
  maySplit(unit: number): boolean {
    return this.#parts[unit] !== 0;
  }

  #grow(size: number): void {
    this.one = new Uint16Array(size);
    this.two = new Uint16Array(size);
    this.bound = new Uint8Array(size);
    this.#parts = new Uint8Array(size);
  }
}

let pairs: Uint8Array | undefined;

/** What each pair of symbols begins, by the first 19 bits of the pair's hash. */
function splitPairs(): Uint8Array {
  if (pairs) return pairs;
  pairs = new Uint8Array(2 ** 19);
  for (const parts of characters().splits.keys()) {
    const h = Math.imul(parts.charCodeAt(0), 0x9e3779b1) ^ Math.imul(parts.charCodeAt(1), 0x85ebca6b);
    pairs[h >>> 13] = (pairs[h >>> 13] as number) | (parts.length === 2 ? SPLIT_IN_TWO : SPLIT_IN_THREE);
  }
  return pairs;
}
