import { cpSync, mkdtempSync, readdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Clock, realClock, silentLog } from '@weir/kit';
import type { Disk } from '../disk.ts';
import { Ledger } from '../ledger.ts';
import type { LogName, PublishedMessage } from '../record.ts';

/** A directory of its own for a store. */
export const fresh = (): string => mkdtempSync(join(tmpdir(), 'weir-ledger-'));

/** A copy of a store, to be changed. */
export function copyOf(store: string): string {
  const dir = fresh();
  cpSync(store, dir, { recursive: true });
  return dir;
}

/** Opens a store on the real clock and disk, or on what is handed in. */
export const open = (
  dir: string,
  { disk, clock = realClock, partRecords }: { disk?: Disk; clock?: Clock; partRecords?: number } = {},
): Promise<Ledger> =>
  Ledger.open({
    dir,
    clock,
    log: silentLog,
    ...(disk ? { disk } : {}),
    ...(partRecords ? { partRecords } : {}),
  });

/** A message of a room in which nobody means anything. */
export const published = (offset: number, over: Partial<PublishedMessage> = {}): PublishedMessage => ({
  kind: 'message.published',
  ts: 1_000 + offset,
  room: 'r',
  broadcast: 'r',
  user: 'u',
  nickname: '甲',
  id: `m${offset}`,
  offset,
  text: `第${offset}句`,
  pts: offset,
  ...over,
});

/** The segments of a log, oldest first. */
export const segmentsOf = (dir: string, log: LogName = 'content'): string[] =>
  readdirSync(join(dir, log))
    .filter((name) => name.endsWith('.ndjson'))
    .sort()
    .map((name) => join(dir, log, name));
