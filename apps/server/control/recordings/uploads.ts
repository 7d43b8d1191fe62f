import { readdir, rm, rmdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { type Clock, type Log, Problem } from '@weir/kit';
import { type BucketTrouble, dayOf, type Storage, troubleOf, type Uploader } from '@weir/ledger';
import { OPEN_FOLDER, parseClosed } from '@weir/media/tap/place.ts';
import { placeOf } from './entry.ts';
import type { RecordingKeys } from './keys.ts';
import type { Manifest } from './manifest.ts';

/** Files that go at once: with 16 MiB of memory each, in a process of their own. */
const AT_ONCE = 4;
/** Files that one look finds at most, the oldest of each broadcast first; the next look finds the rest. */
const MOST_FOUND = 2_000;
/** The disk is looked at this often, and a bucket without work asked whether it is there. */
const LOOK_EACH_MS = 5_000;
const PROBE_EACH_MS = 30_000;
/** Pause after a failure, doubled each time; a first call then tells whether the bucket is back. */
const FIRST_PAUSE_MS = 1_000;
const LONGEST_PAUSE_MS = 60_000;
/** A file that cannot be read is left alone for so long. */
const BAD_FILE_MS = 600_000;

/** `ok`, or why the bucket takes nothing now. */
export type BucketState = 'ok' | BucketTrouble;

export type UploadParts = {
  /** DATA/media. */
  dir: string;
  clock: Clock;
  log: Log;
  manifest: Manifest;
  keys: RecordingKeys;
  storage: Storage;
  uploader: Pick<Uploader, 'put' | 'close'>;
  /** Until when an object is locked at least, wall ms: the floor of its class. */
  lockUntil(recording: { broadcast: string; toMs: number }): number;
  /** Done after each look, while the bucket answers. @throws Problem bucket_unavailable */
  tidy(): Promise<void>;
};

/**
 * Moves closed recordings into the bucket: a file is encrypted under a key of its own and put there; the bucket
 * confirms its checksum; the manifest says where it lies; only then the file here is removed. Where the bucket is
 * away everything stays here and waits, and one call now and then asks whether it is back.
 */
export class Uploads {
  readonly #parts: UploadParts;
  readonly #bad = new Map<string, number>();
  #state: BucketState = 'ok';
  #pauseMs = 0;
  #waiting = 0;
  #moved = { files: 0, bytes: 0 };
  #probedAt = Number.NEGATIVE_INFINITY;
  #isSwept = false;
  #isClosed = false;
  #wake: (() => void) | undefined;
  readonly #done: Promise<void>;

  constructor(parts: UploadParts) {
    this.#parts = parts;
    this.#done = this.#run();
  }

  get state(): BucketState {
    return this.#state;
  }

  /** Files that the last look found and that are still here. */
  get waiting(): number {
    return this.#waiting;
  }

  /** Files and bytes that were removed here since the start, because they lie in the bucket. */
  get moved(): { files: number; bytes: number } {
    return this.#moved;
  }

  /** Looks again now. */
  wake(): void {
    this.#wake?.();
  }

  /** Lets what is under way end, and begins nothing. */
  async close(): Promise<void> {
    this.#isClosed = true;
    this.wake();
    await this.#parts.uploader.close();
    await this.#done;
  }

  async #run(): Promise<void> {
    while (!this.#isClosed) {
      try {
        await this.#round();
        this.#heal();
      } catch (why) {
        this.#fail(why);
      }
      if (!this.#isClosed) await this.#rest(this.#pauseMs || LOOK_EACH_MS);
    }
  }

  async #round(): Promise<void> {
    const { storage, clock, tidy } = this.#parts;
    const isWell = this.#state === 'ok' && this.#pauseMs === 0;
    if (!isWell || clock.mono() - this.#probedAt > PROBE_EACH_MS) {
      await storage.probe();
      this.#probedAt = clock.mono();
      this.#heal();
    }
    if (!this.#isSwept) {
      await storage.sweep('recordings/');
      this.#isSwept = true;
    }
    for (let found = await this.#look(); found.length > 0 && !this.#isClosed; found = await this.#look()) {
      await this.#move(found);
      this.#probedAt = clock.mono();
      if (found.length < MOST_FOUND) break;
    }
    await tidy();
  }

  /** Closed files that lie here. */
  async #look(): Promise<string[]> {
    const { dir, clock } = this.#parts;
    const found: string[] = [];
    for (const broadcast of await namesIn(dir)) {
      if (broadcast === OPEN_FOLDER) continue;
      for (const day of await namesIn(join(dir, broadcast)))
        for (const name of await namesIn(join(dir, broadcast, day))) {
          const path = join(broadcast, day, name);
          if (!parseClosed(name) || (this.#bad.get(path) ?? 0) > clock.mono()) continue;
          found.push(path);
        }
      if (found.length >= MOST_FOUND) break;
    }
    this.#waiting = found.length;
    return found.slice(0, MOST_FOUND);
  }

  async #move(paths: string[]): Promise<void> {
    let failure: unknown;
    const work = async (): Promise<void> => {
      for (let path = paths.shift(); path && !failure && !this.#isClosed; path = paths.shift()) {
        try {
          await this.#put(path);
          this.#waiting--;
        } catch (why) {
          if (troubleOf(why) || why instanceof Problem) failure = why;
          else this.#leave(path, why);
        }
      }
    };
    await Promise.all(Array.from({ length: AT_ONCE }, work));
    if (failure) throw failure;
  }

  async #put(path: string): Promise<void> {
    const { dir, clock, manifest, keys, uploader, lockUntil } = this.#parts;
    const object = `recordings/${path}`;
    const before = await manifest.find(path);
    // Put there and not removed here: a crash came between.
    if (!before || !keys.lives(before.slot)) {
      const key = keys.make();
      const until = lockUntil(placeOf(path));
      const order = { path: join(dir, path), name: object, key, label: `recording ${path}`, until };
      const { bytes, hash, size } = await uploader.put(order);
      const slot = keys.slotOf(dayOf(clock.now()));
      await manifest.add({ v: 1, path, bytes, hash, object, size, slot, key: keys.wrap(slot, path, key) });
      this.#moved = { files: this.#moved.files + 1, bytes: this.#moved.bytes + bytes };
    }
    await rm(join(dir, path));
    await rmdir(dirname(join(dir, path))).catch(() => {});
  }

  /** One file's own fault: the others go on. */
  #leave(path: string, why: unknown): void {
    const { clock, log } = this.#parts;
    if ((why as NodeJS.ErrnoException).code === 'ENOENT') return;
    if (this.#bad.size >= MOST_FOUND) this.#bad.clear();
    this.#bad.set(path, clock.mono() + BAD_FILE_MS);
    if (!this.#isClosed)
      log.error({ path, why: (why as Error).message }, 'a recording was not put into the bucket');
  }

  #fail(why: unknown): void {
    if (this.#isClosed) return;
    const state = troubleOf(why) ?? 'away';
    const { message } = why as Error;
    const { log } = this.#parts;
    if (state !== this.#state)
      log.error({ state, why: message }, 'recordings stay on this disk: the bucket takes nothing');
    else log.debug({ state, why: message }, 'the bucket still takes nothing');
    this.#state = state;
    this.#pauseMs = Math.min(LONGEST_PAUSE_MS, this.#pauseMs * 2 || FIRST_PAUSE_MS);
  }

  #heal(): void {
    if (this.#state !== 'ok') this.#parts.log.info({ waiting: this.#waiting }, 'the bucket is back');
    this.#state = 'ok';
    this.#pauseMs = 0;
  }

  #rest(ms: number): Promise<void> {
    return new Promise((resolve) => {
      const timer = this.#parts.clock.after(ms, () => this.#wake?.());
      this.#wake = () => {
        timer.cancel();
        this.#wake = undefined;
        resolve();
      };
    });
  }
}

const namesIn = async (path: string): Promise<string[]> => (await readdir(path).catch(() => [])).sort();
