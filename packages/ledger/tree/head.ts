import { join } from 'node:path';
import { parseEntry } from '../block.ts';
import { type Disk, readIfThere, removeIfThere } from '../disk.ts';
import { Frontier } from './frontier.ts';
import { HASH_BYTES, leafHash, rootOf } from './hash.ts';
import { fromBase64 } from './note.ts';
import { entriesOf, entriesPath, hashesOf, TILE_WIDTH, tilePath } from './tile.ts';

/** The signer's memory, synced before each signature: what it signs, and what no full tile holds yet. */
export const HEAD_FILE = 'head';

/** Levels of tiles that a log ever has: over four thousand million leaves. */
const MAX_LEVELS = 4;

/** `last` is the number of the last record under a leaf; `entries` those of the partial bundle. */
export type Head = { v: 1; size: number; last: number; root: string; entries: string[] };

const textOf = (head: Head): string => `${JSON.stringify(head)}\n`;

/** The head of a log's folder; undefined before the first checkpoint. @throws Error where it is damaged */
export async function readHead(dir: string): Promise<Head | undefined> {
  const bytes = await readIfThere(join(dir, HEAD_FILE));
  if (!bytes) return undefined;
  try {
    const { v, size, last, root, entries } = JSON.parse(bytes.toString('utf8')) as Head;
    const head = { v, size, last, root, entries };
    if (v !== 1 || entries.length !== size % TILE_WIDTH || !Buffer.from(textOf(head)).equals(bytes))
      throw new Error('it is no head');
    return head;
  } catch (why) {
    throw new Error(`${join(dir, HEAD_FILE)} is damaged: ${(why as Error).message}`);
  }
}

/** Makes a head durable. */
export const writeHead = (dir: string, head: Head, disk: Disk): Promise<void> =>
  disk.replace(join(dir, HEAD_FILE), textOf(head), { sync: true });

/**
 * The right edge of the tree that a head speaks of. Partial tiles are not synced: one that is missing is made again
 * from the full tiles below it.
 * @throws Error where a full tile is missing, or the tree has another root than the head says
 */
export async function frontierOf(dir: string, head: Head): Promise<Frontier> {
  const entries = head.entries.map((entry) => Buffer.from(entry));
  const levels: Buffer[][] = [entries.map(leafHash)];
  for (let level = 1, count = Math.floor(head.size / TILE_WIDTH); count > 0; level++) {
    const index = Math.floor(count / TILE_WIDTH);
    const hashes: Buffer[] = [];
    for (let below = index * TILE_WIDTH; below < count; below++) {
      const path = join(dir, tilePath({ level: level - 1, index: below, width: TILE_WIDTH }));
      const tile = await readIfThere(path);
      if (tile?.length !== TILE_WIDTH * HASH_BYTES) throw new Error(`${path} is missing or cut short`);
      hashes.push(rootOf(hashesOf(tile)));
    }
    levels.push(hashes);
    count = index;
  }
  const frontier = new Frontier(head.size, levels, entries);
  if (!frontier.root().equals(fromBase64(head.root)))
    throw new Error(`the tree in ${dir} has another root than its head says`);
  const { first, count } = parseEntry(await lastEntry(dir, head));
  if (first + count - 1 !== head.last)
    throw new Error(`the head of ${dir} names another last record than its tree`);
  return frontier;
}

/** The entry of the last leaf under a head. @throws Error where it is missing */
export async function lastEntry(dir: string, { size, entries }: Head): Promise<Buffer> {
  const there = entries.at(-1);
  if (there !== undefined) return Buffer.from(there);
  const path = join(dir, entriesPath({ index: size / TILE_WIDTH - 1, width: TILE_WIDTH }));
  const last = entriesOf((await readIfThere(path)) ?? Buffer.alloc(0)).at(-1);
  if (!last) throw new Error(`${path} is missing`);
  return last;
}

/**
 * Removes full tiles and bundles that a crash left ahead of the head: they were written before it, hold leaves that
 * nobody signed, and the records under those get others.
 */
export async function dropAhead(dir: string, size: number): Promise<void> {
  for (let level = 0, count = size; level < MAX_LEVELS; level++) {
    count = Math.floor(count / TILE_WIDTH);
    for (let index = count; ; index++) {
      const tile = { level, index, width: TILE_WIDTH };
      const paths = level === 0 ? [tilePath(tile), entriesPath(tile)] : [tilePath(tile)];
      const there = await Promise.all(paths.map((path) => readIfThere(join(dir, path))));
      if (there.every((bytes) => bytes === undefined)) break;
      for (const path of paths) await removeIfThere(join(dir, path));
    }
  }
}
