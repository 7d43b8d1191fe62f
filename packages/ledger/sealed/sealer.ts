import { stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import type { Clock, Log } from '@weir/kit';
import type { Archive } from '../archive/archive.ts';
import { type DayKeys, dayOf } from '../keys/day.ts';
import type { AppendLog, Reading } from '../log.ts';
import type { LogName } from '../record.ts';
import type { PartFacts, RoomIndex } from '../room/index.ts';
import { keyOfSegment, type Segment } from '../segments.ts';
import type { StoredObject } from '../storage/storage.ts';
import type { LogTree } from '../tree/tree.ts';
import type { Catalogue, Dropped } from './catalogue.ts';
import { runName } from './names.ts';
import { partOf, type Run } from './run.ts';

/** A day is sealed so long after its end: whoever restarts at midnight finds the last hours in segments. */
const AFTER_DAY_MS = 10 * 60_000;
/** What lies in a bucket and is of no run is looked for this often, where something was left. */
const SWEEP_EACH_MS = 6 * 3_600_000;

/** Segments of one day that follow one another, and the records they hold. */
type Stretch = { day: string; first: number; last: number; segments: Segment[]; readings: Reading[] };

export type SealerParts = {
  name: LogName;
  dir: string;
  log: AppendLog;
  tree: LogTree;
  keys: DayKeys;
  catalogue: Catalogue;
  archive: Archive;
  /** The index of rooms, where this log has one. */
  rooms: RoomIndex | undefined;
  clock: Clock;
  logger: Log;
  /** Records of a part at most, where a test wants fewer. */
  partRecords: number | undefined;
};

/** Seals and drops days of one log; one thing at a time. */
export class Sealer {
  readonly #parts: SealerParts;
  #last: Promise<unknown> = Promise.resolve();
  /** Monotonic ms. */
  #sweepAt = 0;

  constructor(parts: SealerParts) {
    this.#parts = parts;
  }

  /**
   * Takes up what a crash left: objects of no run are removed, and so are segments whose run is named. What the index
   * lacks of sealed parts is read from them.
   */
  async recover(): Promise<void> {
    const { log, catalogue } = this.#parts;
    if (!catalogue.isRemote) await catalogue.sweep();
    const left = log.segments.filter(({ first }) => catalogue.has(first));
    await log.remove(left);
  }

  /** Seals every day that is over, oldest first; gives the runs that were made. Stops where one cannot be sealed yet. */
  sealDue(): Promise<Run[]> {
    return this.#alone(async () => {
      const made: Run[] = [];
      await this.#parts.log.closeStale();
      await this.#sweep();
      for (let stretch = this.#oldest(); stretch && this.#isDue(stretch); stretch = this.#oldest()) {
        if (stretch.last >= stretch.first) made.push(await this.#seal(stretch));
        else await this.#parts.log.remove(stretch.segments);
      }
      return made;
    });
  }

  /** Days that are over and wait to be sealed. */
  get waiting(): number {
    const { log, clock } = this.#parts;
    const now = clock.now();
    const over = (day: string): boolean => now >= Date.parse(`${day}T24:00:00+08:00`) + AFTER_DAY_MS;
    return new Set(log.segments.flatMap(({ day }) => (day && over(day) ? [day] : []))).size;
  }

  /** Every file and object that holds records of a day, with its size, under its name below the store. */
  async files(day: string): Promise<StoredObject[]> {
    const { name, log, catalogue } = this.#parts;
    const found: StoredObject[] = [];
    for (const segment of log.segments.filter((one) => one.day === day)) {
      const there = await stat(segment.path).catch(() => undefined);
      if (there) found.push({ name: join(name, basename(segment.path)), bytes: there.size });
    }
    return [...found, ...(await catalogue.files(day))];
  }

  /** Removes everything of a day that is over; gives what was there. @throws RangeError for the present day */
  async drop(day: string): Promise<Dropped> {
    const { log, catalogue, archive, rooms, clock, name } = this.#parts;
    if (day === dayOf(clock.now())) throw new RangeError('the present day is not over');
    return this.#alone(async () => {
      await log.closeStale();
      const files = await this.files(day);
      const readings = log.readings().filter(({ segment }) => segment.day === day);
      const segments = readings.map(({ segment }) => segment);
      const runs = catalogue.runs.filter((run) => run.day === day);
      const ranges = [
        ...readings.map(({ segment, before }): [number, number] => [
          segment.first,
          Math.min(before - 1, log.last),
        ]),
        ...runs.map(({ first, last }): [number, number] => [first, last]),
      ];
      rooms?.dropped(
        segments.map(keyOfSegment),
        runs.flatMap(({ parts }) => parts.map(({ first }) => first)),
        ranges,
      );
      const { locked, waiting } = await catalogue.drop(day);
      await archive.forget(name, day);
      await log.remove(segments);
      return { files, locked, waiting };
    });
  }

  /** Resolves when nothing is under way. */
  async settled(): Promise<void> {
    await this.#last.catch(() => {});
  }

  #alone<T>(run: () => Promise<T>): Promise<T> {
    const done = this.#last.then(run, run);
    this.#last = done.catch(() => {});
    return done;
  }

  /** Once after a bucket's store was opened, and where a lock or its absence left something. */
  async #sweep(): Promise<void> {
    const { catalogue, clock } = this.#parts;
    if (!catalogue.isRemote || catalogue.isSwept || clock.mono() < this.#sweepAt) return;
    await catalogue.sweep();
    this.#sweepAt = clock.mono() + SWEEP_EACH_MS;
  }

  #oldest(): Stretch | undefined {
    const { log } = this.#parts;
    const readings = log.readings();
    const isVoid = ({ segment, before }: Reading): boolean => before <= segment.first;
    const day = readings.find((reading) => !isVoid(reading))?.segment.day;
    const first = readings[0]?.segment.first;
    if (day === undefined || first === undefined) return undefined;
    const end = readings.findIndex((reading) => !isVoid(reading) && reading.segment.day !== day);
    const own = end < 0 ? readings : readings.slice(0, end);
    const last = end < 0 ? log.last : (readings[end] as Reading).segment.first - 1;
    // An abandoned try whose records went to the next day's first segment stays with that.
    const kept = own.filter(({ segment }) => segment.first <= last || end < 0);
    return { day, first, last, segments: kept.map(({ segment }) => segment), readings: kept };
  }

  #isDue({ day, last, segments }: Stretch): boolean {
    const { log, tree, keys, clock } = this.#parts;
    const now = clock.now();
    const over = Date.parse(`${day}T24:00:00+08:00`) + AFTER_DAY_MS;
    // A clock that was ahead for a while leaves days of the future behind; they are over, too.
    const isOver = day !== dayOf(now) && (now >= over || day > dayOf(now));
    const isOpen = log.appending !== undefined && segments.includes(log.appending);
    return isOver && !isOpen && tree.signed >= last && !keys.isDestroyed(day);
  }

  async #seal({ day, first, last, segments, readings }: Stretch): Promise<Run> {
    const { name, dir, log, tree, keys, catalogue, archive, rooms, logger, partRecords } = this.#parts;
    const began = performance.now();
    const run = await archive.seal({
      log: name,
      day,
      first,
      last,
      dir,
      checkpoint: tree.checkpoint,
      keys: { salt: keys.derive(day, 'salt', false), segment: keys.derive(day, 'segment', false) },
      stretches: readings.map(({ segment, before }) => ({
        path: segment.path,
        file: basename(segment.path),
        first: segment.first,
        before: Math.min(before, last + 1),
      })),
      ...(partRecords === undefined ? {} : { partRecords }),
    });
    const facts: PartFacts[] = [];
    if (rooms)
      for (const part of run.parts) {
        const found = await archive.facts({ ...partOf(run, part), ...part });
        if (found) facts.push(found);
      }
    // From here on the run is sealed: a crash takes up what is left.
    await catalogue.add(run, runName(name, day, first));
    rooms?.sealed(segments.map(keyOfSegment), facts);
    await log.remove(segments);
    logger.info({ day, records: last - first + 1, ms: performance.now() - began }, 'a day was sealed');
    return run;
  }
}
