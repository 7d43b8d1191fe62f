/** What the first and the second of two UTF-16 units add, by exclusive or, to the hash of the pair. */
export const asFirst = (unit: number): number => Math.imul(unit, 0x9e3779b1);
export const asSecond = (unit: number): number => Math.imul(unit, 0x85ebca6b);

/** Brings what all bits of a hash say into its upper half. */
export const stirred = (hash: number): number => Math.imul(hash ^ (hash >>> 15), 0xc2b2ae35);

/** And into all of it. */
export function mixed(hash: number): number {
  const upper = stirred(hash);
  return upper ^ (upper >>> 16);
}
