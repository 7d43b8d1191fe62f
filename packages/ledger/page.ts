import { createHash } from 'node:crypto';
import { Problem } from '@weir/kit';
import { LOGS, type LogName } from './record.ts';
import type { Query } from './search.ts';

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
export const cursorOf = (query: Query, { log, n }: Position): string =>
  Buffer.from(JSON.stringify([1, log, n, digestOf(query)])).toString('base64url');

/** @throws Problem bad_request where it is no cursor of this question */
export function readCursor(query: Query, cursor: string): Position {
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
