import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { readIfThere } from '../disk.ts';
import { labelOf } from '../keys/day.ts';
import { readSlots } from '../keys/readSlots.ts';
import type { SlotFile } from '../keys/slots.ts';
import type { LogName, Written } from '../record.ts';
import { CASE_FILE, CASES_FOLDER, caseLabel } from '../retention/caseFile.ts';
import type { KeptBlock } from '../retention/keptBlock.ts';
import { frameKey, parseFrame, readFrames } from '../retention/keptFile.ts';
import { KEPT_FOLDER, keptLabel } from '../retention/keptStore.ts';
import { carriedFrom, type PartReceipt, PURGING_FILE, type Receipt } from '../retention/receipt.ts';
import { type KindRecordsOptions, kindRecords } from './kindRecords.ts';

/** Something that is gone although no record says so. `day`: which one it was, or until which it was kept. */
export type Unaccounted = { part: 'day' | 'kept' | 'case'; id: string; log?: LogName; day?: string };

/** What the `retention` log says of what is gone and of what must be there, held against the store. */
export type ReceiptsReport = {
  part: 'receipts';
  /** Days that are gone, each with its receipt. */
  purged: number;
  /** Files of records that a purge carried over and that are all there. */
  kept: number;
  /** Holds that stand, and are there. */
  cases: number;
  /** Gone without a record of it, as a restore may leave it. */
  leftOut: number;
  /** Gone, and of which a record may speak that lies in a bucket which is away. */
  unchecked: number;
  /** Some of the log was not read, so that it may tell of more; and why. */
  isPartial?: true;
  why?: string;
  faults: string[];
};

export type ReceiptsOptions = Omit<KindRecordsOptions, 'log' | 'kind' | 'onAway'> & {
  /** By log, the days of which the tree has leaves and nobody a record, as `verifyStore` found them. */
  purgedDays: ReadonlyMap<LogName, readonly string[]>;
  /** Whether a part may be gone without a record of it. */
  mayLack?: (gone: Unaccounted) => boolean;
  /** When what is missing is looked at again, ms: holds come and go, and purges run, while a store is read. */
  againMs?: number;
};

const AGAIN_MS = 1_500;

/**
 * Holds a store against its own account of what it destroyed: each day that is gone has a receipt, each record that a
 * purge carried over is there or went with a receipt of its own, each hold stands that nobody released. So nobody
 * destroys a day, or evidence, by its key and files alone. Reads the log beside; whether that is what was signed is
 * for `verifyStore` to say.
 * Where the bucket is away, against all of the account that lies here: what a record in it may explain is `unchecked`.
 * @throws Error where keys or the log cannot be read
 */
export async function verifyReceipts(options: ReceiptsOptions): Promise<ReceiptsReport> {
  const first = await look(options);
  if (first.faults.length === 0) return first;
  await sleep(options.againMs ?? AGAIN_MS);
  return look(options);
}

async function look({ purgedDays, mayLack, ...store }: ReceiptsOptions): Promise<ReceiptsReport> {
  const { dir } = store;
  const report: ReceiptsReport = {
    part: 'receipts',
    purged: 0,
    kept: 0,
    cases: 0,
    leftOut: 0,
    unchecked: 0,
    faults: [],
  };
  const { parts, placed, unread } = await accountOf(store);
  if (unread) Object.assign(report, { isPartial: true, why: unread.why });
  // What tells that a day is gone is younger than the day itself.
  const mayTell = ({ day }: Unaccounted): boolean =>
    unread !== undefined && (unread.upTo === undefined || day === undefined || unread.upTo > day);
  const lacking = (gone: Unaccounted, what: string): void => {
    if (mayLack?.(gone)) report.leftOut++;
    else if (mayTell(gone)) report.unchecked++;
    else report.faults.push(`${gone.id}: ${what}`);
  };
  const gone = new Set(parts.map(({ id }) => id));
  for (const [log, days] of purgedDays)
    for (const day of days)
      if (gone.has(labelOf(log, day))) report.purged++;
      else lacking({ part: 'day', id: labelOf(log, day), log, day }, 'is gone without a receipt');
  const slots = readSlots(dir, store.kekPath);
  try {
    for (const { log, until, from, count } of carriedOf(parts)) {
      const id = keptLabel(log, until);
      if (gone.has(id)) continue;
      const there = await recordsIn(dir, slots, log, until, from);
      if (there === count) report.kept++;
      else
        lacking(
          { part: 'kept', id, log, day: until },
          `${there} of ${count} records that outlived ${from} are there`,
        );
    }
    for (const id of placed) {
      const isThere = slots.get(caseLabel(id)) && (await readIfThere(join(dir, CASES_FOLDER, id, CASE_FILE)));
      if (isThere) report.cases++;
      else lacking({ part: 'case', id: caseLabel(id) }, 'was held, is gone, and nobody released it');
    }
  } finally {
    slots.close();
  }
  return report;
}

type Account = {
  parts: PartReceipt[];
  placed: Set<string>;
  /** Why some of it was not read, and the last day of which that may be; undefined where nobody knows. */
  unread?: { why: string; upTo: string | undefined };
};

/** Parts that receipts say are gone, and holds that were placed and not released. */
async function accountOf(store: Omit<KindRecordsOptions, 'log' | 'kind' | 'onAway'>): Promise<Account> {
  let unread: Account['unread'];
  const onAway = (why: string, upTo: string | undefined): void => {
    const isLater = unread === undefined || (unread.upTo !== undefined && (upTo ?? '~') > unread.upTo);
    if (isLater) unread = { why, upTo };
  };
  const of = (kind: string): AsyncIterable<Written> =>
    kindRecords({ ...store, log: 'retention', kind, onAway });
  const parts = new Map<string, PartReceipt>();
  // A purge at work writes its intent before a key goes, and takes it away behind its receipt.
  const intent = await readIfThere(join(store.dir, PURGING_FILE));
  const begun = intent ? [JSON.parse(intent.toString('utf8')) as Receipt] : [];
  const receipts = (await Array.fromAsync(of('retention.purged'))) as unknown as Receipt[];
  for (const part of [...receipts, ...begun].flatMap((receipt) => receipt.parts))
    parts.set(`${part.id} ${part.from ?? ''}`, part);
  const placed = new Set<string>();
  for await (const { id } of of('hold.placed')) placed.add(String(id));
  for await (const { id } of of('hold.released')) placed.delete(String(id));
  return { parts: [...parts.values()], placed, ...(unread ? { unread } : {}) };
}

type Carried = { log: LogName; until: string; from: string; count: number };

/** Files of records that outlived their part, as the receipts tell of them. */
const carriedOf = (parts: readonly PartReceipt[]): Carried[] =>
  parts.flatMap(({ log, part, day, carried, from = carriedFrom(part, day) }) =>
    Object.entries(carried).map(([until, count]) => ({
      log,
      until,
      from,
      count,
    })),
  );

/** Records in a kept file; 0 where it or its key is gone. @throws Fault where it was altered */
async function recordsIn(
  dir: string,
  slots: SlotFile,
  log: LogName,
  until: string,
  from: string,
): Promise<number> {
  const label = keptLabel(log, until);
  const key = slots.get(label);
  const path = join(dir, KEPT_FOLDER, log, until, `${from}.keep`);
  if (!key || !(await readIfThere(path))) return 0;
  let count = 0;
  for await (const frame of readFrames(path, frameKey(key, label)))
    count += (parseFrame(frame) as KeptBlock).records.length;
  return count;
}
