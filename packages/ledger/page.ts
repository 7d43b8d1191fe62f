import { createHash } from 'node:crypto';
import { Problem } from '@weir/kit';
import { LOGS, type LogName } from './record.ts';
import type { Found, OnPassed, Query } from './search.ts';

type Position = { log: LogName; n: number };

/** The part of a query that a cursor belongs to: what is looked for, not how much at once. */
function digestOf({ limit: _, after: __, ...asked }: Query): string {
  const fields = Object.entries(asked)
    .filter(([, value]) => value !== undefined)
    .sort(([a], [b]) => (a < b ? -1 : 1));
  return createHash('sha256').update(JSON.stringify(fields)).digest('base64url').slice(0, 16);
}

/**
 * Where a search goes on: behind a record, by its log and number, which never change while the log grows or its days
 * are sealed. Opaque to callers, and good for the same question alone.
 */
const cursorOf = (query: Query, { log, n }: Position): string =>
  Buffer.from(JSON.stringify([1, log, n, digestOf(query)])).toString('base64url');

/** @throws Problem bad_request where it is no cursor of this question */
function readCursor(query: Query, cursor: string): Position {
  try {
    const [v, log, n, digest] = JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8')) as unknown[];
    const position = { log: log as LogName, n: Number(n) };
    if (v === 1 && LOGS.includes(position.log) && Number.isSafeInteger(n) && digest === digestOf(query))
      return position;
  } catch {
    // Whatever it is, it is no cursor.
  }
  throw new Problem('bad_request', 'This cursor belongs to another search; leave it out to begin anew');
}

/**
 * One page of what `search` yields: at most `limit` records, or what was found within `withinMs`; `next` is where the
 * following page begins, null behind the last.
 * @throws Problem bad_request where the cursor is of another search
 */
export async function readPage(
  search: (query: Query, onPassed: OnPassed) => AsyncIterable<Found>,
  query: Query & { limit: number },
  { cursor, withinMs }: { cursor?: string | undefined; withinMs: number },
): Promise<{ items: Found[]; next: string | null }> {
  const until = performance.now() + withinMs;
  let position = cursor === undefined ? undefined : readCursor(query, cursor);
  let isCut = false;
  const items: Found[] = [];
  const asked = position ? { ...query, after: position } : query;
  const onPassed: OnPassed = (log, n) => {
    position = { log, n };
    isCut = performance.now() > until;
    return !isCut;
  };
  for await (const found of search(asked, onPassed)) {
    items.push(found);
    position = { log: found.log, n: found.n };
  }
  const goesOn = position !== undefined && (isCut || items.length >= query.limit);
  return { items, next: goesOn && position ? cursorOf(query, position) : null };
}
