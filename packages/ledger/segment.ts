import { readdir } from 'node:fs/promises';
import { join } from 'node:path';

/** Folder of the NDJSON segments inside a log's own. */
export const SEGMENTS_FOLDER = 'segments';

/** Size at which a segment is closed, and the most that one block adds to it. */
export const SEGMENT_BYTES = 16 * 1024 * 1024;
export const BLOCK_BYTES = 8 * 1024 * 1024;
/** Age at which a segment is closed. */
export const SEGMENT_MS = 600_000;

const NAME = /^(\d{16})-(\d{8})\.ndjson$/;

/** A segment's name says the number of its first record and the epoch of its writer. */
export type SegmentName = { path: string; firstN: number; epoch: number };

/** Names a segment. @example segmentPath(dir, 42, 3) // DIR/segments/0000000000000042-00000003.ndjson */
export const segmentPath = (dir: string, firstN: number, epoch: number): string =>
  join(dir, SEGMENTS_FOLDER, `${String(firstN).padStart(16, '0')}-${String(epoch).padStart(8, '0')}.ndjson`);

/** The segments of a log in the order they were begun; other files are left alone. */
export async function listSegments(dir: string): Promise<SegmentName[]> {
  const found: SegmentName[] = [];
  for (const name of await readdir(join(dir, SEGMENTS_FOLDER))) {
    const [, firstN, epoch] = NAME.exec(name) ?? [];
    if (firstN !== undefined)
      found.push({ path: join(dir, SEGMENTS_FOLDER, name), firstN: Number(firstN), epoch: Number(epoch) });
  }
  return found.sort((a, b) => a.epoch - b.epoch || a.firstN - b.firstN);
}
