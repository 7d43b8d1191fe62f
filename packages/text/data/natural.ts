/** Size of the bitmap of natural pairs: 2^21 bits for about 70,000 pairs, two bits each, 0.4 % taken by mistake. */
export const NATURAL_BITS = 21;

/** The two places of a pair of UTF-16 units in the bitmap. */
export function naturalSlots(a: number, b: number): [number, number] {
  const h = Math.imul(a, 0x9e3779b1) ^ Math.imul(b, 0x85ebca6b);
  const g = Math.imul(h ^ (h >>> 15), 0xc2b2ae35);
  return [h >>> (32 - NATURAL_BITS), g >>> (32 - NATURAL_BITS)];
}
