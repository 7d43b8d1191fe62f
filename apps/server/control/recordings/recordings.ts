import { join } from 'node:path';
import type { Metrics } from '@weir/kit';
import {
  type Hold,
  openStorage,
  type Purged,
  type PurgeTask,
  type S3Place,
  type Storage,
  s3PlaceOf,
  termOf,
  Uploader,
} from '@weir/ledger';
import { dayOf as utcDayOf } from '@weir/media/tap/place.ts';
import { type Recording, recordings } from '@weir/media/tap/recordings.ts';
import { openLocal, type RecordedFile, type Shelf } from '@weir/media/tap/shelf.ts';
import type { Control } from '../control.ts';
import { placeOf } from './entry.ts';
import { RecordingKeys } from './keys.ts';
import { LegalHolds } from './legalHolds.ts';
import { Manifest } from './manifest.ts';
import { MANIFEST_FOLDER, sealedFileOf } from './place.ts';
import { deleteDead, purgeBucket } from './purge.ts';
import { type BucketState, Uploads } from './uploads.ts';

/** Segments one look-up gives at most, as of a directory. */
const MOST = 10_000;
/** A segment may begin this long before the time asked for and still reach into it. */
const REACH_MS = 120_000;
/** Objects that a lock or the bucket's absence kept are asked to go again this often. */
const DELETE_EACH_MS = 3_600_000;

/** How things stand with the bucket: `none` where there is none. */
export type BucketReport = {
  state: 'none' | BucketState;
  waiting: number;
  moved: number;
  daysToSeal: number;
};

type Parts = Pick<
  Control,
  'config' | 'clock' | 'log' | 'ledger' | 'retentionPolicy' | 'policy' | 'broadcasts'
>;
type Bucket = { storage: Storage; uploads: Uploads; holds: LegalHolds };

/**
 * All recordings, on this disk and in the bucket, where one is named: the one way to list, read and purge them.
 * Control owns it: the edge has no rights to the bucket, and who breaks into an edge finds only what is not moved yet.
 */
export class Recordings implements Shelf {
  readonly #dir: string;
  readonly #parts: Parts;
  readonly #manifest: Manifest;
  readonly #keys: RecordingKeys;
  #bucket: Bucket | undefined;
  #deleteAt: number;

  private constructor(parts: Parts, dir: string, manifest: Manifest) {
    this.#parts = parts;
    this.#dir = dir;
    this.#manifest = manifest;
    this.#keys = new RecordingKeys(parts.ledger.slots);
    this.#deleteAt = parts.clock.mono() + DELETE_EACH_MS;
  }

  /** Begins to move what is closed; the bucket need not answer. `holds` gives the holds that stand, once they are known. */
  static async open(
    parts: Parts,
    holds: () => readonly Pick<Hold, 'media'>[] | undefined,
  ): Promise<Recordings> {
    const { config, clock, log } = parts;
    const manifestDir = join(config.dataDir, MANIFEST_FOLDER);
    const manifest = new Manifest(manifestDir);
    const dir = join(config.dataDir, 'media');
    const all = new Recordings(parts, dir, manifest);
    if (!config.s3Url) return all;
    const place: S3Place = s3PlaceOf(config.s3Url);
    const storage = openStorage(place);
    const legal = await LegalHolds.open(manifestDir, { manifest, storage, holds });
    const uploads = new Uploads({
      dir,
      clock,
      log,
      manifest,
      keys: all.#keys,
      storage,
      uploader: new Uploader(place, clock),
      lockUntil: ({ broadcast, toMs }) => toMs + all.#floorDays(broadcast) * 86_400_000,
      tidy: () => all.#tidy(),
    });
    all.#bucket = { storage, uploads, holds: legal };
    return all;
  }

  get report(): BucketReport {
    const { uploads } = this.#bucket ?? {};
    return {
      state: uploads?.state ?? 'none',
      waiting: uploads?.waiting ?? 0,
      moved: uploads?.moved.bytes ?? 0,
      daysToSeal: this.#bucket ? this.#parts.ledger.daysToSeal : 0,
    };
  }

