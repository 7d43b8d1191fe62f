import canonicalize from 'canonicalize';
import type { LedgerRecord } from './record.ts';

/** Bytes of one record at most; more is refused before anything is written. */
export const MAX_RECORD_BYTES = 256 * 1024;

/** A record as canonical JSON (RFC 8785) without its number; serialised once, when it is handed in. */
export function bodyOf(record: LedgerRecord): string {
  const text = canonicalize(record);
  if (text === undefined || Buffer.byteLength(text) > MAX_RECORD_BYTES)
    throw new RangeError('a record is an object of at most 256 KiB');
  return text;
}

/** The line with schema version and number in front: `{"v":1,"n":7,…}`. */
export const lineOf = (n: number, body: string): string => `{"v":1,"n":${n},${body.slice(1)}\n`;
