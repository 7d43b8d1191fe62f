import type { Block } from '../block.ts';
import type { Checkpoint } from '../tree/checkpoint.ts';
import { rootOf } from '../tree/hash.ts';
import { rootFromTiles } from '../tree/proof.ts';
import { readHashes } from '../tree/stored.ts';
import { TILE_WIDTH, type Tile, tilePath } from '../tree/tile.ts';
import { Fault } from './fault.ts';
import { readEntries } from './tiles.ts';

/** With which records bundles of a tree begin, by their index: what was read and checked of it before. */
export type Begins = Map<number, number>;

/**
 * The blocks of a signed tree from the one that holds record `first` on, 256 at a time; each tile is checked against
 * those above it, up to the checkpoint. What lies before is not read.
 * @param known of the same tree: where a search begins; what is read is added
 * @throws Fault naming the file
 */
export async function* blocksFrom(
  dir: string,
  { size, root }: Checkpoint,
  first: number,
  known: Begins = new Map(),
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
  let [low, high] = [0, tiles - 1];
  for (const [index, begins] of known)
    if (begins <= first) low = Math.max(low, index);
    else high = Math.min(high, index - 1);
  // Whoever asks for one part after another finds it where the last one ended, or beside.
  for (let step = 1; low < high; ) {
    const middle = Math.min(high, low + step);
    const [block] = await blocksAt(middle, 1);
    const begins = (block as Block).first;
    known.set(middle, begins);
    if (begins <= first) low = middle;
    else high = middle - 1;
    step = begins <= first ? 2 * step : Math.max(1, Math.floor(step / 2));
  }
  for (let index = low; index < tiles; index++) {
    const blocks = await blocksAt(index);
    known.set(index, (blocks[0] as Block).first);
    yield blocks.filter(({ first: begins, count }) => count > 0 && begins + count > first);
  }
}
