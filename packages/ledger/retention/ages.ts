import { join } from 'node:path';
import { readIfThere, realDisk } from '../disk.ts';
import type { RunningTime } from './running.ts';

/** Where a store keeps when its parts were last written. */
export const AGES_FILE = 'ages';

/**
 * When something was last written: by running time, and by outside witnesses, `before` it (the last one there was) and
 * `after` it (the first one since), in wall ms of the witness; `last` is the number of its last record then, `wall` what the wall clock said where that is what its day counts from.
 */
type Age = { accruedMs: number; last?: number; wall?: number; before?: number; after?: number };

/** How it is known that a time has passed. */
export type Evidence = 'witness' | 'running_time';

/**
 * Ages of a store's days and kept files by clocks that nobody can set: what a wrong wall clock has labelled wrongly
 * has the age it has.
 */
export class Ages {
  readonly #path: string;
  readonly #running: RunningTime;
  readonly #witnessedTime: () => number | undefined;
  readonly #ages: Map<string, Age>;

  private constructor(
    path: string,
    running: RunningTime,
    witnessedTime: () => number | undefined,
    ages: Map<string, Age>,
  ) {
    this.#path = path;
    this.#running = running;
    this.#witnessedTime = witnessedTime;
    this.#ages = ages;
  }

  /**
   * @param witnessedTime the latest time (wall ms) that somebody outside has signed over the store; undefined without
   */
  static async open(
    dir: string,
    { running, witnessedTime }: { running: RunningTime; witnessedTime: () => number | undefined },
  ): Promise<Ages> {
    const path = join(dir, AGES_FILE);
    const text = (await readIfThere(path))?.toString('utf8') ?? '{}';
    try {
      const ages = new Map(Object.entries(JSON.parse(text) as Record<string, Age>));
      return new Ages(path, running, witnessedTime, ages);
    } catch {
      throw new Error(`${path} is damaged; restore it from a backup`);
    }
  }

  /** Notes that a part has grown to record `last`; the same number again changes nothing. */
  grown(id: string, last: number): void {
    if (this.#ages.get(id)?.last !== last) this.written(id, { last });
  }

  /** Notes that a part is being written now. */
  written(id: string, { last, wall }: { last?: number; wall?: number } = {}): void {
    const before = this.#witnessedTime();
    this.#ages.set(id, {
      accruedMs: this.#running.accruedMs,
      ...(last === undefined ? {} : { last }),
      ...(wall === undefined ? {} : { wall }),
      ...(before === undefined ? {} : { before }),
    });
  }

  /** Notes a part that is there already and whose age nobody has kept: it is as young as can be. */
  found(id: string): void {
    if (!this.#ages.has(id)) this.written(id);
  }

  /** What the wall clock said when the part was written; undefined where nobody has kept it. */
  wallOf(id: string): number | undefined {
    return this.#ages.get(id)?.wall;
  }

  forget(id: string): void {
    this.#ages.delete(id);
  }

  /**
   * How it is known that `needMs` have passed since the part was last written, and that the wall time is past `due`
   * (ms); undefined where the wall clock alone says so.
   */
  evidence(id: string, { needMs, due }: { needMs: number; due: number }): Evidence | undefined {
    const age = this.#ages.get(id);
    if (!age) return undefined;
    const witnessed = this.#witnessedTime();
    if (
      witnessed !== undefined &&
      age.after !== undefined &&
      witnessed >= due &&
      witnessed - age.after >= needMs
    )
      return 'witness';
    return this.#running.accruedMs - age.accruedMs >= needMs ? 'running_time' : undefined;
  }

  /** Parts that were written within `ms` of running time: how young they are no clock that was set can hide. */
  youngerThan(ms: number): string[] {
    const from = this.#running.accruedMs - ms;
    return [...this.#ages].filter(([, { accruedMs }]) => accruedMs > from).map(([id]) => id);
  }

  /** Takes in what the witness says by now, and makes all of it durable. */
  async store(): Promise<void> {
    const witnessed = this.#witnessedTime();
    if (witnessed !== undefined)
      for (const age of this.#ages.values())
        if (age.after === undefined && (age.before === undefined || witnessed > age.before))
          age.after = witnessed;
    await realDisk.replace(this.#path, `${JSON.stringify(Object.fromEntries(this.#ages))}\n`, { sync: true });
  }
}
