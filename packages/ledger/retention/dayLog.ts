import { Salts } from '../block.ts';
import type { Leaf, Leaves } from '../evidence/leaves.ts';
import type { DayKeys } from '../keys/day.ts';
import type { LogName } from '../record.ts';
import { commitmentsOfBlock, type NumberedLine } from './keptBlock.ts';

/** One log as retention sees it: days of records that come and go as a whole. */
export type DayLog = {
  name: LogName;
  /** The log's folder, with its tree. */
  dir: string;
  keys: DayKeys;
  /** Days that have records here, oldest first, each with the number of its last record. */
  days(): Promise<{ day: string; last: number }[]>;
  /** Calls with the day and number of the last record whenever records are on disk. */
  follow(onCommit: (day: string, last: number) => void): void;
  /** A day's records in order. */
  lines(day: string): AsyncIterable<NumberedLine>;
  /**
   * Removes every file of a day whose key is gone. Of those, `locked` objects a bucket's lock still keeps, and
   * `waiting` it has not deleted yet since it is away; they go by themselves.
   */
  drop(day: string): Promise<{ files: number; bytes: number; locked?: number; waiting?: number }>;
  /** Resolves when each record that is on disk is under a signed leaf. */
  sign(): Promise<void>;
};

/** A block with the lines of all its records, their salts, and its commitments, which were checked. */
export type WholeBlock = Leaf & { lines: NumberedLine[]; salts: Buffer; commitments: string[] };

/**
 * The blocks of a day whose records are all there, in order, each checked against what was signed.
 * @throws Fault naming the record that was altered or is missing
 */
export async function* blocksOfDay(log: DayLog, day: string, leaves: Leaves): AsyncGenerator<WholeBlock> {
  const salts = new Salts(log.keys.derive(day, 'salt', false));
  const whole = (leaf: Leaf, lines: NumberedLine[]): WholeBlock => {
    const own = salts.take(leaf.block.first, leaf.block.count);
    return { ...leaf, lines, salts: own, commitments: commitmentsOfBlock(leaf.block, lines, own) };
  };
  let walk: AsyncGenerator<Leaf> | undefined;
  let leaf: Leaf | undefined;
  let lines: NumberedLine[] = [];
  const holds = (n: number): boolean =>
    leaf !== undefined && n >= leaf.block.first && n < leaf.block.first + leaf.block.count;
  for await (const line of log.lines(day)) {
    if (!holds(line.n)) {
      if (leaf) yield whole(leaf, lines);
      lines = [];
      leaf = (await walk?.next())?.value ?? undefined;
      if (!holds(line.n)) {
        // The day goes on elsewhere: the clock was set back in between.
        walk = leaves.from(line.n);
        leaf = (await walk.next()).value ?? undefined;
      }
      if (!holds(line.n)) return;
    }
    lines.push({ n: line.n, line: Buffer.from(line.line) });
  }
  if (leaf) yield whole(leaf, lines);
}
