import { join } from 'node:path';
import { type Block, parseEntry } from '../block.ts';
import { readIfThere } from '../disk.ts';
import type { Checkpoint } from '../tree/checkpoint.ts';
import { leafHash, rootOf } from '../tree/hash.ts';
import { rootFromTiles } from '../tree/proof.ts';
import { readHashes } from '../tree/stored.ts';
import { entriesOf, entriesPath, TILE_WIDTH, type Tile, tilePath, tilesOf } from '../tree/tile.ts';
import { Fault } from './fault.ts';

/**
 * The blocks under a level-0 tile, each checked against its leaf hash; the first `most` of them.
 * @throws Fault naming the file
 */
export async function readEntries(
  dir: string,
  tile: Tile,
  leaves: readonly Buffer[],
  most = tile.width,
): Promise<Block[]> {
  const path = entriesPath(tile);
  const bytes =
    (await readIfThere(join(dir, path))) ??
    (await readIfThere(join(dir, entriesPath({ ...tile, width: TILE_WIDTH }))));
  if (!bytes) throw new Fault(path, 'is missing');
  const all = entriesOf(bytes);
  if (all.length !== tile.width && all.length !== TILE_WIDTH)
    throw new Fault(path, 'has not the entries of its tile');
  return all.slice(0, Math.min(most, tile.width)).map((entry, i) => {
    if (!leafHash(entry).equals(leaves[i] as Buffer))
      throw new Fault(path, `entry ${tile.index * TILE_WIDTH + i} is not what its leaf hash says`);
    return parseEntry(entry);
  });
}

/**
 * Checks every tile of a signed tree against the level below, and the root against the checkpoint; then hands out its
 * blocks in order, 256 at a time.
 * @throws Fault naming the file
 */
export async function* readTree(dir: string, { size, root }: Checkpoint): AsyncGenerator<Block[]> {
  const cache = new Map<string, Buffer[]>();
  for (const tile of tilesOf(size)) {
    if (tile.level === 0) continue;
    const hashes = await readHashes(dir, tile);
    for (const [i, hash] of hashes.entries()) {
      const below = { level: tile.level - 1, index: tile.index * TILE_WIDTH + i, width: TILE_WIDTH };
      if (!rootOf(await readHashes(dir, below)).equals(hash))
        throw new Fault(tilePath(below), `is not what ${tilePath(tile)} says`);
    }
  }
  const read = async (tile: Tile): Promise<Buffer[]> => {
    const path = tilePath(tile);
    const hashes = cache.get(path) ?? (await readHashes(dir, tile));
    if (tile.level > 0 || tile.width < TILE_WIDTH) cache.set(path, hashes);
    return hashes;
  };
  if (size > 0 && !(await rootFromTiles(size, read)).equals(root))
    throw new Fault('checkpoint', 'its root is not that of the tiles');
  for (const tile of tilesOf(size)) {
    if (tile.level > 0) return;
    yield await readEntries(dir, tile, await read(tile));
  }
}

/** Number of the last record under a checkpoint; 0 before the first. */
export async function lastOf(dir: string, { size }: Checkpoint): Promise<number> {
  if (size === 0) return 0;
  const index = Math.floor((size - 1) / TILE_WIDTH);
  const tile = { level: 0, index, width: size - index * TILE_WIDTH };
  const block = (await readEntries(dir, tile, await readHashes(dir, tile))).at(-1) as Block;
  return block.first + block.count - 1;
}
