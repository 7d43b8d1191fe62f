export type Person = { id: string; nickname: string };

/** A hold as the API shows it. Days are `YYYY-MM-DD` in Asia/Shanghai, times in `what` wall ms. */
export type Hold = {
  id: string;
  case: string;
  reason: string;
  responsible: string;
  reviewOn: string;
  /** The day of its review has come. */
  due: boolean;
  placedBy: Person;
  at: string;
  what: { broadcast?: string; room?: string; user?: string; from?: number; to?: number; records?: object[] };
  bytes: number;
  quotaBytes: number;
  recordings: number;
  missing: string[];
  reviews: { at: string; by: Person; reviewOn: string; note: string }[];
};

/** All holds, with the bytes they take and may take; null without a bound. */
export type Held = { items: Hold[]; bytes: number; totalBytes: number | null };

/** A part of the store, and when it goes. */
export type PlanItem = {
  id: string;
  log: string;
  day: string;
  on: string;
  state: 'waits' | 'due' | 'unproven';
  confirmedBy?: Person[];
};

const DAY_MS = 86_400_000;

/** The day so many days after an instant, in Asia/Shanghai. */
export const dayAfter = (at: number, days: number): string =>
  new Date(at + 8 * 3_600_000 + days * DAY_MS).toISOString().slice(0, 10);
