import { createReadStream } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Written } from './record.ts';

/** One NDJSON file of a log: the number of its first record, and a try that grows when a file had to be abandoned. */
export type Segment = { path: string; first: number; attempt: number };

const NAME = /^(\d{16})-(\d{3})\.ndjson$/;
/** The longest line that is read; a message is under 4 KiB, a decision under 64. */
const MAX_LINE_BYTES = 1024 * 1024;
const NEWLINE = 10;

/** The name of a segment: sorts by first number, then by attempt. */
export const segmentName = (first: number, attempt: number): string =>
  `${String(first).padStart(16, '0')}-${String(attempt).padStart(3, '0')}.ndjson`;

/** The segments of a log in order. */
export async function listSegments(dir: string): Promise<Segment[]> {
  const found: Segment[] = [];
  for (const name of (await readdir(dir)).sort()) {
    const match = NAME.exec(name);
    if (match) found.push({ path: join(dir, name), first: Number(match[1]), attempt: Number(match[2]) });
  }
  return found;
}

/** A record with where it stands. */
export type Placed = { record: Written; at: number };
/** What a segment ended with: whole, a line cut short by a crash, or something that is no record. */
export type SegmentEnd =
  | { kind: 'whole' }
  | { kind: 'torn'; bytes: number }
  | { kind: 'corrupt'; at: number };

/**
 * Reads a segment from byte `from`. Numbers at or above `before` belong to a later segment that replaced an
 * abandoned tail, and are passed over. Calls `take` for each record; returns how the segment ended.
 */
export async function readSegment(
  path: string,
  take: (placed: Placed) => boolean | undefined,
  options: { from?: number; before?: number } = {},
): Promise<SegmentEnd> {
  let at = options.from ?? 0;
  let rest: Buffer = Buffer.alloc(0);
  for await (const piece of createReadStream(path, {
    start: at,
    highWaterMark: 256 * 1024,
  }) as AsyncIterable<Buffer>) {
    const bytes = rest.length === 0 ? piece : Buffer.concat([rest, piece]);
    let begin = 0;
    for (let end = bytes.indexOf(NEWLINE); end >= 0; end = bytes.indexOf(NEWLINE, begin)) {
      const record = parse(bytes.subarray(begin, end));
      if (!record) return { kind: 'corrupt', at };
      if (record.n < (options.before ?? Number.POSITIVE_INFINITY) && take({ record, at }) === false)
        return { kind: 'whole' };
      at += end + 1 - begin;
      begin = end + 1;
    }
    rest = bytes.subarray(begin);
    if (rest.length > MAX_LINE_BYTES) return { kind: 'corrupt', at };
  }
  return rest.length > 0 ? { kind: 'torn', bytes: rest.length } : { kind: 'whole' };
}

function parse(line: Buffer): Written | undefined {
  try {
    const record = JSON.parse(line.toString('utf8')) as Written;
    return record.v === 1 && Number.isSafeInteger(record.n) && typeof record.kind === 'string'
      ? record
      : undefined;
  } catch {
    return undefined;
  }
}
