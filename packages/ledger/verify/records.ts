import { type Block, blockOf, commitmentsOf, firstAltered, Salts } from '../block.ts';
import type { DayKeys } from '../keys/day.ts';
import type { Written } from '../record.ts';
import { Fault } from './fault.ts';
import type { Line } from './lines.ts';

export type RecordCount = {
  /** Records whose block was checked. */
  checked: number;
  /** Records that are gone with their day's key, and the days they were of. */
  purged: number;
  purgedDays: string[];
  /** Records behind the last leaf: on disk, not signed yet. */
  unsigned: number;
};

/**
 * Checks records of segments against the blocks that were signed, both in order; sealed ones are somebody else's.
 * @throws Fault naming the first bad record, or the block it lies in
 */
export async function checkRecords(
  blocks: AsyncIterable<Block[]>,
  lines: AsyncIterator<Line>,
  keys: DayKeys,
  isSealed: (block: Block) => boolean,
  onProgress: (records: number) => void,
): Promise<RecordCount> {
  const count: RecordCount = { checked: 0, purged: 0, purgedDays: [], unsigned: 0 };
  const purgedDays = new Set<string>();
  let salts: { day: string; salts: Salts } | undefined;
  let next = await lines.next();
  let expected = 1;
  for await (const group of blocks) {
    for (const block of group) {
      if (block.first !== expected)
        throw new Fault('tile/entries', `a block begins at ${block.first}, not at ${expected}`);
      if (block.epoch) continue;
      expected += block.count;
      const got: Line[] = [];
      while (!next.done && next.value.n < expected) {
        got.push(next.value);
        next = await lines.next();
      }
      if (got.length === 0 && keys.wasDestroyed(block.day)) {
        count.purged += block.count;
        purgedDays.add(block.day);
        continue;
      }
      // Its part is checked against it by itself.
      if (got.length === 0 && isSealed(block)) continue;
      if (salts?.day !== block.day) salts = { day: block.day, salts: saltsOf(keys, block) };
      checkBlock(block, got, salts.salts);
      count.checked += block.count;
      onProgress(count.checked);
    }
  }
  for (; !next.done; next = await lines.next()) {
    const { n, line, file } = next.value;
    if (n !== expected++ || numberOf(line) !== n) throw new Fault(file, `record ${n} is no record`, n);
    count.unsigned++;
  }
  count.purgedDays = [...purgedDays];
  return count;
}

function saltsOf(keys: DayKeys, { day, first }: Block): Salts {
  try {
    return new Salts(keys.derive(day, 'salt', false));
  } catch (why) {
    throw new Fault('keys.slots', (why as Error).message, first);
  }
}

/** Checks the records of one block. @throws Fault naming the first bad one, or the block */
export function checkBlock(block: Block, lines: readonly Line[], salts: Salts): void {
  const { first, count } = block;
  const file = lines[0]?.file ?? 'segments';
  for (let i = 0; i < count; i++)
    if (lines[i]?.n !== first + i) throw new Fault(file, `record ${first + i} is missing`, first + i);
  const bytes = Buffer.concat(lines.map(({ line }) => line));
  const lengths = lines.map(({ line }) => line.length);
  const commitments = commitmentsOf(bytes, lengths, salts.take(first, count));
  const there = blockOf(block.day, first, commitments);
  if (there.digest.equals(block.digest)) return;
  const bad = firstAltered(block, commitments);
  if (bad !== undefined) throw new Fault(file, `record ${bad} was altered`, bad);
  throw new Fault(file, `one of the records ${first} to ${first + count - 1} was altered`, first);
}

function numberOf(line: Buffer): number | undefined {
  try {
    return (JSON.parse(line.toString('utf8')) as Written).n;
  } catch {
    return undefined;
  }
}
