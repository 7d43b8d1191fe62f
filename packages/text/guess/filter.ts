import { classesOf } from '../data/characters.ts';
import { bitmapFor, setBit } from '../matcher/trie.ts';
import { SOUND, sounds } from './sound.ts';

/** What an entry of the filter is about; keeps the kinds apart in one bitmap. S is a sound, C a class of look-alikes. */
export const KIND = {
  /** The first three characters, one of them by its shape. */
  sss: 1,
  css: 2,
  scs: 3,
  ssc: 4,
  /** Terms of two: one character as it is (E), the other by sound or shape; and both exchanged. */
  es: 5,
  se: 6,
  ec: 7,
  ce: 8,
  ss: 9,
  cc: 10,
  cs: 11,
  sc: 12,
  /** All initials of a term. */
  initials: 13,
} as const;

/** Entries that a key makes: what the bitmap's size is reckoned from. */
const ENTRIES_PER_KEY = 20;
const MAX_BITS = 2 ** 25;
/** Classes of a character that count where both of two were exchanged. */
const PAIRED_CLASSES = 3;
/** Lengths of terms whose initials alone may mean them. */
export const MIN_INITIALS = 3;
export const MAX_INITIALS = 6;

/** What `initials` is asked with: letters folded into one number. */
export const addInitial = (sum: number, letter: number): number => Math.imul(sum, 31) + letter;

const mix = (kind: number, a: number, b: number, c: number): number => {
  const h = Math.imul(a + (kind << 16), 0x9e3779b1) ^ Math.imul(b, 0x85ebca6b) ^ Math.imul(c, 0x27d4eb2f);
  return Math.imul(h ^ (h >>> 15), 0xc2b2ae35);
};

/** A bitmap asked in two places for each entry: neighbours in a text by sound and shape. */
export class Filter {
  readonly bitmap: Uint32Array;
  readonly #shift: number;

  constructor(bitmap: Uint32Array) {
    this.bitmap = bitmap;
    this.#shift = Math.clz32(bitmap.length * 32 - 1);
  }

  has(kind: number, a: number, b: number, c: number): boolean {
    const h = mix(kind, a, b, c);
    const one = h >>> this.#shift;
    if (((this.bitmap[one >>> 5] as number) & (1 << (one & 31))) === 0) return false;
    const two = Math.imul(h, 0x9e3779b1) >>> this.#shift;
    return ((this.bitmap[two >>> 5] as number) & (1 << (two & 31))) !== 0;
  }

  add(kind: number, a: number, b: number, c: number): void {
    const h = mix(kind, a, b, c);
    setBit(this.bitmap, h >>> this.#shift);
    setBit(this.bitmap, Math.imul(h, 0x9e3779b1) >>> this.#shift);
  }
}

/**
 * Says of two or three neighbours in a text whether any term may begin there by sound or shape: `plains` are keys as
 * symbols, `heards` the same by sound.
 */
export function buildFilter(plains: readonly string[], heards: readonly string[]): Uint32Array {
  const filter = new Filter(bitmapFor(heards.length * ENTRIES_PER_KEY, MAX_BITS));
  const { initial } = sounds();
  heards.forEach((heard, k) => {
    const plain = plains[k] as string;
    if (heard.length === 2) addPair(filter, plain, heard);
    else addThree(filter, plain, heard);
    if (heard.length < MIN_INITIALS || heard.length > MAX_INITIALS) return;
    let sum = 0;
    for (let i = 0; i < heard.length; i++) sum = addInitial(sum, initial[heard.charCodeAt(i) - SOUND] ?? 0);
    filter.add(KIND.initials, sum, heard.length, 0);
  });
  return filter.bitmap;
}

function addThree(filter: Filter, plain: string, heard: string): void {
  const s0 = heard.charCodeAt(0);
  const s1 = heard.charCodeAt(1);
  const s2 = heard.charCodeAt(2);
  filter.add(KIND.sss, s0, s1, s2);
  eachClass(plain.charCodeAt(0), (one) => filter.add(KIND.css, one, s1, s2));
  eachClass(plain.charCodeAt(1), (one) => filter.add(KIND.scs, s0, one, s2));
  eachClass(plain.charCodeAt(2), (one) => filter.add(KIND.ssc, s0, s1, one));
}

function addPair(filter: Filter, plain: string, heard: string): void {
  const e0 = plain.charCodeAt(0);
  const e1 = plain.charCodeAt(1);
  const s0 = heard.charCodeAt(0);
  const s1 = heard.charCodeAt(1);
  filter.add(KIND.es, e0, s1, 0);
  filter.add(KIND.se, s0, e1, 0);
  filter.add(KIND.ss, s0, s1, 0);
  eachClass(e0, (one) => filter.add(KIND.ce, one, e1, 0));
  eachClass(e1, (one) => filter.add(KIND.ec, e0, one, 0));
  eachClass(e0, (one, i) => {
    if (i >= PAIRED_CLASSES) return;
    filter.add(KIND.cs, one, s1, 0);
    eachClass(e1, (two, k) => {
      if (k < PAIRED_CLASSES) filter.add(KIND.cc, one, two, 0);
    });
  });
  eachClass(e1, (two, k) => {
    if (k < PAIRED_CLASSES) filter.add(KIND.sc, s0, two, 0);
  });
}

function eachClass(code: number, each: (one: number, i: number) => void): void {
  const classes = classesOf(code);
  for (let i = 0; i < classes.length && classes[i] !== 0; i++) each(classes[i] as number, i);
}
