import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { readdir, rename, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { OPEN_SUFFIX, type RecordedSegment } from './recorder.ts';

/** A segment that a dead process left open, closed as far as it was written. */
export type Recovered = RecordedSegment & { broadcast: string; session: string };

/**
 * Closes what a killed process was recording: each open segment keeps what had reached the file, gets its hash and
 * its final name. Called once at start, before anything is recorded.
 */
export async function recoverRecordings(dir: string): Promise<Recovered[]> {
  const found: Recovered[] = [];
  const names = await readdir(dir, { recursive: true }).catch(() => [] as string[]);
  for (const name of names) {
    if (!name.endsWith(`.flv${OPEN_SUFFIX}`)) continue;
    const path = name.slice(0, -OPEN_SUFFIX.length);
    const { size, mtimeMs } = await stat(join(dir, name));
    const hash = createHash('sha256');
    for await (const piece of createReadStream(join(dir, name))) hash.update(piece as Buffer);
    await rename(join(dir, name), join(dir, path));
    found.push({
      broadcast: dirname(dirname(path)),
      session: basename(dirname(path)),
      path,
      bytes: size,
      hash: hash.digest('hex'),
      fromMs: Number(basename(path, '.flv')),
      toMs: Math.round(mtimeMs),
    });
  }
  return found;
}

/** Segments of a broadcast that touch the wall time from `from` to `to` (ms), in order of time; paths under `dir`. */
export async function recordings(
  dir: string,
  broadcast: string,
  range: { from: number; to: number },
): Promise<string[]> {
  const names = await readdir(join(dir, broadcast), { recursive: true }).catch(() => [] as string[]);
  const starts = names
    .filter((name) => name.endsWith('.flv') || name.endsWith(`.flv${OPEN_SUFFIX}`))
    .map((name) => ({ path: join(broadcast, name), at: Number.parseInt(basename(name), 10) }))
    .sort((a, b) => a.at - b.at);
  return starts
    .filter(({ at }, i) => at < range.to && (starts[i + 1]?.at ?? Number.POSITIVE_INFINITY) > range.from)
    .map(({ path }) => path);
}
