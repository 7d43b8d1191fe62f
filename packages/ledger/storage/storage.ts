import { DirectoryStorage } from './directory.ts';
import type { StorageAt } from './place.ts';
import { S3Storage } from './s3.ts';

export type { StorageAt } from './place.ts';

/** An object as it is listed: its name, and its size in bytes. */
export type StoredObject = { name: string; bytes: number };

/**
 * Whole objects under names such as `content/sealed/2026-11-25/…`: where sealed days lie. An object is written once,
 * never changed, and read whole or in part.
 */
export interface Storage {
  /** Puts an object, whole or not at all; durable when it resolves. One of the same name is replaced. */
  put(name: string, bytes: Buffer): Promise<void>;
  /** The bytes of an object, or those from `from` to before `to`; undefined where there is none. */
  get(name: string, range?: { from: number; to: number }): Promise<Buffer | undefined>;
  /** Objects whose name begins with `prefix`, in the order of their names. */
  list(prefix: string): Promise<StoredObject[]>;
  /** Removes an object, for good when it resolves; one that is not there is no error. */
  delete(name: string): Promise<void>;
  /**
   * Puts a legal hold on an object, or lifts it: while it stands, nobody deletes the object.
   * @returns false where this storage knows no such thing
   */
  hold(name: string, isHeld: boolean): Promise<boolean>;
}

/** Opens the storage at a place. */
export function openStorage(at: StorageAt): Storage {
  return at.kind === 's3' ? new S3Storage(at) : new DirectoryStorage(at.dir);
}
