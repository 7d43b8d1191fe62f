import { readdir, rm, rmdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { DerivedStore, Purged, PurgeTask } from '@weir/ledger';
import { parseClosed } from '@weir/media/tap/place.ts';

const namesIn = (path: string): Promise<string[]> => readdir(path).catch(() => []);

/**
 * Recordings. On this disk they lie in clear, so their end is that of the file; in a bucket that of their key.
 * Evidence of a decision stays as long as that.
 */
export const mediaStore = (dir: string, bucket: (task: PurgeTask) => Promise<Purged>): DerivedStore => ({
  name: 'recordings',
  holds: 'picture',
  paths: ['media/', 'control/recordings/'],
  async purge(task) {
    const { isDue } = task;
    const there = await bucket(task);
    let { removed, bytes } = there;
    for (const broadcast of await namesIn(dir)) {
      for (const day of await namesIn(join(dir, broadcast))) {
        const folder = join(dir, broadcast, day);
        for (const name of await namesIn(folder)) {
          const place = parseClosed(name);
          if (!place || !isDue({ broadcast, ts: place.fromMs, to: place.toMs })) continue;
          bytes += (await stat(join(folder, name))).size;
          await rm(join(folder, name));
          removed++;
        }
        await rmdir(folder).catch(() => {});
      }
      await rmdir(join(dir, broadcast)).catch(() => {});
    }
    return { ...there, removed, bytes };
  },
});