  /** True while what encoders send leaves this disk again. */
  get drains(): boolean {
    return this.#bucket?.uploads.state === 'ok';
  }

  /** Looks for closed files, and at holds, now. */
  wake(): void {
    this.#bucket?.uploads.wake();
  }

  async list(broadcast: string, { from, to }: { from: number; to: number }): Promise<Recording[]> {
    // What lies here first: a file that moves meanwhile is in the manifest before it is gone here.
    const here = await recordings(this.#dir, broadcast, { from, to });
    const first = utcDayOf(Math.max(0, from - REACH_MS));
    const last = utcDayOf(Math.min(to, 8.64e15));
    const found = new Map<string, Recording>();
    for (const day of await this.#manifest.daysOf(broadcast)) {
      if (day.day < first || day.day > last || found.size >= MOST) continue;
      for (const { path, slot } of await this.#manifest.entries(day)) {
        const { fromMs, toMs, session } = placeOf(path);
        if (fromMs <= to && toMs >= from && this.#keys.lives(slot))
          found.set(path, { path, fromMs, toMs, session });
      }
    }
    for (const one of here) found.set(one.path, one);
    const isOpen = ({ toMs }: Recording): number => (toMs === undefined ? 1 : 0);
    return [...found.values()].sort((a, b) => isOpen(a) - isOpen(b) || a.fromMs - b.fromMs).slice(0, MOST);
  }

  /** @throws ENOENT where it is gone; Problem bucket_unavailable; Error where what lies in the bucket was altered */
  async open(path: string): Promise<RecordedFile> {
    try {
      return await openLocal(join(this.#dir, path));
    } catch (why) {
      if ((why as NodeJS.ErrnoException).code !== 'ENOENT') throw why;
      const entry = await this.#manifest.find(path).catch(() => undefined);
      const key = entry && this.#keys.unwrap(entry);
      if (!entry || !key || !this.#bucket) throw why;
      return sealedFileOf(this.#bucket.storage, entry, key);
    }
  }

  /** Removes what is due from the bucket; what lies here is `mediaStore`'s. */
  async purge(task: PurgeTask): Promise<Purged> {
    const storage = this.#bucket?.storage;
    return purgeBucket({ manifest: this.#manifest, keys: this.#keys, storage }, task);
  }

  /** Figures for Prometheus. */
  count(metrics: Metrics): void {
    const gauge = (name: string, help: string, value: () => number): void =>
      void metrics.gauge(name, help, [], (one) => one.set(value()));
    gauge('bucket_up', '1 the bucket answers and takes what it is given, 0 not; -1 there is none', () =>
      this.#bucket ? Number(this.drains) : -1,
    );
    gauge(
      'recordings_waiting',
      'Closed recordings that wait to be put into the bucket',
      () => this.report.waiting,
    );
    gauge(
      'recordings_moved_bytes',
      'Bytes of recordings put into the bucket since the start',
      () => this.report.moved,
    );
    gauge(
      'days_to_seal',
      'Days of the ledger that wait to be sealed into the bucket',
      () => this.report.daysToSeal,
    );
  }

  async close(): Promise<void> {
    this.#bucket?.storage.close();
    await this.#bucket?.uploads.close();
  }

  #floorDays(broadcast: string): number {
    const { policy, broadcasts, retentionPolicy } = this.#parts;
    const category = policy.categories.get(broadcasts.get(broadcast)?.category ?? '');
    return termOf(retentionPolicy, category?.retention ?? 'content').floorDays;
  }

  /** After each look at the bucket: legal holds, and objects that could not go when their keys went. */
  async #tidy(): Promise<void> {
    const { clock } = this.#parts;
    if (!this.#bucket) return;
    const isLifted = await this.#bucket.holds.follow();
    if (!isLifted && clock.mono() < this.#deleteAt) return;
    const parts = { manifest: this.#manifest, keys: this.#keys, storage: this.#bucket.storage };
    await deleteDead(parts, await this.#manifest.days());
    this.#deleteAt = clock.mono() + DELETE_EACH_MS;
  }
}
