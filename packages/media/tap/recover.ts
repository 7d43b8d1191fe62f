import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { open, readdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { type Log, silentLog } from '@weir/kit';
import { TAG_SCRIPT } from '../flv/index.ts';
import { moveInto } from './folder.ts';
import { closedPath, OPEN_FOLDER, openPath, type Place, parseOpen } from './place.ts';
import { readTags } from './read.ts';
import type { RecordedSegment } from './segment.ts';

/** A segment never spans more; where its packets' times say so, the file's own time is believed instead. */
const SANE_SPAN_MS = 120_000;

/** A segment that a dead process left open, closed as far as it was written. */
export type Recovered = RecordedSegment & { broadcast: string; session: string };

/**
 * Closes an unfinished segment: cuts off the torn tail, hashes, syncs, names. Undefined where no packet is in it.
 * Repeating it after a crash in the middle gives the same.
 * @param dir DATA/media
 */
export async function salvage(dir: string, place: Place): Promise<RecordedSegment | undefined> {
  const path = join(dir, openPath(place));
  let end = 0;
  let firstDts: number | undefined;
  let lastDts = 0;
  for await (const tag of readTags(path)) {
    if (tag.type === TAG_SCRIPT) continue;
    end = tag.end;
    firstDts ??= tag.dts;
    lastDts = tag.dts;
  }
  if (firstDts === undefined) {
    await rm(path);
    return undefined;
  }
  const spanMs = lastDts - firstDts;
  const fileMs = Math.min(Math.trunc((await stat(path)).mtimeMs) - place.fromMs, SANE_SPAN_MS);
  const toMs = place.fromMs + (spanMs >= 0 && spanMs <= SANE_SPAN_MS ? spanMs : Math.max(0, fileMs));
  const file = await open(path, 'r+');
  try {
    await file.truncate(end);
    await file.sync();
  } finally {
    await file.close();
  }
  const hash = createHash('sha256');
  for await (const piece of createReadStream(path)) hash.update(piece as Buffer);
  const target = closedPath(place, toMs);
  await moveInto(path, join(dir, target), true);
  return { path: target, bytes: end, hash: hash.digest('hex'), fromMs: place.fromMs, toMs };
}

/**
 * Closes what a killed process was recording. Called once at start, before anything is recorded. One that cannot be
 * closed is logged and stays for the next start.
 * @param dir DATA/media; need not be there
 */
export async function recoverRecordings(dir: string, log: Log = silentLog): Promise<Recovered[]> {
  const names = await readdir(join(dir, OPEN_FOLDER)).catch((why: NodeJS.ErrnoException) => {
    if (why.code === 'ENOENT') return [];
    throw why;
  });
  const recovered: Recovered[] = [];
  for (const name of names.sort()) {
    const place = parseOpen(name);
    if (!place) continue;
    try {
      const segment = await salvage(dir, place);
      if (segment) recovered.push({ ...segment, broadcast: place.broadcast, session: place.session });
    } catch (why) {
      log.error({ err: why, name }, 'an unfinished recording cannot be closed');
    }
  }
  return recovered;
}
