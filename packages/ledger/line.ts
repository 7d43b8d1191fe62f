import canonicalize from 'canonicalize';
import type { LedgerRecord } from './record.ts';

/** Bytes of one record at most; more is refused before anything is written. */
export const MAX_RECORD_BYTES = 256 * 1024;

/**
 * A record as canonical JSON (RFC 8785) without its number; serialised once, when it is handed in. Lone surrogates,
 * which canonical JSON does not know, become U+FFFD: a note that somebody typed must not stop a log.
 * @throws RangeError where it is too large, or brings a number or version of its own
 */
export function bodyOf(record: LedgerRecord): string {
  if ('n' in record || 'v' in record) throw new RangeError('the log gives a record its number and version');
  const text = flatOf(record) ?? canonicalize(wellFormed(record));
  if (text === undefined || Buffer.byteLength(text) > MAX_RECORD_BYTES)
    throw new RangeError('a record is an object of at most 256 KiB');
  return text;
}

/** Names that need no escape. */
const NAME = /^[a-z][a-z0-9_]*$/i;

/**
 * A record of plain values alone, as nearly all are, in half of the time: numbers and strings are canonical as the
 * runtime writes them (RFC 8785, section 3.2.2). Undefined for any other.
 */
function flatOf(record: LedgerRecord): string | undefined {
  let text = '';
  for (const name of Object.keys(record).sort()) {
    const value: unknown = record[name as keyof LedgerRecord];
    if (value === undefined) continue;
    if (!NAME.test(name)) return undefined;
    if (typeof value === 'string') text += `,"${name}":${JSON.stringify(value.toWellFormed())}`;
    else if (typeof value === 'boolean' || value === null || Number.isFinite(value))
      text += `,"${name}":${value}`;
    else return undefined;
  }
  return `{${text.slice(1)}}`;
}

/** The value with every string in it well formed; itself where all are. */
function wellFormed(value: unknown): unknown {
  if (typeof value === 'string') return value.isWellFormed() ? value : value.toWellFormed();
  if (Array.isArray(value)) {
    const items = value.map(wellFormed);
    return items.every((item, i) => item === value[i]) ? value : items;
  }
  if (typeof value !== 'object' || value === null) return value;
  const before = Object.entries(value);
  const after = before.map(([name, item]): [string, unknown] => [name.toWellFormed(), wellFormed(item)]);
  return after.every(([name, item], i) => name === before[i]?.[0] && item === before[i]?.[1])
    ? value
    : Object.fromEntries(after);
}

/** The line with schema version and number in front: `{"v":1,"n":7,…}`. */
export const lineOf = (n: number, body: string): string => `{"v":1,"n":${n},${body.slice(1)}\n`;
