import type { Archive } from '../archive/archive.ts';
import type { DayKeys } from '../keys/day.ts';
import type { AppendLog, Reading } from '../log.ts';
import type { LogName } from '../record.ts';
import type { Catalogue, Sealed } from '../sealed/catalogue.ts';
import type { StoredObject } from '../storage/storage.ts';
import { linesIn } from '../verify/lines.ts';
import type { DayLog } from './dayLog.ts';
import type { NumberedLine } from './keptBlock.ts';

/** Records asked of a sealed part at once. */
const PAGE = 10_000;

/** What of an open ledger makes a log that is seen by its days. */
export type DayLogParts = {
  name: LogName;
  dir: string;
  log: AppendLog;
  keys: DayKeys;
  catalogue: Catalogue;
  archive: Archive;
  drop(day: string): Promise<StoredObject[]>;
  sign(): Promise<void>;
};

/** A log of an open ledger by its days, whether they are sealed or still lie in segments. */
export function dayLogOf({ name, dir, log, keys, catalogue, archive, drop, sign }: DayLogParts): DayLog {
  const readings = (): Reading[] => log.readings().filter(({ segment, before }) => before > segment.first);
  return {
    name,
    dir,
    keys,
    sign,
    follow(onCommit) {
      log.onCommit = onCommit;
    },
    async days() {
      const found = new Map<string, number>();
      const add = (day: string | undefined, last: number): void => {
        if (day !== undefined && last > 0) found.set(day, Math.max(found.get(day) ?? 0, last));
      };
      for (const { day, last } of catalogue.runs) add(day, last);
      for (const { segment, before } of readings()) add(segment.day, Math.min(before - 1, log.last));
      return [...found].map(([day, last]) => ({ day, last })).sort((a, b) => (a.day < b.day ? -1 : 1));
    },
    async *lines(day) {
      const parts = catalogue.parts().filter((part) => part.day === day);
      for (const part of parts) yield* linesOfPart(archive, part);
      const own = readings().filter(({ segment }) => segment.day === day && !catalogue.has(segment.first));
      const stretches = own.map(({ segment: { path, first }, before }) => ({
        path,
        file: path,
        first,
        before,
      }));
      for await (const { n, line } of linesIn(stretches)) if (n <= log.last) yield { n, line };
    },
    async drop(day) {
      const gone = await drop(day);
      return { files: gone.length, bytes: gone.reduce((sum, { bytes }) => sum + bytes, 0) };
    },
  };
}

async function* linesOfPart(archive: Archive, part: Sealed): AsyncGenerator<NumberedLine> {
  for (let fromN = part.first; fromN <= part.last; ) {
    const lines = await archive.lines(part, { fromN, limit: PAGE });
    if (lines.length === 0) return;
    for (const line of lines) yield { n: fromN++, line: Buffer.from(`${line}\n`) };
  }
}
