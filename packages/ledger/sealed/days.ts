import { basename } from 'node:path';
import type { Archive } from '../archive/archive.ts';
import type { AppendLog, Reading } from '../log.ts';
import { linesIn } from '../verify/lines.ts';
import type { Catalogue, Sealed } from './catalogue.ts';

/** Records asked of a sealed part at once. */
const PAGE = 5_000;

/** Where the records of a log lie. */
export type Places = { log: AppendLog; catalogue: Catalogue; archive: Archive };
/** A sealed part, or a segment with the first number that is not its own. */
export type Source = { part: Sealed } | { reading: Reading };
/** A record's line with its newline. */
type NumberedLine = { n: number; line: Buffer };

/** Where the first record from number `next` on lies, of a day where one is named; undefined behind the last. */
export function sourceOf({ log, catalogue }: Places, next: number, day?: string): Source | undefined {
  const isOf = (own: string | undefined): boolean => day === undefined || own === day;
  const part = catalogue.parts().find((one) => one.last >= next && isOf(one.day));
  const reading = log
    .readings()
    .find(({ segment, before }) => before > next && before > segment.first && isOf(segment.day));
  if (part && (!reading || part.first <= reading.segment.first)) return { part };
  return reading && { reading };
}

/** Days that have records, oldest first, each with the number of its last record. */
export function daysOf({ log, catalogue }: Places): { day: string; last: number }[] {
  const last = new Map<string, number>();
  const note = (day: string | undefined, n: number): void => {
    if (day !== undefined) last.set(day, Math.max(last.get(day) ?? 0, n));
  };
  for (const run of catalogue.runs) note(run.day, run.last);
  for (const { segment, before } of log.readings())
    if (before > segment.first) note(segment.day, Math.min(before - 1, log.last));
  return [...last].map(([day, n]) => ({ day, last: n })).sort((a, b) => (a.day < b.day ? -1 : 1));
}

/** A day's lines in the order of their numbers, from `from` on; of every day where none is named. */
export async function* linesFrom(places: Places, from: number, day?: string): AsyncGenerator<NumberedLine> {
  for (let next = from; ; ) {
    const source = sourceOf(places, next, day);
    if (!source) return;
    if ('part' in source) {
      const { part } = source;
      for (let more = true; more; ) {
        const lines = await places.archive.lines(part, { fromN: next, limit: PAGE });
        for (const line of lines) {
          const n = numberOf(line);
          yield { n, line: Buffer.from(`${line}\n`) };
          next = n + 1;
        }
        more = lines.length === PAGE;
      }
      next = part.last + 1;
      continue;
    }
    const { segment, before } = source.reading;
    const end = Math.min(before, places.log.last + 1);
    const stretch = { path: segment.path, file: basename(segment.path), first: segment.first, before: end };
    try {
      for await (const { n, line } of linesIn([stretch])) if (n >= next) yield { n, line };
    } catch (why) {
      // Sealed between the look and the reading: looked for again.
      if ((why as NodeJS.ErrnoException).code === 'ENOENT') continue;
      throw why;
    }
    next = before;
    if (!Number.isFinite(next)) return;
  }
}

/** The number that stands in a line. */
const numberOf = (line: string): number => Number(/^\{"v":1,"n":(\d+),/.exec(line)?.[1]);
