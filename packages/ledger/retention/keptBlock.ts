import { type Block, blockOf, commitmentsOf, entryOf, parseEntry } from '../block.ts';
import type { LogName, Written } from '../record.ts';
import { HASH_BYTES } from '../tree/hash.ts';
import { fromBase64 } from '../tree/note.ts';
import { Fault } from '../verify/fault.ts';

/**
 * Some records of a block with all that shows that they were in it: each with its salt, the commitments to all
 * records of the block, and which leaf it is. Commitments to the others say nothing of them once their salts are
 * gone. `proof` leads from the leaf to a checkpoint where the store's own tiles are not at hand.
 */
export type KeptBlock = {
  v: 1;
  log: LogName;
  leaf: number;
  entry: string;
  commitments: string;
  records: { n: number; salt: string; line: string }[];
  proof?: string[];
};

/** A block with its leaf. */
export type Leaf = { leaf: number; block: Block };
/** A record's line with its newline. */
export type NumberedLine = { n: number; line: Buffer };

/** Lines and salts of one kept block at most in a frame. */
const MAX_LINES_BYTES = 4 * 1024 * 1024;

/** The commitments of a whole block. @throws Fault where its lines are not those that were signed */
export function commitmentsOfBlock(block: Block, lines: readonly NumberedLine[], salts: Buffer): Buffer {
  const { first, count, day, digest } = block;
  for (let i = 0; i < count; i++)
    if (lines[i]?.n !== first + i) throw new Fault('segments', `record ${first + i} is missing`, first + i);
  const bytes = Buffer.concat(lines.map(({ line }) => line));
  const lengths = lines.map(({ line }) => line.length);
  const all = commitmentsOf(bytes, lengths, salts);
  if (!blockOf(day, first, all).digest.equals(digest))
    throw new Fault('segments', `one of the records ${first} to ${first + count - 1} was altered`, first);
  return Buffer.from(all.join(''), 'latin1');
}

/** Takes chosen records out of a block, in as many pieces as their size asks for. */
export function* keptOf(
  log: LogName,
  { leaf, block }: Leaf,
  commitments: Buffer,
  records: readonly { n: number; salt: Buffer; line: Buffer }[],
): Generator<KeptBlock> {
  const frame = {
    v: 1 as const,
    log,
    leaf,
    entry: entryOf(block).toString('utf8'),
    commitments: commitments.toString('base64'),
  };
  for (let at = 0; at < records.length; ) {
    const piece: KeptBlock['records'] = [];
    for (let bytes = 0; at < records.length && bytes < MAX_LINES_BYTES; at++) {
      const { n, salt, line } = records[at] as (typeof records)[number];
      bytes += line.length;
      piece.push({ n, salt: salt.toString('base64'), line: line.subarray(0, -1).toString('utf8') });
    }
    yield { ...frame, records: piece };
  }
}

/**
 * Checks kept records against the block they claim to be of. The caller checks the block itself: by the tree's own
 * entry, or by `proof`.
 * @throws Fault naming the record
 */
export function checkKept(kept: KeptBlock): { block: Block; records: Written[] } {
  const block = parseEntry(Buffer.from(kept.entry));
  const commitments = fromBase64(kept.commitments);
  if (commitments.length !== block.count * HASH_BYTES)
    throw new Fault('kept', `the commitments of block ${kept.leaf} are cut short`, block.first);
  const all = Array.from({ length: block.count }, (_, i) =>
    commitments.toString('latin1', i * HASH_BYTES, (i + 1) * HASH_BYTES),
  );
  if (!blockOf(block.day, block.first, all).digest.equals(block.digest))
    throw new Fault('kept', `the commitments of block ${kept.leaf} are not those that were signed`, block.first);
  const records = kept.records.map(({ n, salt, line }) => {
    const bytes = Buffer.from(`${line}\n`);
    const [own] = commitmentsOf(bytes, [bytes.length], fromBase64(salt));
    const record = JSON.parse(line) as Written;
    if (own !== all[n - block.first] || record.n !== n) throw new Fault('kept', `record ${n} was altered`, n);
    return record;
  });
  return { block, records };
}
