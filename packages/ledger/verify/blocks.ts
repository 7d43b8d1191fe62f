import type { Block } from '../block.ts';
import type { Checkpoint } from '../tree/checkpoint.ts';
import { rootOf } from '../tree/hash.ts';
import { rootFromTiles } from '../tree/proof.ts';
import { readHashes } from '../tree/stored.ts';
import { TILE_WIDTH, type Tile, tilePath } from '../tree/tile.ts';
import { Fault } from './fault.ts';
import { readEntries } from './tiles.ts';

/**
 * The blocks of a signed tree from the one that holds record `first` on, 256 at a time; each tile is checked against
 * those above it, up to the checkpoint. What lies before is not read.
 * @throws Fault naming the file
 */
export async function* blocksFrom(
  dir: string,
  { size, root }: Checkpoint,
  first: number,
): AsyncGenerator<Block[]> {
  if (size === 0) return;
  const cache = new Map<string, Buffer[]>();
  const widthOf = (level: number, index: number): number =>
    Math.min(TILE_WIDTH, Math.floor(size / TILE_WIDTH ** level) - index * TILE_WIDTH);
  const read = async (tile: Tile): Promise<Buffer[]> => {
    const path = tilePath(tile);
    const hashes = cache.get(path) ?? (await readHashes(dir, tile));
    if (tile.level > 0) cache.set(path, hashes);
    return hashes;
  };
  if (!(await rootFromTiles(size, read)).equals(root))
    throw new Fault('checkpoint', 'its root is not that of the tiles');
  const checked = new Set<string>();
  const check = async (tile: Tile): Promise<Buffer[]> => {
    const hashes = await read(tile);
    const path = tilePath(tile);
    // A partial tile is under the root by itself, which was made of it.
    if (tile.width < TILE_WIDTH || checked.has(path)) return hashes;
    const index = Math.floor(tile.index / TILE_WIDTH);
    const width = widthOf(tile.level + 1, index);
    if (width > 0) {
      const above = await check({ level: tile.level + 1, index, width });
      if (!rootOf(hashes).equals(above[tile.index % TILE_WIDTH] as Buffer))
        throw new Fault(path, 'is not what the tile above it says');
    }
    if (tile.level > 0) checked.add(path);
    return hashes;
  };
  const blocksAt = async (index: number, most?: number): Promise<Block[]> => {
    const tile = { level: 0, index, width: widthOf(0, index) };
    return readEntries(dir, tile, await check(tile), most);
  };
  const tiles = Math.ceil(size / TILE_WIDTH);
  let low = 0;
  for (let high = tiles - 1; low < high; ) {
    const middle = Math.ceil((low + high) / 2);
    const [block] = await blocksAt(middle, 1);
    if ((block as Block).first <= first) low = middle;
    else high = middle - 1;
  }
  for (let index = low; index < tiles; index++)
    yield (await blocksAt(index)).filter(({ first: begins, count }) => count > 0 && begins + count > first);
}
