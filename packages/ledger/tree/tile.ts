import { HASH_BYTES } from './hash.ts';

/** Hashes of a full tile; tiles are 8 levels of the tree high (C2SP tlog-tiles). */
export const TILE_WIDTH = 256;

/** A tile: `level` counts tiles, not nodes; `width` is below 256 for the last tile of its level. */
export type Tile = { level: number; index: number; width: number };

const nameOf = (index: number): string => {
  const parts = [String(index % 1000).padStart(3, '0')];
  for (let rest = Math.floor(index / 1000); rest > 0; rest = Math.floor(rest / 1000))
    parts.unshift(`x${String(rest % 1000).padStart(3, '0')}`);
  return parts.join('/');
};
const partOf = (width: number): string => (width === TILE_WIDTH ? '' : `.p/${width}`);

/** Path of a tile under the log's folder: `tile/0/x001/x234/067`, with `.p/W` where it is partial. */
export const tilePath = ({ level, index, width }: Tile): string =>
  `tile/${level}/${nameOf(index)}${partOf(width)}`;

/** Path of the bundle with the entries under a level-0 tile. */
export const entriesPath = ({ index, width }: Omit<Tile, 'level'>): string =>
  `tile/entries/${nameOf(index)}${partOf(width)}`;

/** Every tile of a tree of `size` leaves, level by level; partial ones last in their level. */
export function* tilesOf(size: number): Generator<Tile> {
  for (let level = 0, hashes = size; hashes > 0; level++, hashes = Math.floor(hashes / TILE_WIDTH)) {
    const full = Math.floor(hashes / TILE_WIDTH);
    for (let index = 0; index < full; index++) yield { level, index, width: TILE_WIDTH };
    if (hashes % TILE_WIDTH > 0) yield { level, index: full, width: hashes % TILE_WIDTH };
  }
}

/** The hashes of a tile's bytes. */
export function hashesOf(bytes: Buffer): Buffer[] {
  return Array.from({ length: Math.floor(bytes.length / HASH_BYTES) }, (_, i) =>
    bytes.subarray(i * HASH_BYTES, (i + 1) * HASH_BYTES),
  );
}

/** Entries as a bundle: each behind its length as a big-endian uint16. */
export function bundleOf(entries: readonly Buffer[]): Buffer {
  return Buffer.concat(
    entries.flatMap((entry) => {
      const length = Buffer.alloc(2);
      length.writeUInt16BE(entry.length);
      return [length, entry];
    }),
  );
}

/** The entries of a bundle. @throws Error where it is cut short */
export function entriesOf(bundle: Buffer): Buffer[] {
  const entries: Buffer[] = [];
  for (let at = 0; at < bundle.length; ) {
    const end = at + 2 + (at + 2 <= bundle.length ? bundle.readUInt16BE(at) : 0);
    if (end > bundle.length || at + 2 > bundle.length) throw new Error('a bundle of entries is cut short');
    entries.push(bundle.subarray(at + 2, end));
    at = end;
  }
  return entries;
}
