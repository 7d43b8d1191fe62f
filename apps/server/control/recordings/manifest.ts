import { mkdir, open, readdir, readFile, rm, rmdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { realDisk } from '@weir/ledger/disk.ts';
import { isPlaceable } from '@weir/media/tap/place.ts';
import { type Entry, placeOf } from './entry.ts';

/** Days that stay read. */
const MOST_DAYS = 64;
const DAY = /^(\d{4}-\d{2}-\d{2})\.ndjson$/;

/** Days of one broadcast that have recordings in the bucket. */
export type Day = { broadcast: string; day: string };

const isGone = (why: unknown): boolean => (why as NodeJS.ErrnoException).code === 'ENOENT';

/**
 * Which recordings lie in the bucket, and how each is opened: `BROADCAST/DAY.ndjson`, a line each, the last one of a
 * path counts. One writer; changes come one after the other. What it says is durable when a change resolves.
 */
export class Manifest {
  readonly #dir: string;
  readonly #readOnly: boolean;
  readonly #read = new Map<string, Map<string, Entry>>();
  #turn: Promise<unknown> = Promise.resolve();

  /** With `readOnly` it may be read beside its writer, and nothing is changed. */
  constructor(dir: string, { readOnly = false } = {}) {
    this.#dir = dir;
    this.#readOnly = readOnly;
  }

  /** All broadcasts' days. */
  async days(): Promise<Day[]> {
    const found: Day[] = [];
    for (const broadcast of await namesIn(this.#dir))
      if (isPlaceable(broadcast)) found.push(...(await this.daysOf(broadcast)));
    return found;
  }

  /** A broadcast's days, the oldest first. */
  async daysOf(broadcast: string): Promise<Day[]> {
    const names = isPlaceable(broadcast) ? await namesIn(join(this.#dir, broadcast)) : [];
    return names
      .flatMap((name) => DAY.exec(name)?.[1] ?? [])
      .sort()
      .map((day) => ({ broadcast, day }));
  }

  /** What lies there of a day. */
  async entries(day: Day): Promise<Entry[]> {
    return [...(await this.#of(day)).values()];
  }

  async find(path: string): Promise<Entry | undefined> {
    return (await this.#of(placeOf(path))).get(path);
  }

  /** Adds a recording. */
  add(entry: Entry): Promise<void> {
    return this.#alone(async () => {
      const place = placeOf(entry.path);
      const known = await this.#of(place);
      const path = this.#pathOf(place);
      const isNew = known.size === 0;
      if (isNew) await mkdir(dirname(path), { recursive: true, mode: 0o700 });
      const file = await open(path, 'a', 0o600);
      try {
        await file.writeFile(`${JSON.stringify(entry)}\n`);
        await file.datasync();
      } finally {
        await file.close();
      }
      if (isNew) for (const folder of [dirname(path), this.#dir]) await realDisk.syncDirectory(folder);
      known.set(entry.path, entry);
    });
  }

  /** Changes a day's entries: those for which undefined comes back go. */
  change(day: Day, each: (entry: Entry) => Entry | undefined): Promise<void> {
    return this.#alone(async () => {
      const before = await this.#of(day);
      const after = new Map(
        [...before.values()].flatMap((entry) => each(entry) ?? []).map((one) => [one.path, one]),
      );
      const path = this.#pathOf(day);
      if (after.size > 0) {
        const text = [...after.values()].map((entry) => `${JSON.stringify(entry)}\n`).join('');
        await realDisk.replace(path, text, { sync: true });
      } else {
        await rm(path, { force: true });
        await rmdir(dirname(path)).catch(() => {});
      }
      this.#keep(day, after);
    });
  }

  async #of(day: Day): Promise<Map<string, Entry>> {
    const path = this.#pathOf(day);
    const known = this.#read.get(path);
    if (known) return known;
    const entries = new Map<string, Entry>();
    const text = await readFile(path, 'utf8').catch((why: unknown) => {
      if (isGone(why)) return '';
      throw why;
    });
    // A last line without its end was cut short by a crash: its file is still here, and is put there again.
    for (const line of text.split('\n').slice(0, -1)) {
      const entry = JSON.parse(line) as Entry;
      entries.set(entry.path, entry);
    }
    if (text !== '' && !text.endsWith('\n') && !this.#readOnly) await this.#mend(path, entries);
    // Read twice at once: the first stays, since a change may have been made to it.
    return this.#read.get(path) ?? this.#keep(day, entries);
  }

  async #mend(path: string, entries: Map<string, Entry>): Promise<void> {
    const text = [...entries.values()].map((entry) => `${JSON.stringify(entry)}\n`).join('');
    await realDisk.replace(path, text, { sync: true });
  }

  #keep(day: Day, entries: Map<string, Entry>): Map<string, Entry> {
    const path = this.#pathOf(day);
    this.#read.delete(path);
    this.#read.set(path, entries);
    for (const oldest of this.#read.keys()) {
      if (this.#read.size <= MOST_DAYS) break;
      this.#read.delete(oldest);
    }
    return entries;
  }

  #pathOf({ broadcast, day }: Day): string {
    return join(this.#dir, broadcast, `${day}.ndjson`);
  }

  #alone<T>(act: () => Promise<T>): Promise<T> {
    const done = this.#turn.then(act);
    this.#turn = done.catch(() => {});
    return done;
  }
}

async function namesIn(path: string): Promise<string[]> {
  return (
    await readdir(path).catch((why: unknown) => {
      if (isGone(why) || (why as NodeJS.ErrnoException).code === 'ENOTDIR') return [];
      throw why;
    })
  ).sort();
}
