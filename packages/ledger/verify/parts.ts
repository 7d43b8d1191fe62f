import { availableParallelism } from 'node:os';
import { realClock } from '@weir/kit';
import type { ArchiveRunner } from '../archive/archive.ts';
import { InsideRunner } from '../archive/inside.ts';
import { ProcessRunner } from '../archive/process.ts';
import type { DayKeys } from '../keys/day.ts';
import type { Sealed } from '../sealed/catalogue.ts';
import { openStorage, type StorageAt } from '../storage/storage.ts';
import type { Checkpoint } from '../tree/checkpoint.ts';
import { awayBy } from './away.ts';
import { Fault } from './fault.ts';

/** Below so many records further processes cost more than they bring. */
const WORTH_PROCESSES = 200_000;
/**
 * Each page of a column is memory outside of the heap, so that V8 looks for what is let go of all the time. A larger
 * heap to begin with (MiB; the process takes 50 MB more) does that a third as often, and no thread marks beside, since
 * there are as many processes as cores: an eighth of the processor time.
 */
const FLAGS = ['--initial-old-space-size=128', '--single-threaded-gc'];

export type PartsToCheck = {
  parts: readonly Sealed[];
  dir: string;
  checkpoint: Checkpoint;
  keys: DayKeys;
  storage: StorageAt;
  /** Processes at most; where nothing is said as many as there are cores, or none for a small store. */
  processes: number | undefined;
  onProgress: (records: number) => void;
};

/** Records that were checked, parts that could not be read, and why. */
export type PartsChecked = { checked: number; unread: Sealed[]; away: string | undefined };

/**
 * Checks sealed parts against the tree, in as many processes as are worth it. A bucket that does not give one is asked
 * for no more: each call to one that is away takes long.
 * @throws Fault naming the first object in order that does not hold
 */
export async function checkParts(options: PartsToCheck): Promise<PartsChecked> {
  const { parts, dir, checkpoint, keys, storage, onProgress } = options;
  const records = parts.reduce((sum, { first, last }) => sum + last - first + 1, 0);
  const many = options.processes ?? (records < WORTH_PROCESSES ? 0 : availableParallelism());
  const runners: ArchiveRunner[] = Array.from(
    { length: Math.min(many, parts.length) },
    () => new ProcessRunner(storage, realClock, FLAGS),
  );
  if (runners.length === 0) runners.push(new InsideRunner(openStorage(storage)));
  const faults = new Map<number, Error>();
  const unread: Sealed[] = [];
  let away: string | undefined;
  let next = 0;
  let checked = 0;
  const work = async (runner: ArchiveRunner): Promise<void> => {
    for (let index = next++; index < parts.length && faults.size === 0; index = next++) {
      const part = parts[index] as Sealed;
      if (away !== undefined) {
        unread.push(part);
        continue;
      }
      try {
        const own = {
          salt: keys.derive(part.day, 'salt', false),
          segment: keys.derive(part.day, 'segment', false),
        };
        await runner.call({ op: 'verify', order: { part, keys: own, dir, checkpoint } });
        checked += part.last - part.first + 1;
        onProgress(checked);
      } catch (why) {
        const trouble = awayBy(why);
        if (trouble !== undefined) {
          away ??= trouble;
          unread.push(part);
          continue;
        }
        const { message, record } = why as { message: string; record?: number };
        const at = message.indexOf(': ');
        faults.set(index, new Fault(message.slice(0, at), message.slice(at + 2), record));
      }
    }
  };
  try {
    await Promise.all(runners.map(work));
  } finally {
    for (const runner of runners) await runner.close();
  }
  const [first] = [...faults].sort(([a], [b]) => a - b);
  if (first) throw first[1];
  return { checked, unread, away };
}
