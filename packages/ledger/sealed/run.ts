import canonicalize from 'canonicalize';
import { LOGS, type LogName } from '../record.ts';
import { ORDERS, type Order, type Part, partName, runName } from './names.ts';

/** One object of a part: its size, and SHA-256 of its bytes in base64. */
export type SealedFile = { bytes: number; sha256: string };
/** A part of a run; `from` and `to` bound the `ts` of its records (ms, both inclusive). */
export type RunPart = {
  first: number;
  last: number;
  from: number;
  to: number;
  person: SealedFile;
  room: SealedFile;
};

/**
 * What a run of segments of one day became: records `first` to `last` in parts. Once this object is there the run is
 * sealed, and its segments are no more.
 */
export type Run = { v: 1; log: LogName; day: string; first: number; last: number; parts: RunPart[] };

/** A run as its object: canonical JSON (RFC 8785) and a newline. */
export const textOf = (run: Run): string => `${canonicalize(run)}\n`;

/** Reads a run. @throws Error where it is none, or not in its one form */
export function parseRun(bytes: Buffer): Run {
  const run = JSON.parse(bytes.toString('utf8')) as Run;
  if (!isRun(run) || !Buffer.from(textOf(run)).equals(bytes))
    throw new Error('this is no run of a sealed day');
  return run;
}

const isFile = (file: SealedFile | undefined): boolean =>
  file !== undefined && Number.isSafeInteger(file.bytes) && /^[A-Za-z0-9+/]{43}=$/.test(file.sha256);

function isRun({ v, log, day, first, last, parts }: Run): boolean {
  if (v !== 1 || !LOGS.includes(log) || !/^\d{4}-\d{2}-\d{2}$/.test(day) || !Array.isArray(parts))
    return false;
  let next = first;
  for (const part of parts) {
    if (part.first !== next || !Number.isSafeInteger(part.last) || part.last < part.first) return false;
    if (!isFile(part.person) || !isFile(part.room)) return false;
    if (!Number.isSafeInteger(part.from) || !Number.isSafeInteger(part.to)) return false;
    next = part.last + 1;
  }
  return Number.isSafeInteger(first) && first > 0 && parts.length > 0 && next === last + 1;
}

/** A part by itself, as names and keys speak of it. */
export const partOf = ({ log, day }: Run, { first, last }: RunPart): Part => ({ log, day, first, last });

/** Every object that a run stands for, with its size where it is known. */
export function* objectsOf(run: Run): Generator<{ name: string; order: Order | undefined; bytes: number }> {
  for (const part of run.parts)
    for (const order of ORDERS)
      yield { name: partName(partOf(run, part), order), order, bytes: part[order].bytes };
  yield { name: runName(run.log, run.day, run.first), order: undefined, bytes: textOf(run).length };
}
