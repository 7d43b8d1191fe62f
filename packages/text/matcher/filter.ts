import { asFirst, asSecond, mixed } from './hash.ts';

/**
 * A Bloom filter whose bits for one key lie in one word: one look at memory, about 1 % taken by mistake.
 * Hashes are 32 bits, well mixed: the first say which word, the last 15 which three bits of it.
 */
export type Filter = Uint32Array;

/** The next power of two is taken: 10 to 20 bits. */
const BITS_PER_KEY = 14;
const MIN_BITS = 2 ** 12;
const MAX_BITS = 2 ** 23;

/** An empty filter with room for so many keys. */
export function filterFor(keys: number, bitsPerKey = BITS_PER_KEY): Filter {
  const bits = Math.min(MAX_BITS, Math.max(MIN_BITS, keys * bitsPerKey));
  return new Uint32Array(2 ** Math.round(Math.log2(bits)) / 32);
}

/** What a hash is shifted by to say which word. */
export const filterShift = (filter: Filter): number => Math.clz32(filter.length - 1);

const bitsOf = (hash: number): number =>
  (1 << (hash & 31)) | (1 << ((hash >>> 5) & 31)) | (1 << ((hash >>> 10) & 31));

export function addTo(filter: Filter, hash: number): void {
  const word = hash >>> filterShift(filter);
  filter[word] = (filter[word] as number) | bitsOf(hash);
}

/** Whether a key with this hash may have been added: sure where it says no. */
export function mayHave(filter: Filter, shift: number, hash: number): boolean {
  const bits = bitsOf(hash);
  return ((filter[hash >>> shift] as number) & bits) === bits;
}

/** Hash of two UTF-16 units or other numbers below 2^16. */
export const hashOfPair = (a: number, b: number): number => mixed(asFirst(a) ^ asSecond(b));
