import { rm, rmdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { baseDays, dayOf, openStorage, type Storage } from '@weir/ledger';
import { readKek } from '@weir/ledger/keys/kek.ts';
import { SLOT_FILE, SlotFile } from '@weir/ledger/keys/slots.ts';
import { upload } from '@weir/ledger/objects/upload.ts';
import type { StorageAt } from '@weir/ledger/storage/storage.ts';
import { placeOf } from '../../control/recordings/entry.ts';
import { RecordingKeys } from '../../control/recordings/keys.ts';
import { Manifest } from '../../control/recordings/manifest.ts';
import { MANIFEST_FOLDER } from '../../control/recordings/place.ts';
import { readRetention } from '../../control/retention/shipped.ts';

const DAY_MS = 86_400_000;
/** Recordings on their way into the bucket at once: so many files lie on this disk, 16 MiB of memory each. */
const AT_ONCE = 4;

/**
 * Puts restored recordings into the bucket where a store has one: each was written here and checked, goes there
 * encrypted under a new key of its own, and leaves this disk. Locked for the shortest term, where the bucket locks: what
 * category a broadcast has is not known yet.
 */
export class IntoBucket {
  readonly #dir: string;
  readonly #storage: Storage;
  readonly #slots: SlotFile;
  readonly #keys: RecordingKeys;
  readonly #manifest: Manifest;
  readonly #day: string;
  readonly #floorMs = baseDays(readRetention(), 'content') * DAY_MS;
  readonly #going = new Set<Promise<void>>();
  #failure: { why: unknown } | undefined;

  /** @throws Error where the keys cannot be read */
  constructor(dataDir: string, kekPath: string, storage: StorageAt, now: number) {
    this.#dir = join(dataDir, 'media');
    this.#storage = openStorage(storage);
    this.#slots = new SlotFile(join(dataDir, 'ledger', SLOT_FILE), readKek(kekPath, { readOnly: true }));
    this.#keys = new RecordingKeys(this.#slots);
    this.#manifest = new Manifest(join(dataDir, MANIFEST_FOLDER));
    this.#day = dayOf(now);
  }

  /** Takes a recording below DATA/media over; waits while too many are on their way. @throws Problem bucket_unavailable */
  async take(path: string): Promise<void> {
    while (this.#going.size >= AT_ONCE) await Promise.race(this.#going);
    this.#throwFailure();
    const going = this.#put(path)
      .catch((why: unknown) => {
        this.#failure ??= { why };
      })
      .finally(() => this.#going.delete(going));
    this.#going.add(going);
  }

  /** Resolves when all of them lie there. @throws Problem bucket_unavailable */
  async settle(): Promise<void> {
    await Promise.all(this.#going);
    this.#throwFailure();
  }

  /** Waits for what is on its way, whatever becomes of it. */
  async close(): Promise<void> {
    await Promise.all(this.#going);
    this.#slots.close();
    this.#storage.close();
  }

  async #put(path: string): Promise<void> {
    const key = this.#keys.make();
    const order = {
      path: join(this.#dir, path),
      name: `recordings/${path}`,
      key,
      label: `recording ${path}`,
    };
    const done = await upload(this.#storage, { ...order, until: placeOf(path).toMs + this.#floorMs });
    const slot = this.#keys.slotOf(this.#day);
    const wrapped = this.#keys.wrap(slot, path, key);
    await this.#manifest.add({ v: 1, path, object: order.name, slot, key: wrapped, ...done });
    await rm(order.path);
    await rmdir(dirname(order.path)).catch(() => {});
  }

  #throwFailure(): void {
    if (this.#failure) throw this.#failure.why;
  }
}
