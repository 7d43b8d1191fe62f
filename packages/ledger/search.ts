import type { Archive } from './archive/archive.ts';
import type { AppendLog, Reading } from './log.ts';
import type { LogName, Written } from './record.ts';
import type { Sealed } from './sealed/catalogue.ts';
import { type Places, sourceOf } from './sealed/days.ts';
import { fieldNeedle, readSegment } from './segments.ts';

/** What is looked for; every field narrows. `from` and `to` are wall ms, `to` exclusive; `text` is contained. */
export type Query = {
  log?: LogName;
  kind?: string;
  room?: string;
  broadcast?: string;
  user?: string;
  from?: number;
  to?: number;
  text?: string;
  limit?: number;
  /** Only records behind this one, in the order of logs and numbers. */
  after?: { log: LogName; n: number };
  /** False leaves out records that outlived their day. */
  kept?: false;
};
/** Called when everything up to record `n` of a log was looked at; false ends the search there. */
export type OnPassed = (log: LogName, n: number) => boolean;
export type Found = Written & { log: LogName };

/** Records asked of a sealed part at once. */
const PAGE = 1_000;

/** True where a record is what the query asks for. */
export function fits(record: Written, query: Query): boolean {
  return (
    (query.kind === undefined || record.kind === query.kind) &&
    (query.room === undefined || record.room === query.room) &&
    (query.broadcast === undefined || record.broadcast === query.broadcast) &&
    (query.user === undefined || record.user === query.user) &&
    (query.from === undefined || record.ts >= query.from) &&
    (query.to === undefined || record.ts < query.to) &&
    (query.text === undefined || (typeof record['text'] === 'string' && record['text'].includes(query.text)))
  );
}

/** What every line that fits contains: the rarest of what is asked for. */
function needleOf(query: Query): string {
  if (query.text) return JSON.stringify(query.text).slice(1, -1);
  for (const name of ['user', 'room', 'broadcast', 'kind'] as const) {
    const value = query[name];
    if (value !== undefined) return fieldNeedle(name, value);
  }
  return '';
}

/** Yields what fits of one log, oldest first, `limit` at most: sealed parts, then segments. */
export async function* searchLog(
  name: LogName,
  searched: Places,
  query: Query,
  onPassed: OnPassed = () => true,
): AsyncGenerator<Found> {
  let left = query.limit ?? Number.POSITIVE_INFINITY;
  // A day that is sealed meanwhile moves from the segments to the parts: the next number says what is to be read.
  for (let next = (query.after?.n ?? 0) + 1; left > 0; ) {
    const source = sourceOf(searched, next);
    if (!source) return;
    if ('part' in source) {
      for await (const record of partOf(searched.archive, source.part, query, next)) {
        yield { ...record, log: name };
        if (--left <= 0) return;
      }
      next = source.part.last + 1;
      if (!onPassed(name, next - 1)) return;
      continue;
    }
    const { segment, before } = source.reading;
    const found = await segmentOf(searched.log, source.reading, query, next, left);
    // Sealed between the look and the reading: looked for again.
    if (!found) continue;
    for (const record of found) yield { ...record, log: name };
    left -= found.length;
    next = Math.max(segment.first, before);
    if (!Number.isFinite(next) || !onPassed(name, next - 1)) return;
  }
}

async function* partOf(archive: Archive, part: Sealed, query: Query, next: number): AsyncGenerator<Written> {
  const { kind, room, broadcast, user, from, to, text } = query;
  if ((from !== undefined && part.to < from) || (to !== undefined && part.from >= to)) return;
  const limit = Math.min(PAGE, query.limit ?? PAGE);
  for (let fromN = next, more = true; more; ) {
    const asked = Object.entries({ kind, room, broadcast, user, from, to, text }).filter(
      ([, value]) => value !== undefined,
    );
    const records = await archive.records(part, { ...Object.fromEntries(asked), fromN, limit });
    for (const record of records) if (fits(record, query)) yield record;
    fromN = (records.at(-1)?.n ?? 0) + 1;
    more = records.length === limit;
  }
}

/** What fits of a segment; undefined where it is no longer there. */
async function segmentOf(
  log: AppendLog,
  { segment, before }: Reading,
  query: Query,
  next: number,
  most: number,
): Promise<Written[] | undefined> {
  const found: Written[] = [];
  const { last } = log;
  try {
    await readSegment(
      segment.path,
      ({ record }) => {
        if (record.n > last) return false;
        if (record.n >= next && fits(record, query)) found.push(record);
        return found.length < most ? undefined : false;
      },
      { before, needle: needleOf(query) },
    );
  } catch (why) {
    if ((why as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw why;
  }
  return found;
}
