import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type Block, commitmentsOf, entryOf, Salts } from '../block.ts';
import type { DayKeys } from '../keys/day.ts';
import { type Checkpoint, parseCheckpoint } from '../tree/checkpoint.ts';
import { openNote, verifierOf } from '../tree/note.ts';
import { inclusionProof } from '../tree/proof.ts';
import { VKEY_FILE } from '../tree/signer.ts';
import { readHashes } from '../tree/stored.ts';
import { TILE_WIDTH, type Tile } from '../tree/tile.ts';
import { CHECKPOINT_FILE } from '../tree/tree.ts';
import { type Line, linesOf } from '../verify/lines.ts';
import { readEntries } from '../verify/tiles.ts';
import type { BlockProof, LogProof } from './proof.ts';

const COMMITMENT_BYTES = 32;

export type ProveOptions = {
  /** The log's folder. */
  dir: string;
  keys: DayKeys;
  /** Numbers of the records to show, ascending. */
  numbers: readonly number[];
  /** Lines from record `from` on, in order; of the log's own segments where nothing else is said. */
  lines?: (from: number) => AsyncIterable<Pick<Line, 'n' | 'line'>>;
};

/** The signed tree head of a log as its files say it: what proofs lead to. @throws Error where nothing is signed yet */
export async function readHeadNote(
  dir: string,
): Promise<{ vkey: string; note: string; checkpoint: Checkpoint }> {
  const vkey = (await readFile(join(dir, VKEY_FILE), 'utf8')).trimEnd();
  const note = await readFile(join(dir, CHECKPOINT_FILE), 'utf8');
  return { vkey, note, checkpoint: parseCheckpoint(openNote(note, verifierOf(vkey)).text) };
}

/**
 * Proves records block by block, so that any number of them takes the memory of one block. Reads the files of a log,
 * also while its writer goes on; records behind the last checkpoint cannot be proved yet (`Ledger.sign` makes one).
 * @throws RangeError where a number is not under the checkpoint, Fault where the files do not hold,
 *   Error where the key of a record's day is gone
 */
export async function* proveBlocks(
  { dir, keys, numbers, lines = (from) => linesOf(dir, from) }: ProveOptions,
  { size }: Checkpoint,
): AsyncGenerator<BlockProof> {
  const tiles = tileCache(dir);
  const leafOf = leafFinder(dir, size, tiles);
  let source: AsyncIterator<Pick<Line, 'n' | 'line'>> | undefined;
  for (let at = 0; at < numbers.length; ) {
    const { leaf, block } = await leafOf(numbers[at] as number);
    const end = block.first + block.count;
    const shown = new Set<number>();
    for (; at < numbers.length && (numbers[at] as number) < end; at++) shown.add(numbers[at] as number);
    source ??= lines(block.first)[Symbol.asyncIterator]();
    const proof = proofOf(leaf, block, await take(source, block), keys, shown);
    yield { ...proof, path: (await inclusionProof(leaf, size, tiles)).map((one) => one.toString('base64')) };
  }
}

/** All of `proveBlocks` in one piece, with the head it leads to. @throws as `proveBlocks` */
export async function proveRecords(options: ProveOptions): Promise<LogProof> {
  const { vkey, note, checkpoint } = await readHeadNote(options.dir);
  const blocks: BlockProof[] = [];
  for await (const block of proveBlocks(options, checkpoint)) blocks.push(block);
  return { v: 1, vkey, checkpoint: note, blocks };
}

/** The lines of a block, from a source that is before or at it. */
async function take(
  source: AsyncIterator<Pick<Line, 'n' | 'line'>>,
  { first, count }: Block,
): Promise<Buffer[]> {
  const got: Buffer[] = [];
  while (got.length < count) {
    const next = await source.next();
    if (next.done || next.value.n > first + got.length)
      throw new Error(`record ${first + got.length} is not there any more`);
    if (next.value.n === first + got.length) got.push(next.value.line);
  }
  return got;
}

function proofOf(
  leaf: number,
  block: Block,
  lines: readonly Buffer[],
  keys: DayKeys,
  shown: ReadonlySet<number>,
): Omit<BlockProof, 'path'> {
  const salts = new Salts(keys.derive(block.day, 'salt', false)).take(block.first, block.count);
  const lengths = lines.map((line) => line.length);
  const commitments = commitmentsOf(Buffer.concat(lines), lengths, salts);
  const saltOf = (i: number): Buffer => salts.subarray(i * COMMITMENT_BYTES, (i + 1) * COMMITMENT_BYTES);
  const records = lines.flatMap((line, i) =>
    shown.has(block.first + i)
      ? [
          {
            n: block.first + i,
            line: line.toString('utf8', 0, line.length - 1),
            salt: saltOf(i).toString('base64'),
          },
        ]
      : [],
  );
  const others = commitments.flatMap((one, i) =>
    shown.has(block.first + i) ? [] : [Buffer.from(one, 'latin1').toString('base64')],
  );
  return { leaf, entry: entryOf(block).toString('utf8'), records, others };
}

/** Reads each tile once; a proof of many records asks for the upper ones again and again. */
function tileCache(dir: string): (tile: Tile) => Promise<Buffer[]> {
  const cache = new Map<string, Promise<Buffer[]>>();
  return (tile) => {
    const key = `${tile.level}/${tile.index}/${tile.width}`;
    const there = cache.get(key) ?? readHashes(dir, tile);
    if (tile.level > 0) cache.set(key, there);
    return there;
  };
}

/** Finds the leaf of a record by halving: blocks follow one another without gaps. */
function leafFinder(
  dir: string,
  size: number,
  tiles: (tile: Tile) => Promise<Buffer[]>,
): (n: number) => Promise<{ leaf: number; block: Block }> {
  const bundles = Math.ceil(size / TILE_WIDTH);
  let last: { index: number; blocks: Block[] } | undefined;
  const bundle = async (index: number): Promise<Block[]> => {
    if (last?.index !== index) {
      const width = Math.min(TILE_WIDTH, size - index * TILE_WIDTH);
      const tile = { level: 0, index, width };
      last = { index, blocks: await readEntries(dir, tile, await tiles(tile)) };
    }
    return last.blocks;
  };
  return async (n) => {
    let lo = 0;
    for (let hi = bundles - 1; lo < hi; ) {
      const middle = Math.ceil((lo + hi) / 2);
      if (((await bundle(middle))[0] as Block).first <= n) lo = middle;
      else hi = middle - 1;
    }
    const blocks = bundles > 0 && n > 0 ? await bundle(lo) : [];
    const at = blocks.findIndex(({ first, count }) => n >= first && n < first + count);
    if (at < 0) throw new RangeError(`record ${n} is under no leaf of the checkpoint`);
    return { leaf: lo * TILE_WIDTH + at, block: blocks[at] as Block };
  };
}
