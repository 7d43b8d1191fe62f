import { type Block, commitmentsOf, entryOf, Salts } from '../block.ts';
import type { DayKeys } from '../keys/day.ts';
import type { Checkpoint } from '../tree/checkpoint.ts';
import { type Line, linesOf } from '../verify/lines.ts';
import { type Leaf, Leaves } from './leaves.ts';
import type { BlockProof, LogProof } from './proof.ts';
import { readHeadNote } from './signed.ts';

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
  const leaves = new Leaves(dir, size);
  let source: AsyncIterator<Pick<Line, 'n' | 'line'>> | undefined;
  for (let at = 0; at < numbers.length; ) {
    const { leaf, block } = await leafOf(leaves, numbers[at] as number);
    const end = block.first + block.count;
    const shown = new Set<number>();
    for (; at < numbers.length && (numbers[at] as number) < end; at++) shown.add(numbers[at] as number);
    source ??= lines(block.first)[Symbol.asyncIterator]();
    const proof = proofOf(leaf, block, await take(source, block), keys, shown);
    yield { ...proof, path: await leaves.proof(leaf) };
  }
}

/** All of `proveBlocks` in one piece, with the head it leads to. @throws as `proveBlocks` */
export async function proveRecords(options: ProveOptions): Promise<LogProof> {
  const { vkey, note, checkpoint } = await readHeadNote(options.dir);
  const blocks: BlockProof[] = [];
  for await (const block of proveBlocks(options, checkpoint)) blocks.push(block);
  return { v: 1, vkey, checkpoint: note, blocks };
}

/** The leaf of a record. @throws RangeError where none has it */
async function leafOf(leaves: Leaves, n: number): Promise<Leaf> {
  for await (const leaf of leaves.from(n)) {
    if (leaf.block.first <= n) return leaf;
    break;
  }
  throw new RangeError(`record ${n} is under no leaf of the checkpoint`);
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
