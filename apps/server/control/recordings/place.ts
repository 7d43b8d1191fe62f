import { join } from 'node:path';
import { SealedFile, type Storage } from '@weir/ledger';
import { openLocal, type RecordedFile } from '@weir/media/tap/shelf.ts';
import type { Entry } from './entry.ts';
import { RecordingKeys, type Slots } from './keys.ts';
import { Manifest } from './manifest.ts';

/** Where the manifest lies, under DATA. */
export const MANIFEST_FOLDER = join('control', 'recordings');

/** A recording in the bucket, read in parts. */
export const sealedFileOf = (storage: Storage, { object, size, path }: Entry, key: Buffer): RecordedFile =>
  new SealedFile(storage, { name: object, size, key, label: `recording ${path}` });

/** A recording that was opened, and whether it lies in the bucket. */
export type Opened = { file: RecordedFile; inBucket: boolean };

/**
 * Opens a recording by its path from the store's files alone, beside a service that may move it meanwhile; writes
 * nothing. Undefined where it is neither here nor in the bucket, or its key was destroyed. What the manifest says is
 * read anew with each `RecordedPlaces`, so what moved later than that is not found.
 */
export class RecordedPlaces {
  readonly #media: string;
  readonly #manifest: Manifest;
  readonly #keys: RecordingKeys;
  readonly #storage: Storage | undefined;

  constructor(dataDir: string, slots: Slots, storage: Storage | undefined) {
    this.#media = join(dataDir, 'media');
    this.#manifest = new Manifest(join(dataDir, MANIFEST_FOLDER), { readOnly: true });
    this.#keys = new RecordingKeys(slots);
    this.#storage = storage;
  }

  /** What the manifest says of a recording that lies in the bucket and whose key lives. @throws Error where `path` is none */
  async entry(path: string): Promise<Entry | undefined> {
    const entry = await this.#manifest.find(path);
    return entry && this.#keys.lives(entry.slot) ? entry : undefined;
  }

  /** Everything in the bucket whose key lives. */
  async *entries(): AsyncGenerator<Entry> {
    for (const day of await this.#manifest.days())
      for (const entry of await this.#manifest.entries(day)) if (this.#keys.lives(entry.slot)) yield entry;
  }

  /** @throws Error where `path` is none, where its key was altered, or the disk refuses */
  async open(path: string): Promise<Opened | undefined> {
    try {
      return { file: await openLocal(join(this.#media, path)), inBucket: false };
    } catch (why) {
      if ((why as NodeJS.ErrnoException).code !== 'ENOENT') throw why;
    }
    const entry = await this.entry(path);
    const key = entry && this.#keys.unwrap(entry);
    if (!entry || !key || !this.#storage) return undefined;
    return { file: sealedFileOf(this.#storage, entry, key), inBucket: true };
  }
}
