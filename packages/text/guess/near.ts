import { type Filter, filterFor, filterShift } from '../matcher/filter.ts';
import { asFirst, asSecond, stirred } from '../matcher/hash.ts';
import type { Trie } from '../matcher/trie.ts';

/** Bits for each pair: 1 % are taken by mistake, and all lie in 256 kB for 100,000 terms. */
const BITS_PER_PAIR = 10;

/**
 * A filter of ordered pairs of symbols in which a pair and its reverse lie in one word: one look at memory says of two
 * neighbours whether a term may have them, whichever comes first, and in that word further bits say which does.
 * `forward` and `backward` are the hashes of the two in either order, `asFirst(a) ^ asSecond(b)` and
 * `asFirst(b) ^ asSecond(a)`.
 */
export const unorderedOf = (forward: number, backward: number): number => stirred(forward ^ backward);

/** Three bits of a word, by what `unorderedOf` gives. */
export const eitherBits = (unordered: number): number =>
  (1 << (unordered & 31)) | (1 << ((unordered >>> 5) & 31)) | (1 << ((unordered >>> 10) & 31));

/** Two bits, by the hash of the two in their order. */
export const orderBits = (hash: number): number => (1 << (hash >>> 27)) | (1 << ((hash >>> 22) & 31));

/** Whether a word has all of some bits. */
export const hasBits = (word: number, bits: number): boolean => (word & bits) === bits;

/** Whether terms may have two neighbours: sure where it says no. */
export function mayBeNear(near: Filter, a: number, b: number): boolean {
  const forward = asFirst(a) ^ asSecond(b);
  const unordered = unorderedOf(forward, asFirst(b) ^ asSecond(a));
  const bits = eitherBits(unordered) | orderBits(forward);
  return hasBits(near[unordered >>> filterShift(near)] as number, bits);
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
    const forward = asFirst(a) ^ asSecond(b);
    const unordered = unorderedOf(forward, asFirst(b) ^ asSecond(a));
    const word = unordered >>> shift;
    filter[word] = (filter[word] as number) | eitherBits(unordered) | orderBits(forward);
  }
  return filter;
}
