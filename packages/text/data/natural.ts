import { asFirst, asSecond, stirred } from '../matcher/hash.ts';

/** Size of the bitmap of natural pairs: 2^21 bits for about 70,000 pairs, two bits each, 0.4 % taken by mistake. */
export const NATURAL_BITS = 21;
/** What a hash of a pair is shifted by to say which bit. */
export const NATURAL_SHIFT = 32 - NATURAL_BITS;

/** The first place of a pair of UTF-16 units in the bitmap, or with `again` the second. */
export function naturalSlot(a: number, b: number, again = 0): number {
  const hash = asFirst(a) ^ asSecond(b);
  return (again === 0 ? hash : stirred(hash)) >>> NATURAL_SHIFT;
}
