import { open } from 'node:fs/promises';
import { decode, type StoredRecord, timeOfId } from './record.ts';

/** Size at which a span is full: read in well under a ms, and few enough of them for memory. */
const SPAN_BYTES = 256 * 1024;
const LINE_END = 0x0a;

/** A run of whole lines in one segment, with the bounds of what they hold. The sparse index is made of these. */
export type Span = {
  readonly path: string;
  readonly at: number;
  bytes: number;
  readonly fromN: number;
  toN: number;
  fromTs: number;
  toTs: number;
  /** Times inside the message ids it holds; from > to where there are none. */
  fromId: number;
  toId: number;
};

/** The spans of a log in order of their numbers. About 0.1 % of the log's own size. */
export class Spans {
  readonly items: Span[] = [];

  /** Notes where a record lies; gives the span that has it. */
  place(path: string, at: number, bytes: number, record: StoredRecord): Span {
    let span = this.items.at(-1);
    const follows = span?.path === path && span.at + span.bytes === at && span.bytes < SPAN_BYTES;
    if (!span || !follows) {
      const { n, ts } = record;
      span = {
        path,
        at,
        bytes: 0,
        fromN: n,
        toN: n,
        fromTs: ts,
        toTs: ts,
        fromId: Infinity,
        toId: -Infinity,
      };
      this.items.push(span);
    }
    span.bytes += bytes;
    span.toN = record.n;
    span.fromTs = Math.min(span.fromTs, record.ts);
    span.toTs = Math.max(span.toTs, record.ts);
    const idTime = timeOfId(record['id']);
    if (idTime !== undefined) {
      span.fromId = Math.min(span.fromId, idTime);
      span.toId = Math.max(span.toId, idTime);
    }
    return span;
  }
}

/** The bytes of a span as they are now on disk. */
export async function readSpan(span: Span): Promise<Buffer> {
  const file = await open(span.path, 'r');
  try {
    const bytes = Buffer.allocUnsafe(span.bytes);
    let have = 0;
    while (have < bytes.length) {
      const { bytesRead } = await file.read(bytes, have, bytes.length - have, span.at + have);
      if (bytesRead === 0) break;
      have += bytesRead;
    }
    return bytes.subarray(0, have);
  } finally {
    await file.close();
  }
}

/**
 * The records among `bytes` whose line contains `needle`, in order. Only those lines are parsed, so that a needle
 * that is rare costs a search through bytes. An empty needle gives all. Lines that are no record are passed over:
 * `damage` of the log names them.
 */
export function* linesWith(bytes: Buffer, needle: string): Generator<StoredRecord> {
  const wanted = Buffer.from(needle, 'utf8');
  for (let from = 0; from < bytes.length; ) {
    const hit = wanted.length === 0 ? from : bytes.indexOf(wanted, from);
    if (hit < 0) return;
    const start = hit === 0 ? 0 : bytes.lastIndexOf(LINE_END, hit - 1) + 1;
    const found = bytes.indexOf(LINE_END, hit);
    const end = found < 0 ? bytes.length : found;
    const record = decode(bytes.toString('utf8', start, end));
    if (record) yield record;
    from = end + 1;
  }
}
