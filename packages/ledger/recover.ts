import { open, readFile, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { Log } from '@weir/kit';
import type { Disk } from './disk.ts';
import { decode, type StoredRecord } from './record.ts';
import { BLOCK_BYTES, listSegments, SEGMENT_BYTES } from './segment.ts';
import { type Span, Spans } from './span.ts';

/** Records that should be there and cannot be read. `fromN` to `toN` are their numbers, `at` the byte in the segment. */
export type Damage = { path: string; at: number; bytes: number; fromN: number; toN: number };

/** Records read before the event loop gets a turn. */
const TURN = 4_096;
const LINE_END = 0x0a;

export type Recovered = { lastN: number; lastBlock: number; epoch: number; spans: Spans; damage: Damage[] };

type Walk = Recovered & { onRecord: (record: StoredRecord, span: Span) => void; turn: number };

/**
 * Reads a log from its first byte to its last, one segment in memory at a time.
 *
 * What no acknowledged record can be in is cut off, after it was kept beside as `SEGMENT.torn`: a last line without
 * its end, a block with holes of zeros that nothing later follows (power loss in the middle of a write), and lines
 * that a later segment supersedes (their write failed, and they were written again there). Anything else that is no
 * record is damage: reported, kept where it is, and its numbers stay taken.
 */
export async function recover(
  dir: string,
  disk: Disk,
  log: Log,
  onRecord: (record: StoredRecord, span: Span) => void,
): Promise<Recovered> {
  const segments = await listSegments(dir);
  const walk: Walk = { lastN: 0, lastBlock: 0, epoch: 0, spans: new Spans(), damage: [], onRecord, turn: 0 };
  for (const [i, { path, epoch, firstN }] of segments.entries()) {
    walk.epoch = Math.max(walk.epoch, epoch);
    // A log whose first segments were purged begins where its first one does.
    if (i === 0) walk.lastN = firstN - 1;
    const next = Math.min(...segments.slice(i + 1).map((later) => later.firstN));
    if (firstN > walk.lastN + 1 && firstN < next) lost(walk, { path, at: 0, bytes: 0, toN: firstN - 1 });
    const { size } = await stat(path);
    if (size > SEGMENT_BYTES + BLOCK_BYTES) {
      lost(walk, { path, at: 0, bytes: size, toN: Number.isFinite(next) ? next - 1 : firstN });
      continue;
    }
    const keep = await readSegment(walk, path, await readFile(path), next);
    if (keep < size) await cut(disk, log, path, keep);
  }
  for (const each of walk.damage) log.error({ ...each }, 'ledger: records cannot be read');
  return walk;
}

function lost(walk: Walk, { path, at, bytes, toN }: Omit<Damage, 'fromN'>): void {
  walk.damage.push({ path, at, bytes, fromN: walk.lastN + 1, toN });
  walk.lastN = Math.max(walk.lastN, toN);
}

/** Reads one segment up to number `next`, exclusive; gives how many of its bytes stay. */
async function readSegment(walk: Walk, path: string, bytes: Buffer, next: number): Promise<number> {
  const isLast = next === Infinity;
  let bad: { at: number; lines: number } | undefined;
  let at = 0;
  while (at < bytes.length) {
    const found = bytes.indexOf(LINE_END, at);
    const end = found < 0 ? bytes.length : found + 1;
    const record = found < 0 ? undefined : decode(bytes.toString('utf8', at, found));
    const inOrder = record && record.n > walk.lastN && record.b >= walk.lastBlock;
    if (record && record.n >= next) break;
    if (!record || !inOrder || (!bad && record.n !== walk.lastN + 1)) {
      bad ??= { at, lines: 0 };
      bad.lines++;
      // Without a hole in between, numbers that leap mean lost lines before this one.
      if (!record || !inOrder) {
        at = end;
        continue;
      }
    }
    if (bad) {
      if (isLast && isTorn(bytes, bad.at, walk.lastBlock)) return bad.at;
      lost(walk, { path, at: bad.at, bytes: at - bad.at, toN: record.n - 1 });
      bad = undefined;
    }
    const span = walk.spans.place(path, at, end - at, record);
    walk.lastN = record.n;
    walk.lastBlock = record.b;
    walk.onRecord(record, span);
    at = end;
    if (++walk.turn % TURN === 0) await new Promise(setImmediate);
  }
  if (!bad) return at;
  if (isTorn(bytes.subarray(0, at), bad.at, walk.lastBlock)) return bad.at;
  lost(walk, { path, at: bad.at, bytes: at - bad.at, toN: Math.min(walk.lastN + bad.lines, next - 1) });
  return at;
}

/**
 * Whether what begins at `from` is a block that a crash tore: it has no end or holes of zeros (a record has neither),
 * and no line after it is of a later block, which would have waited for this one's fdatasync.
 */
function isTorn(bytes: Buffer, from: number, lastBlock: number): boolean {
  if (bytes.length - from > BLOCK_BYTES) return false;
  const rest = bytes.subarray(from);
  if (rest.at(-1) === LINE_END && !rest.includes(0)) return false;
  let block: number | undefined;
  for (const line of rest.toString('utf8').split('\n')) {
    const record = decode(line);
    if (!record) continue;
    block ??= record.b;
    if (record.b !== block || record.b > lastBlock + 1) return false;
  }
  return true;
}

async function cut(disk: Disk, log: Log, path: string, keep: number): Promise<void> {
  const tail = (await readFile(path)).subarray(keep);
  const beside = await open(`${path}.torn`, 'a', 0o600);
  try {
    await beside.writeFile(tail);
    await beside.sync();
  } finally {
    await beside.close();
  }
  await disk.truncate(path, keep);
  const file = await open(path, 'r+');
  try {
    await file.sync();
  } finally {
    await file.close();
  }
  await disk.syncFolder(dirname(path));
  log.warn({ path, at: keep, bytes: tail.length }, 'ledger: a torn tail was cut off and kept beside');
}
