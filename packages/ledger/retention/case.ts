import type { LogName, Written } from '../record.ts';

/** What a hold names; every field narrows, `records` name single ones. Times are wall ms, `to` exclusive. */
export type HoldScope = {
  broadcast?: string;
  room?: string;
  user?: string;
  from?: number;
  to?: number;
  records?: { log: LogName; n: number }[];
  logs?: LogName[];
};

/** Why something is held, who answers for it, and when somebody looks whether it still must be. */
export type HoldAsk = {
  case: string;
  reason: string;
  responsible: string;
  /** Day in Asia/Shanghai, `YYYY-MM-DD`. */
  reviewOn: string;
  what: HoldScope;
  /** Bytes it may take. */
  quotaBytes: number;
};

/** A recording in a case store: its path in the media folder, and the file and hash (SHA-256, hex) it has here. */
export type CaseMedia = { path: string; file: string; bytes: number; hash: string };

/** A later word on a hold: when it is looked at again, who says so, and why. `at` is wall ms. */
export type Review = { at: number; by: string; reviewOn: string; note: string };

/** A hold as it stands; `reviewOn` is what the last review says. */
export type Hold = HoldAsk & {
  v: 1;
  id: string;
  by: string;
  at: number;
  /** By log: the line that verifies it, and the checkpoint that the proofs lead to. */
  signed: Partial<Record<LogName, { vkey: string; note: string }>>;
  media: CaseMedia[];
  /** Recordings that were named and were not there. */
  missing: string[];
};

/** Logs that are searched where nobody names others. */
const DEFAULT_LOGS: readonly LogName[] = ['content', 'moderation'];

/** Logs that a hold looks in. */
export function logsOf(what: HoldScope): readonly LogName[] {
  return what.logs ?? (what.records ? [...new Set(what.records.map(({ log }) => log))] : DEFAULT_LOGS);
}

/**
 * Whether a record is what a hold names. A recording is, where it reaches into the time. A room's id is its broadcast's:
 * what has a broadcast alone, as a recording does, is of that room too.
 */
export function isNamed(log: LogName, record: Written, what: HoldScope): boolean {
  if (what.records) return what.records.some((one) => one.log === log && one.n === record.n);
  const { fromMs = record.ts, toMs = record.ts } = record as Written & { fromMs?: number; toMs?: number };
  return (
    (what.broadcast === undefined || record.broadcast === what.broadcast) &&
    (what.room === undefined || (record.room ?? record.broadcast) === what.room) &&
    (what.user === undefined || record.user === what.user) &&
    (what.from === undefined || toMs >= what.from) &&
    (what.to === undefined || fromMs < what.to)
  );
}

/** Bytes that every line a hold names contains; none where only single records or a time are named. */
export const needleOf = ({ broadcast, room, user, records }: HoldScope): Buffer =>
  Buffer.from(records ? '' : (user ?? room ?? broadcast ?? ''));
