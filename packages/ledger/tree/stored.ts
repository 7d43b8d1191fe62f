import { join } from 'node:path';
import { readIfThere } from '../disk.ts';
import { HASH_BYTES } from './hash.ts';
import type { ReadTile } from './proof.ts';
import { hashesOf, TILE_WIDTH, type Tile, tilePath } from './tile.ts';

/**
 * The hashes of a tile under a log's folder; of a full one its beginning, where the partial one is no longer there.
 * @throws Error naming the tile where it is missing or has another size
 */
export async function readHashes(dir: string, tile: Tile): Promise<Buffer[]> {
  const path = tilePath(tile);
  const bytes =
    (await readIfThere(join(dir, path))) ??
    (await readIfThere(join(dir, tilePath({ ...tile, width: TILE_WIDTH }))));
  if (!bytes) throw new Error(`${path}: is missing`);
  const isFull = bytes.length === TILE_WIDTH * HASH_BYTES;
  if (bytes.length !== tile.width * HASH_BYTES && !isFull)
    throw new Error(`${path}: has not the size of a tile`);
  return hashesOf(bytes).slice(0, tile.width);
}

/**
 * Reads tiles of an earlier state of a tree that has `size` leaves by now: from the tiles as they are now, since partial
 * ones of earlier sizes need not be there.
 */
export const tilesOfTree =
  (dir: string, size: number): ReadTile =>
  ({ level, index }) =>
    readHashes(dir, {
      level,
      index,
      width: Math.min(TILE_WIDTH, Math.floor(size / TILE_WIDTH ** level) - index * TILE_WIDTH),
    });
