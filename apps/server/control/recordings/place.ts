import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { SealedFile, type Storage } from '@weir/ledger';
import { isPlaceable, parseClosed } from '@weir/media/tap/place.ts';
import { openLocal, type RecordedFile } from '@weir/media/tap/shelf.ts';
import type { Entry } from './entry.ts';
import { RecordingKeys, type Slots } from './keys.ts';
import { Manifest } from './manifest.ts';

/** Where the manifest lies, under DATA. */
export const MANIFEST_FOLDER = join('control', 'recordings');

/** A recording in the bucket, read in parts. */
export const sealedFileOf = (storage: Storage, { object, size, path }: Entry, key: Buffer): RecordedFile =>
  new SealedFile(storage, { name: object, size, key, label: `recording ${path}` });

/** A recording that was opened, its length, and whether it lies in the bucket; there nothing was asked yet. */
export type Opened = { file: RecordedFile; bytes: number; inBucket: boolean };

const namesIn = async (path: string): Promise<string[]> => (await readdir(path).catch(() => [])).sort();

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

  /** Paths of every closed recording, here and in the bucket, each once; those whose key was destroyed are none. */
  async *paths(): AsyncGenerator<string> {
    // What lies here first, always: a file that moves meanwhile is in the manifest before it is gone here.
    const broadcasts = new Set((await namesIn(this.#media)).filter(isPlaceable));
    for (const { broadcast } of await this.#manifest.days()) broadcasts.add(broadcast);
    for (const broadcast of broadcasts) {
      const days = new Set(await namesIn(join(this.#media, broadcast)));
      for (const { day } of await this.#manifest.daysOf(broadcast)) days.add(day);
      for (const day of days) {
        const here = (await namesIn(join(this.#media, broadcast, day))).filter((name) => parseClosed(name));
        const found = new Set(here.map((name) => `${broadcast}/${day}/${name}`));
        for (const { path, slot } of await this.#manifest.entries({ broadcast, day }))
          if (this.#keys.lives(slot)) found.add(path);
        yield* found;
      }
    }
  }

  /** @throws Error where `path` is none, where its key was altered, or the disk refuses */
  async open(path: string): Promise<Opened | undefined> {
    try {
      const file = await openLocal(join(this.#media, path));
      return { file, bytes: (await stat(join(this.#media, path))).size, inBucket: false };
    } catch (why) {
      if ((why as NodeJS.ErrnoException).code !== 'ENOENT') throw why;
    }
    const entry = await this.#manifest.find(path);
    const key = entry && this.#keys.unwrap(entry);
    if (!entry || !key || !this.#storage) return undefined;
    return { file: sealedFileOf(this.#storage, entry, key), bytes: entry.bytes, inBucket: true };
  }
}
