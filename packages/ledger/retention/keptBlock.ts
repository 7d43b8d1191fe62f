import { type Block, blockOf, commitmentsOf, entryOf } from '../block.ts';
import { checkShown, type Shown } from '../evidence/check.ts';
import type { Leaf } from '../evidence/leaves.ts';
import type { BlockProof } from '../evidence/proof.ts';
import type { LogName } from '../record.ts';
import { Fault } from '../verify/fault.ts';

/**
 * Some records of a block with what shows that they were in it. Where the store's own tiles are at hand there is no
 * `path`: the tree is asked for the leaf.
 */
export type KeptBlock = Omit<BlockProof, 'path'> & { v: 1; log: LogName; path?: string[] };

/** A record's line with its newline. */
export type NumberedLine = { n: number; line: Buffer };
/** A record that is kept: its line with the newline, and its salt. */
export type SaltedLine = NumberedLine & { salt: Buffer };

/** Lines of one kept block at most in a frame. */
const MAX_LINES_BYTES = 4 * 1024 * 1024;

const base64 = (binary: string): string => Buffer.from(binary, 'latin1').toString('base64');

/** The commitments of a whole block. @throws Fault where its lines are not those that were signed */
export function commitmentsOfBlock(block: Block, lines: readonly NumberedLine[], salts: Buffer): string[] {
  const { first, count, day, digest } = block;
  for (let i = 0; i < count; i++)
    if (lines[i]?.n !== first + i) throw new Fault('segments', `record ${first + i} is missing`, first + i);
  const bytes = Buffer.concat(lines.map(({ line }) => line));
  const lengths = lines.map(({ line }) => line.length);
  const all = commitmentsOf(bytes, lengths, salts);
  if (!blockOf(day, first, all).digest.equals(digest))
    throw new Fault('segments', `one of the records ${first} to ${first + count - 1} was altered`, first);
  return all;
}

/** Takes chosen records out of a block, in as many pieces as their size asks for. */
export function* keptOf(
  log: LogName,
  { leaf, block }: Leaf,
  commitments: readonly string[],
  records: readonly SaltedLine[],
): Generator<KeptBlock> {
  const entry = entryOf(block).toString('utf8');
  for (let at = 0; at < records.length; ) {
    const shown: KeptBlock['records'] = [];
    for (let bytes = 0; at < records.length && bytes < MAX_LINES_BYTES; at++) {
      const { n, salt, line } = records[at] as SaltedLine;
      bytes += line.length;
      shown.push({ n, salt: salt.toString('base64'), line: line.subarray(0, -1).toString('utf8') });
    }
    const own = new Set(shown.map(({ n }) => n));
    const others = commitments.filter((_, i) => !own.has(block.first + i)).map(base64);
    yield { v: 1, log, leaf, entry, records: shown, others };
  }
}

/** What a kept block shows, checked, and its records as they are to be kept on. @throws Error, as `checkShown` */
export function openKept(kept: KeptBlock): Shown & { leaf: number; lines: SaltedLine[] } {
  const lines = kept.records.map(({ n, salt, line }) => ({
    n,
    salt: Buffer.from(salt, 'base64'),
    line: Buffer.from(`${line}\n`),
  }));
  return { ...checkShown(kept), leaf: kept.leaf, lines };
}
