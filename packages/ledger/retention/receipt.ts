import type { LogName } from '../record.ts';
import type { Evidence } from './ages.ts';
import type { StoreReceipt } from './stores.ts';

/** What a purge has begun and not yet accounted for. */
export const PURGING_FILE = 'purging';

/**
 * Who speaks for parts that the wall clock alone calls due: two persons; or a restore, which lets go of a copy while
 * the backup still has it.
 */
export type Spoken = 'persons' | 'restore';

/** What became of a part: records gone and carried over, by the day until which, and files. */
export type PartReceipt = {
  id: string;
  log: LogName;
  part: 'day' | 'kept';
  day: string;
  evidence: Evidence | Spoken;
  gone: number;
  carried: Record<string, number>;
  /** The file in which they live on, without `.keep`, where the part had been purged before; else `carriedFrom`. */
  from?: string;
  files: number;
  bytes: number;
  /** Of the files: objects without their key that a bucket's lock, or a legal hold, still keeps. */
  locked?: number;
  /** Of the files: objects without their key that the bucket, being away, has not deleted yet. */
  waiting?: number;
};

/** What files are called of what outlived a part. */
export const carriedFrom = (part: 'day' | 'kept', day: string): string =>
  part === 'day' ? day : `from-${day}`;

/** The account of one purge; it stands in the `retention` log. */
export type Receipt = {
  id: string;
  at: number;
  today: string;
  policy: number;
  parts: PartReceipt[];
  /** Parts that were not purged, and why: a record was altered. Their keys live. */
  failed: { id: string; why: string }[];
  stores: StoreReceipt[];
  /** What this purge cannot reach. */
  beyond: readonly string[];
};
