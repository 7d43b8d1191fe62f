import { DirectoryStorage } from './directory.ts';
import type { StorageAt } from './place.ts';
import { S3Storage } from './s3.ts';

export type { StorageAt } from './place.ts';

/** An object as it is listed: its name, and its size in bytes. */
export type StoredObject = { name: string; bytes: number };

/** How an object is put: `until` (wall ms) is its retention date where the place locks, in place of the place's own days. */
export type PutOptions = { until?: number };

/**
 * Whole objects under names such as `content/sealed/2026-11-25/…`: where sealed days lie. An object is written once,
 * never changed, and read whole or in part. A bucket that does not answer, or refuses, is a Problem
 * `bucket_unavailable` (`more.why`: `away`, `refused`, `missing`).
 */
export interface Storage {
  /** Puts an object, whole or not at all; durable when it resolves. One of the same name is replaced. */
  put(name: string, bytes: Buffer, options?: PutOptions): Promise<void>;
  /**
   * The same for one that is too large for memory, a piece after the other; all but the last are at least 5 MiB (S3's
   * least part). At most 10,000. What was put of it goes where it fails.
   */
  putPieces(name: string, pieces: AsyncIterable<Buffer>, options?: PutOptions): Promise<void>;
  /** The bytes of an object, or those from `from` to before `to`; undefined where there is none. */
  get(name: string, range?: { from: number; to: number }): Promise<Buffer | undefined>;
  /** Objects whose name begins with `prefix`, in the order of their names. */
  list(prefix: string): Promise<StoredObject[]>;
  /**
   * Removes an object, for good when it resolves; one that is not there is no error.
   * @returns false where a lock or a legal hold still keeps it
   */
  delete(name: string): Promise<boolean>;
  /**
   * Puts a legal hold on an object, or lifts it: while it stands, nobody deletes the object.
   * @returns false where this storage knows no such thing
   */
  hold(name: string, isHeld: boolean): Promise<boolean>;
  /** Resolves where it answers and lets us in. */
  probe(): Promise<void>;
  /** Removes what puts left behind that were broken off, under a prefix; gives how many. Nobody may put there meanwhile. */
  sweep(prefix: string): Promise<number>;
  /** Breaks off what is under way. */
  close(): void;
}

/** Opens the storage at a place. */
export function openStorage(at: StorageAt): Storage {
  return at.kind === 's3' ? new S3Storage(at) : new DirectoryStorage(at.dir);
}
