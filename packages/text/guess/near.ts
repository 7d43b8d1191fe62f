import { type Filter, filterFor, filterShift } from '../matcher/filter.ts';
import type { Trie } from '../matcher/trie.ts';

/** Bits for each pair: 0.3 % are taken by mistake. */
const BITS_PER_PAIR = 20;

/**
 * A filter of ordered pairs of symbols in which a pair and its reverse lie in one word: one look at memory says of two
 * neighbours whether a term may have them, and whether one may have them backwards.
 */
export const wordOf = (a: number, b: number): number =>
  Math.imul(Math.imul(a ^ b, 0x9e3779b1) ^ (a + b), 0x85ebca6b);

/** What the first and the second symbol of a pair add, by exclusive or, to the hash that says which bits. */
export const asFirst = (symbol: number): number => Math.imul(symbol, 0xc2b2ae35);
export const asSecond = (symbol: number): number => Math.imul(symbol, 0x27d4eb2f);

/** Three bits of a word. */
export const bitsOf = (hash: number): number =>
  (1 << (hash >>> 27)) | (1 << (hash >>> 22)) | (1 << (hash >>> 17));

/** Whether terms may have two neighbours: sure where it says no. */
export function mayBeNear(near: Filter, a: number, b: number): boolean {
  const bits = bitsOf(asFirst(a) ^ asSecond(b));
  return ((near[wordOf(a, b) >>> filterShift(near)] as number) & bits) === bits;
}

/** The pairs that keys begin with, and those that starts of three (three symbols each) end with. */
export function nearOf({ children, symbol }: Trie, chars: Uint16Array): Filter {
  const pairs: number[] = [];
  for (let one = children[0] as number; one < (children[1] as number); one++)
    for (let two = children[one] as number; two < (children[one + 1] as number); two++)
      pairs.push(symbol[one] as number, symbol[two] as number);
  for (let at = 0; at < chars.length; at += 3)
    if (chars[at + 2] !== 0) pairs.push(chars[at + 1] as number, chars[at + 2] as number);
  const filter = filterFor(pairs.length / 2, BITS_PER_PAIR);
  const shift = filterShift(filter);
  for (let k = 0; k < pairs.length; k += 2) {
    const a = pairs[k] as number;
    const b = pairs[k + 1] as number;
    const word = wordOf(a, b) >>> shift;
    filter[word] = (filter[word] as number) | bitsOf(asFirst(a) ^ asSecond(b));
  }
  return filter;
}
