import type { LogName } from '../record.ts';
import { troubleOf } from '../storage/refusal.ts';
import type { Storage, StoredObject } from '../storage/storage.ts';
import { BUCKET_FILE, type LocalRuns } from './localRuns.ts';
import { dayPrefix, isRunName, type Part, runName } from './names.ts';
import { objectsOf, parseRun, partOf, type Run, type RunPart, textOf } from './run.ts';

/** A part with its place in the catalogue. */
export type Sealed = Part & RunPart;

/** What a drop left behind: objects that a lock still keeps, and those that the bucket, being away, has not deleted yet. */
export type Dropped = { files: StoredObject[]; locked: number; waiting: number };

export type CatalogueOptions = {
  /** Whether a day's key is destroyed: what a bucket's lock still keeps of such a day is no part of the log. */
  isGone?: (day: string) => boolean;
  /** Where the runs lie on disk, where the objects are in a bucket. */
  local?: LocalRuns | undefined;
  /** Whether nothing of this log was sealed or purged yet: then a bucket need not be asked, nor may it have anything. */
  isNew?: boolean;
};

/** The sealed runs of one log, in the order of their records. */
export class Catalogue {
  readonly #log: LogName;
  readonly #storage: Storage;
  readonly #local: LocalRuns | undefined;
  #runs: Run[];
  /** Whether everything that lies there is of a run that is known, or has been removed. */
  #isSwept = false;
  /** Whether the bucket was away when it should have been asked whether it has something of another store. */
  #isUnknown = false;

  private constructor(log: LogName, storage: Storage, runs: Run[], local: LocalRuns | undefined) {
    this.#log = log;
    this.#storage = storage;
    this.#runs = runs;
    this.#local = local;
  }

  /**
   * Reads what is sealed of a log: on disk where its runs lie there, without asking the bucket.
   * @throws Error where a run's object is damaged; Problem bucket_unavailable where only the bucket knows
   */
  static async open(
    log: LogName,
    storage: Storage,
    { isGone = () => false, local, isNew = false }: CatalogueOptions = {},
  ): Promise<Catalogue> {
    const known = local ? await local.read() : await readRuns(log, storage);
    const empty = new Catalogue(log, storage, [], local);
    if (!known && isNew) {
      empty.#isUnknown = true;
      await empty.#learnOfNothing().catch((why: unknown) => {
        if (!troubleOf(why)) throw why;
      });
      return empty;
    }
    const texts = known ?? (await local?.learn(storage)) ?? [];
    const runs: Run[] = [];
    for (const [name, bytes] of texts) {
      try {
        const run = parseRun(bytes);
        if (runName(run.log, run.day, run.first) !== name || run.log !== log)
          throw new Error('it is called otherwise');
        if (known || !isGone(run.day)) runs.push(run);
      } catch (why) {
        throw new Error(`${name} is damaged: ${(why as Error).message}`);
      }
    }
    runs.sort((a, b) => a.first - b.first);
    runs.forEach((run, index) => {
      if (run.first <= (runs[index - 1]?.last ?? 0))
        throw new Error(`${log} has record ${run.first} sealed twice`);
    });
    return new Catalogue(log, storage, runs, local);
  }

  get runs(): readonly Run[] {
    return this.#runs;
  }

  /** True where the objects lie in a bucket, which may be away. */
  get isRemote(): boolean {
    return this.#local !== undefined;
  }

  /** Number of the last record that is sealed; 0 without one. */
  get last(): number {
    return this.#runs.at(-1)?.last ?? 0;
  }

  /** Parts in the order of their records. */
  parts(): Sealed[] {
    return this.#runs.flatMap((run) => run.parts.map((part) => ({ ...partOf(run, part), ...part })));
  }

  /** Names of every object of every run. */
  names(): string[] {
    return this.#runs.flatMap((run) => [...objectsOf(run)].map(({ name }) => name));
  }

  /** True where record n is sealed. */
  has(n: number): boolean {
    return this.#runs.some(({ first, last }) => n >= first && n <= last);
  }

  /** Removes what is there and is of no run: a crash left it, or a lock kept it. Gives what a lock still keeps. */
  async sweep(): Promise<number> {
    await this.#learnOfNothing();
    const known = new Set(this.names());
    let locked = 0;
    for (const { name } of await this.#storage.list(`${this.#log}/sealed/`))
      if (!known.has(name) && !name.endsWith(`/${BUCKET_FILE}`) && !(await this.#storage.delete(name)))
        locked++;
    this.#isSwept = locked === 0;
    return locked;
  }

  /** True where a sweep would find nothing that it could remove. */
  get isSwept(): boolean {
    return this.#isSwept;
  }

  /** Names a run whose parts are there: from now on it is sealed. */
  async add(run: Run, name: string): Promise<void> {
    await this.#learnOfNothing();
    await this.#storage.put(name, Buffer.from(textOf(run)));
    await this.#local?.add(name, run);
    this.#runs = [...this.#runs, run].sort((a, b) => a.first - b.first);
  }

  /** The objects of a day, as they are listed; those of a bucket as its runs name them. */
  async files(day: string): Promise<StoredObject[]> {
    if (!this.#local) return this.#storage.list(dayPrefix(this.#log, day));
    return this.#runs
      .filter((run) => run.day === day)
      .flatMap((run) => [...objectsOf(run)].map(({ name, bytes }) => ({ name, bytes })))
      .sort((a, b) => (a.name < b.name ? -1 : 1));
  }

  /**
   * Removes everything sealed of a day, the runs' names first; gives what was there. What a bucket does not delete now
   * is no part of the log any more, and `sweep` tries again.
   */
  async drop(day: string): Promise<Dropped> {
    const files = await this.files(day);
    this.#runs = this.#runs.filter((run) => run.day !== day);
    const runsFirst = [...files].sort((a, b) => Number(isRunName(b.name)) - Number(isRunName(a.name)));
    const dropped = { files, locked: 0, waiting: 0 };
    for (const { name } of runsFirst) {
      if (isRunName(name)) await this.#local?.drop(name);
      try {
        if (!(await this.#storage.delete(name))) dropped.locked++;
      } catch (why) {
        if (!troubleOf(why)) throw why;
        dropped.waiting++;
      }
    }
    if (dropped.locked + dropped.waiting > 0) this.#isSwept = false;
    return dropped;
  }

  /** @throws Error where the bucket has sealed days of another store */
  async #learnOfNothing(): Promise<void> {
    if (!this.#isUnknown || !this.#local) return;
    await this.#local.refuseOthers(this.#storage);
    await this.#local.learn(this.#storage);
    this.#isUnknown = false;
  }
}

async function readRuns(log: LogName, storage: Storage): Promise<Map<string, Buffer>> {
  const texts = new Map<string, Buffer>();
  for (const { name } of await storage.list(`${log}/sealed/`)) {
    const bytes = isRunName(name) ? await storage.get(name) : undefined;
    if (bytes) texts.set(name, bytes);
  }
  return texts;
}
