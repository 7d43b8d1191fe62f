import type { AppendLog } from './log.ts';
import type { LogName, Written } from './record.ts';
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
};
export type Found = Written & { log: LogName };

const DEFAULT_LIMIT = 1_000;

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

/** Reads a log's segments in order and yields what fits, oldest first, `limit` at most. */
export async function* searchLog(name: LogName, log: AppendLog, query: Query): AsyncGenerator<Found> {
  let left = query.limit ?? DEFAULT_LIMIT;
  for (const [index, { path }] of log.segments.entries()) {
    const found: Found[] = [];
    await readSegment(
      path,
      ({ record }) => {
        if (record.n > log.last) return false;
        if (fits(record, query)) found.push({ ...record, log: name });
        return found.length < left ? undefined : false;
      },
      { before: log.boundOf(index), needle: needleOf(query) },
    );
    yield* found;
    left -= found.length;
    if (left <= 0) return;
  }
}
