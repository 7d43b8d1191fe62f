import { createReadStream } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Written } from './record.ts';

/**
 * One NDJSON file of a log: the number of its first record, a try that grows when a file had to be abandoned, and the
 * day under whose key its records are salted; files of the first form name none.
 */
export type Segment = { path: string; first: number; attempt: number; day: string | undefined };

/** What names a segment within its log, in the order of segments. */
export const keyOfSegment = ({ first, attempt }: Segment): number => first * 1_000 + attempt;

const NAME = /^(\d{16})-(\d{3})(?:-(\d{4}-\d{2}-\d{2}))?\.ndjson$/;
/** The longest line that is read; a message is under 4 KiB, a decision under 64. */
const MAX_LINE_BYTES = 1024 * 1024;
const NEWLINE = 10;
/** Bytes read at once. */
const PIECE_BYTES = 256 * 1024;

/** The name of a segment: sorts by first number, then by attempt. */
export const segmentName = (first: number, attempt: number, day: string): string =>
  `${String(first).padStart(16, '0')}-${String(attempt).padStart(3, '0')}-${day}.ndjson`;

/** True where a file is called as segments are. */
export const isSegmentName = (name: string): boolean => NAME.test(name);

/** The segments of a log in order. */
export async function listSegments(dir: string): Promise<Segment[]> {
  const found: Segment[] = [];
  for (const name of (await readdir(dir)).sort()) {
    const match = NAME.exec(name);
    if (match)
      found.push({
        path: join(dir, name),
        first: Number(match[1]),
        attempt: Number(match[2]),
        day: match[3],
      });
  }
  return found;
}

/** A record with where it stands, and its line with the newline; the bytes are lent for the call. */
export type Placed = { record: Written; at: number; line: Buffer };
/** What a segment ended with: whole, a line cut short by a crash, or something that is no record. */
export type SegmentEnd =
  | { kind: 'whole' }
  | { kind: 'torn'; bytes: number }
  | { kind: 'corrupt'; at: number };

export type ReadOptions = {
  /** First byte that is read; a line begins there. */
  from?: number;
  /** Numbers from here on belong to a later segment that replaced an abandoned tail, and are passed over. */
  before?: number;
  /** Only lines that contain this are parsed and judged: searching bytes is ten times as fast as parsing lines. */
  needle?: string;
};

/**
 * Reads a segment line by line. Calls `take` for each record, until it gives false; returns how the segment ended.
 * Memory: one piece of 256 KiB and one line.
 */
export async function readSegment(
  path: string,
  take: (placed: Placed) => boolean | undefined,
  { from = 0, before = Number.POSITIVE_INFINITY, needle = '' }: ReadOptions = {},
): Promise<SegmentEnd> {
  const wanted = Buffer.from(needle);
  let at = from;
  let rest: Buffer = Buffer.alloc(0);
  const pieces = createReadStream(path, { start: at, highWaterMark: PIECE_BYTES }) as AsyncIterable<Buffer>;
  for await (const piece of pieces) {
    const bytes = rest.length === 0 ? piece : Buffer.concat([rest, piece]);
    const whole = bytes.lastIndexOf(NEWLINE) + 1;
    for (let next = 0; next < whole; ) {
      const hit = wanted.length === 0 ? next : bytes.indexOf(wanted, next);
      if (hit < 0 || hit >= whole) break;
      const begin = hit === next ? next : bytes.lastIndexOf(NEWLINE, hit) + 1;
      const end = bytes.indexOf(NEWLINE, hit);
      const record = parse(bytes.toString('utf8', begin, end));
      if (!record) return { kind: 'corrupt', at: at + begin };
      if (
        record.n < before &&
        take({ record, at: at + begin, line: bytes.subarray(begin, end + 1) }) === false
      )
        return { kind: 'whole' };
      next = end + 1;
    }
    at += whole;
    rest = bytes.subarray(whole);
    if (rest.length > MAX_LINE_BYTES) return { kind: 'corrupt', at };
  }
  return rest.length > 0 ? { kind: 'torn', bytes: rest.length } : { kind: 'whole' };
}

/** The first record of a segment; undefined where it has none. */
export async function firstRecord(path: string): Promise<Written | undefined> {
  let first: Written | undefined;
  await readSegment(path, ({ record }) => {
    first = record;
    return false;
  });
  return first;
}

/** What the line of every record with this field contains (canonical JSON has one form). */
export const fieldNeedle = (name: string, value: string): string =>
  `${JSON.stringify(name)}:${JSON.stringify(value)}`;

function parse(line: string): Written | undefined {
  try {
    const record = JSON.parse(line) as Written;
    return record.v === 1 && Number.isSafeInteger(record.n) && typeof record.kind === 'string'
      ? record
      : undefined;
  } catch {
    return undefined;
  }
}
