import { nodeHash, rootOf, splitOf } from './hash.ts';
import { TILE_WIDTH, type Tile } from './tile.ts';

/** Gives the hashes of a tile; a proof asks for each at most a few times. */
export type ReadTile = (tile: Tile) => Promise<readonly Buffer[]>;

/** The hash of leaves `lo` to `hi` of a tree of `size`, read from its tiles. */
async function rangeHash(lo: number, hi: number, size: number, read: ReadTile): Promise<Buffer> {
  const count = hi - lo;
  let level = 0;
  let unit = 1;
  while (unit * TILE_WIDTH <= count) {
    unit *= TILE_WIDTH;
    level++;
  }
  if (count % unit === 0 && lo % count === 0 && Number.isInteger(Math.log2(count))) {
    const first = lo / unit;
    const index = Math.floor(first / TILE_WIDTH);
    const width = Math.min(TILE_WIDTH, Math.floor(size / unit) - index * TILE_WIDTH);
    const hashes = await read({ level, index, width });
    const from = first % TILE_WIDTH;
    return rootOf(hashes.slice(from, from + count / unit));
  }
  const k = splitOf(count);
  return nodeHash(await rangeHash(lo, lo + k, size, read), await rangeHash(lo + k, hi, size, read));
}

/** The root of a tree of `size` leaves (> 0), read from its tiles. */
export const rootFromTiles = (size: number, read: ReadTile): Promise<Buffer> =>
  rangeHash(0, size, size, read);

/** The audit path of leaf `index` in a tree of `size`, from the leaf upwards (RFC 6962, section 2.1.1). */
export async function inclusionProof(index: number, size: number, read: ReadTile): Promise<Buffer[]> {
  if (index < 0 || index >= size) throw new RangeError('the tree has no such leaf');
  const path = async (lo: number, hi: number): Promise<Buffer[]> => {
    if (hi - lo === 1) return [];
    const k = lo + splitOf(hi - lo);
    return index < k
      ? [...(await path(lo, k)), await rangeHash(k, hi, size, read)]
      : [...(await path(k, hi)), await rangeHash(lo, k, size, read)];
  };
  return path(0, size);
}

/** Whether `proof` leads from leaf `index` to the root of a tree of `size`. */
export function provesInclusion(
  proof: readonly Buffer[],
  leaf: Buffer,
  index: number,
  size: number,
  root: Buffer,
): boolean {
  if (index < 0 || index >= size) return false;
  let at = proof.length;
  const climb = (lo: number, hi: number): Buffer | undefined => {
    if (hi - lo === 1) return at === 0 ? leaf : undefined;
    const sibling = proof[--at];
    if (!sibling) return undefined;
    const k = lo + splitOf(hi - lo);
    const below = index < k ? climb(lo, k) : climb(k, hi);
    return below && (index < k ? nodeHash(below, sibling) : nodeHash(sibling, below));
  };
  return climb(0, size)?.equals(root) ?? false;
}

/**
 * The proof that the tree of `to` leaves goes on from that of `from` (RFC 6962, section 2.1.2).
 * @throws RangeError from size 0: everything goes on from nothing, so that it would prove nothing
 */
export async function consistencyProof(from: number, to: number, read: ReadTile): Promise<Buffer[]> {
  if (from < 1 || from > to) throw new RangeError('a consistency proof begins at size 1 or above');
  const path = async (lo: number, hi: number, isWhole: boolean): Promise<Buffer[]> => {
    if (from === hi) return isWhole ? [] : [await rangeHash(lo, hi, to, read)];
    const k = lo + splitOf(hi - lo);
    return from <= k
      ? [...(await path(lo, k, isWhole)), await rangeHash(k, hi, to, read)]
      : [...(await path(k, hi, false)), await rangeHash(lo, k, to, read)];
  };
  return path(0, to, true);
}

/** Whether `proof` shows that the tree of `to` leaves goes on from that of `from`; never from size 0. */
export function provesConsistency(
  proof: readonly Buffer[],
  from: number,
  fromRoot: Buffer,
  to: number,
  toRoot: Buffer,
): boolean {
  if (from < 1 || from > to) return false;
  let at = proof.length;
  /** Roots of the old and the new tree over `lo` to `hi`. */
  const climb = (lo: number, hi: number, isWhole: boolean): [Buffer, Buffer] | undefined => {
    if (from === hi) {
      const hash = isWhole ? fromRoot : proof[--at];
      return hash && at === 0 ? [hash, hash] : undefined;
    }
    const k = lo + splitOf(hi - lo);
    const sibling = proof[--at];
    if (!sibling) return undefined;
    const below = from <= k ? climb(lo, k, isWhole) : climb(k, hi, false);
    if (!below) return undefined;
    return from <= k
      ? [below[0], nodeHash(below[1], sibling)]
      : [nodeHash(sibling, below[0]), nodeHash(sibling, below[1])];
  };
  const roots = climb(0, to, true);
  return (roots?.[0].equals(fromRoot) && roots[1].equals(toRoot)) ?? false;
}
