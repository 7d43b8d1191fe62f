import type { LogName } from '../record.ts';
import type { Storage, StoredObject } from '../storage/storage.ts';
import { dayPrefix, isRunName, type Part, runName } from './names.ts';
import { objectsOf, parseRun, partOf, type Run, type RunPart, textOf } from './run.ts';

/** A part with its place in the catalogue. */
export type Sealed = Part & RunPart;

/** The sealed runs of one log, in the order of their records. */
export class Catalogue {
  readonly #log: LogName;
  readonly #storage: Storage;
  #runs: Run[];
  /** What lies there and belongs to no run: a crash left it before its run was named. */
  readonly debris: readonly StoredObject[];

  private constructor(log: LogName, storage: Storage, runs: Run[], debris: StoredObject[]) {
    this.#log = log;
    this.#storage = storage;
    this.#runs = runs;
    this.debris = debris;
  }

  /** Reads what is sealed of a log; changes nothing. @throws Error where a run's object is damaged */
  static async open(log: LogName, storage: Storage): Promise<Catalogue> {
    const objects = await storage.list(`${log}/sealed/`);
    const runs: Run[] = [];
    for (const { name } of objects.filter((object) => isRunName(object.name))) {
      const bytes = await storage.get(name);
      if (!bytes) continue;
      try {
        const run = parseRun(bytes);
        if (runName(run.log, run.day, run.first) !== name || run.log !== log)
          throw new Error('it is called otherwise');
        runs.push(run);
      } catch (why) {
        throw new Error(`${name} is damaged: ${(why as Error).message}`);
      }
    }
    runs.sort((a, b) => a.first - b.first);
    runs.forEach((run, index) => {
      if (run.first <= (runs[index - 1]?.last ?? 0))
        throw new Error(`${log} has record ${run.first} sealed twice`);
    });
    const known = new Set(runs.flatMap((run) => [...objectsOf(run)].map(({ name }) => name)));
    return new Catalogue(
      log,
      storage,
      runs,
      objects.filter(({ name }) => !known.has(name)),
    );
  }

  get runs(): readonly Run[] {
    return this.#runs;
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

  /** Removes what a crash left before a run was named. */
  async sweep(): Promise<void> {
    for (const { name } of this.debris) await this.#storage.delete(name);
  }

  /** Names a run whose parts are there: from now on it is sealed. */
  async add(run: Run, name: string): Promise<void> {
    await this.#storage.put(name, Buffer.from(textOf(run)));
    this.#runs = [...this.#runs, run].sort((a, b) => a.first - b.first);
  }

  /** The objects of a day, as they are listed. */
  files(day: string): Promise<StoredObject[]> {
    return this.#storage.list(dayPrefix(this.#log, day));
  }

  /** Removes everything sealed of a day, the runs' names first; gives what was there. */
  async drop(day: string): Promise<StoredObject[]> {
    const files = await this.files(day);
    this.#runs = this.#runs.filter((run) => run.day !== day);
    const runsFirst = [...files].sort((a, b) => Number(isRunName(b.name)) - Number(isRunName(a.name)));
    for (const { name } of runsFirst) await this.#storage.delete(name);
    return files;
  }
}
