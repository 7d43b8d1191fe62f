/** Size of the bitmap of natural pairs: 2^21 bits for about 70,000 pairs, two bits each, 0.4 % taken by mistake. */
export const NATURAL_BITS = 21;

/** The first place of a pair of UTF-16 units in the bitmap, or with `again` the second. */
export function naturalSlot(a: number, b: number, again = 0): number {
  const h = Math.imul(a, 0x9e3779b1) ^ Math.imul(b, 0x85ebca6b);
  return (again === 0 ? h : Math.imul(h ^ (h >>> 15), 0xc2b2ae35)) >>> (32 - NATURAL_BITS);
}
