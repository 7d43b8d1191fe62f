import { Problem } from '@weir/kit';
import { canonical, type Json } from './canonical.ts';

/** The four logs of Weir. */
export const LOGS = ['content', 'moderation', 'access', 'retention'] as const;
export type LogName = (typeof LOGS)[number];

/** Version of the line's form: what a reader must know before it reads the rest. */
export const SCHEMA_VERSION = 1;

/** A line's longest form in bytes, end of line included. */
export const RECORD_BYTES = 64 * 1024;

/** What is given to a log: a kind, the wall time in ms, and fields of the kind's own. */
export type LogRecord = {
  readonly kind: string;
  readonly ts: number;
  readonly [field: string]: Json | undefined;
};

/**
 * What stands in a log: the record with its schema version `v`, its gapless number `n` (from 1) and the gapless
 * number `b` of the block (group commit) that brought it. All of one block became durable together.
 */
export type StoredRecord = LogRecord & { readonly v: number; readonly n: number; readonly b: number };

/** The line of a record, with its end. @throws Problem `bad_request` where it is no record or too long */
export function encode(record: LogRecord, n: number, b: number): string {
  if (typeof record.kind !== 'string' || record.kind === '' || !Number.isSafeInteger(record.ts))
    throw new Problem('bad_request', 'A record has a kind and a time in whole ms');
  return `${canonical({ ...record, v: SCHEMA_VERSION, n, b })}\n`;
}

/** Reads a line without its end; undefined where it is no record of this version. */
export function decode(line: string): StoredRecord | undefined {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch {
    return undefined;
  }
  if (typeof value !== 'object' || value === null) return undefined;
  const { v, n, b, ts, kind } = value as Record<string, unknown>;
  const sound =
    v === SCHEMA_VERSION &&
    Number.isSafeInteger(n) &&
    Number.isSafeInteger(b) &&
    Number.isSafeInteger(ts) &&
    typeof kind === 'string';
  return sound ? (value as StoredRecord) : undefined;
}

const ID_TIME = /^[0-9a-f]{8}-[0-9a-f]{4}-7/;

/** The time in ms inside a UUIDv7 (RFC 9562, 5.7); undefined for other ids. */
export function timeOfId(id: unknown): number | undefined {
  if (typeof id !== 'string' || !ID_TIME.test(id)) return undefined;
  return Number.parseInt(id.slice(0, 8) + id.slice(9, 13), 16);
}
