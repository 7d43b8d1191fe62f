import { join } from 'node:path';
import { type Disk, readIfThere, realDisk } from '../disk.ts';
import type { LogName } from '../record.ts';
import { DirectoryStorage } from '../storage/directory.ts';
import type { S3Place } from '../storage/place.ts';
import type { Storage } from '../storage/storage.ts';
import { isRunName } from './names.ts';
import { objectsOf, type Run, textOf } from './run.ts';

/** Names the bucket whose runs lie here: `LOG/sealed/bucket`. */
export const BUCKET_FILE = 'bucket';

/**
 * Holds what a store on disk says is sealed against what is there: runs of a bucket lie on disk without their objects.
 * @throws Error where a log's sealed days lie in a bucket that was not named
 */
export async function refuseUnnamedBucket(dir: string, log: LogName, runs: Iterable<Run>): Promise<void> {
  const place = (await readIfThere(join(dir, log, 'sealed', BUCKET_FILE)))?.toString('utf8').trim();
  if (place === undefined) return;
  const there = new Set((await new DirectoryStorage(dir).list(`${log}/sealed/`)).map(({ name }) => name));
  for (const run of runs)
    if ([...objectsOf(run)].some(({ name }) => !there.has(name)))
      throw new Error(`sealed days of ${log} lie in the bucket ${place}: name it in WEIR_S3_URL`);
}

/**
 * The runs of a log that lie in a bucket, once more on disk: so that a store opens while its bucket is away. The disk
 * comes last when a day is sealed, and first when it is dropped: what stands here lies there.
 */
export class LocalRuns {
  readonly #log: LogName;
  readonly #files: DirectoryStorage;
  readonly #marker: string;
  readonly #place: string;

  constructor(log: LogName, dir: string, { endpoint, bucket, prefix }: S3Place, disk: Disk = realDisk) {
    this.#log = log;
    this.#files = new DirectoryStorage(dir, disk);
    this.#marker = join(dir, log, 'sealed', BUCKET_FILE);
    this.#place = `${endpoint}/${bucket}/${prefix}\n`;
  }

  /** Texts of the runs by name; undefined where nobody knows yet what lies in this bucket. */
  async read(): Promise<Map<string, Buffer> | undefined> {
    if ((await readIfThere(this.#marker))?.toString('utf8') !== this.#place) return undefined;
    const runs = new Map<string, Buffer>();
    for (const { name } of await this.#files.list(`${this.#log}/sealed/`))
      if (isRunName(name)) runs.set(name, (await this.#files.get(name)) ?? Buffer.alloc(0));
    return runs;
  }

  /**
   * Learns what lies in the bucket, the first time. What was sealed on disk before there was a bucket moves there.
   * @throws Problem bucket_unavailable
   */
  async learn(storage: Storage): Promise<Map<string, Buffer>> {
    const prefix = `${this.#log}/sealed/`;
    const own = (await this.#files.list(prefix)).filter(({ name }) => name !== `${prefix}${BUCKET_FILE}`);
    // Runs last: whoever reads them finds their parts.
    for (const { name } of own.toSorted((a, b) => Number(isRunName(a.name)) - Number(isRunName(b.name)))) {
      const bytes = await this.#files.get(name);
      if (bytes) await storage.put(name, bytes);
      if (!isRunName(name)) await this.#files.delete(name);
    }
    const runs = new Map<string, Buffer>();
    for (const { name } of await storage.list(prefix)) {
      const bytes = isRunName(name) ? await storage.get(name) : undefined;
      if (!bytes) continue;
      runs.set(name, bytes);
      await this.#files.put(name, bytes);
    }
    await realDisk.replace(this.#marker, this.#place, { sync: true });
    return runs;
  }

  /** @throws Error where the bucket has runs of this log, and the store none: they are another's */
  async refuseOthers(storage: Storage): Promise<void> {
    if ((await storage.list(`${this.#log}/sealed/`)).some(({ name }) => isRunName(name)))
      throw new Error(
        'the bucket holds sealed days of another store under this prefix: name another one in WEIR_S3_URL',
      );
  }

  add(name: string, run: Run): Promise<void> {
    return this.#files.put(name, Buffer.from(textOf(run)));
  }

  async drop(name: string): Promise<void> {
    await this.#files.delete(name);
  }
}
