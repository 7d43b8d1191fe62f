import { characters } from '../data/characters.ts';
import { NATURAL_BITS } from '../data/natural.ts';
import { setBit } from '../matcher/trie.ts';
import type { View } from '../normalise/view.ts';
import { sounds } from './sound.ts';

/** How a symbol belongs where it stands: it is in any sentence, makes a word with the one before or behind it. */
export const FUNCTIONAL = 1;
export const LEFT = 2;
export const RIGHT = 4;

/** Where a character stands in those taken apart: first, second. */
const HEAD = 8;
const NEXT = 16;

let kinds: Uint8Array | undefined;

/** `FUNCTIONAL`, `HEAD` and `NEXT` of each UTF-16 unit. */
function kindsOfUnits(): Uint8Array {
  if (kinds) return kinds;
  kinds = new Uint8Array(65_536);
  const add = (code: number, kind: number): void => {
    (kinds as Uint8Array)[code] = (kinds?.[code] as number) | kind;
  };
  for (const code of characters().functional) add(code, FUNCTIONAL);
  for (const parts of characters().splits.keys()) {
    add(parts.charCodeAt(0), HEAD);
    add(parts.charCodeAt(1), NEXT);
  }
  return kinds;
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
  /** 1 where symbols from here on are a character taken apart. */
  #parts = new Uint8Array(256);
  readonly #kinds = kindsOfUnits();
  readonly #splits = splitPairs();

  read(view: View): void {
    const { symbol, start, end, length } = view;
    if (this.one.length < length + 3) this.#grow(2 * (length + 3));
    const { one, two, bound } = this;
    const parts = this.#parts;
    const kinds = this.#kinds;
    const splits = this.#splits;
    const { usual, second } = sounds();
    const { natural } = characters();
    let left = 0;
    for (let u = 0; u < length; u++) {
      const a = symbol[u] as number;
      const sound = usual[a] as number;
      one[u] = sound;
      two[u] = second[a] as number;
      const kind = kinds[a] as number;
      let right = 0;
      let part = 0;
      if (u + 1 < length) {
        const h = Math.imul(a, 0x9e3779b1) ^ Math.imul(symbol[u + 1] as number, 0x85ebca6b);
        if (kind & HEAD && (kinds[symbol[u + 1] as number] as number) & NEXT && hasBit(splits, h >>> 13))
          part = partsAt(view, u);
        if (end[u] === start[u + 1]) {
          const first = h >>> (32 - NATURAL_BITS);
          if (((natural[first >> 3] as number) & (1 << (first & 7))) !== 0) {
            const again = Math.imul(h ^ (h >>> 15), 0xc2b2ae35) >>> (32 - NATURAL_BITS);
            if (((natural[again >> 3] as number) & (1 << (again & 7))) !== 0) right = RIGHT;
          }
        }
      }
      bound[u] = (kind & FUNCTIONAL) | left | right;
      parts[u] = part;
      left = right === 0 ? 0 : LEFT;
    }
    for (let u = length; u < length + 3; u++) one[u] = two[u] = bound[u] = parts[u] = 0;
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

  #grow(size: number): void {
    this.one = new Uint16Array(size);
    this.two = new Uint16Array(size);
    this.bound = new Uint8Array(size);
    this.#parts = new Uint8Array(size);
  }
}

/** 1 where symbols from a unit on make up another: two of them, or three. */
function partsAt({ symbol, length }: View, u: number): number {
  const { splits } = characters();
  const two = String.fromCharCode(symbol[u] as number, symbol[u + 1] as number);
  if (splits.has(two)) return 1;
  return u + 2 < length && splits.has(two + String.fromCharCode(symbol[u + 2] as number)) ? 1 : 0;
}

let pairs: Uint32Array | undefined;

const hasBit = (bitmap: Uint32Array, bit: number): boolean =>
  ((bitmap[bit >>> 5] as number) & (1 << (bit & 31))) !== 0;

/** Whether a pair of symbols begins a character taken apart, by the first 19 bits of the pair's hash. */
function splitPairs(): Uint32Array {
  if (pairs) return pairs;
  pairs = new Uint32Array(2 ** 19 / 32);
  for (const parts of characters().splits.keys()) {
    const h = Math.imul(parts.charCodeAt(0), 0x9e3779b1) ^ Math.imul(parts.charCodeAt(1), 0x85ebca6b);
    setBit(pairs, h >>> 13);
  }
  return pairs;
}

/** Whether any of three that was exchanged (no bit in `exact`) makes no word, but with one that is as the term has it. */
export function isLoose(bound: Uint8Array, i: number, exact: number): boolean {
  for (let k = 0; k < 3; k++) {
    if (exact & (1 << k)) continue;
    const how = bound[i + k] as number;
    if (how & FUNCTIONAL) continue;
    const left = how & LEFT && (k === 0 || (exact & (1 << (k - 1))) === 0);
    const right = how & RIGHT && (k === 2 || (exact & (2 << k)) === 0);
    if (!left && !right) return true;
  }
  return false;
}
