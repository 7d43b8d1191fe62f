import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { dayOf, OPEN_FOLDER, parseClosed, parseOpen } from './place.ts';

/** A segment on disk; `path` is relative to DATA/media. `toMs` is missing while it is being written. */
export type Recording = { path: string; session: string; fromMs: number; toMs?: number };

/** Segments one look-up gives at most: over a day of one broadcast. */
const MOST = 10_000;
/** A segment may begin this long before the time asked for and still reach into it. */
const REACH_MS = 120_000;

async function names(path: string): Promise<string[]> {
  try {
    return await readdir(path);
  } catch (why) {
    if ((why as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw why;
  }
}

/**
 * The segments of a broadcast that touch the wall time `from` to `to` (ms, both inclusive), oldest first,
 * at most 10,000; for more, ask again from the last one's `toMs`.
 * @example for (const { path } of await recordings(dir, id, { from, to })) for await (const p of readSegment(join(dir, path))) …
 */
export async function recordings(
  dir: string,
  broadcast: string,
  { from, to }: { from: number; to: number },
): Promise<Recording[]> {
  const found: Recording[] = [];
  const firstDay = dayOf(Math.max(0, from - REACH_MS));
  const lastDay = dayOf(Math.min(to, 8.64e15));
  const days = (await names(join(dir, broadcast))).filter((day) => day >= firstDay && day <= lastDay).sort();
  for (const day of days) {
    const here: Recording[] = [];
    for (const name of await names(join(dir, broadcast, day))) {
      const at = parseClosed(name);
      if (at && at.fromMs <= to && at.toMs >= from) here.push({ path: join(broadcast, day, name), ...at });
    }
    found.push(...here.sort((a, b) => a.fromMs - b.fromMs));
    if (found.length >= MOST) return found.slice(0, MOST);
  }
  for (const name of (await names(join(dir, OPEN_FOLDER))).sort()) {
    const at = parseOpen(name);
    if (at?.broadcast !== broadcast || at.fromMs > to) continue;
    found.push({ path: join(OPEN_FOLDER, name), session: at.session, fromMs: at.fromMs });
  }
  return found.slice(0, MOST);
}
