import { globSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { LOGS } from '../record.ts';
import { beginEpoch } from '../restore/begin.ts';
import { copyOf } from './store.ts';

/** What a backup has of a store: no signing key, no fencing epoch, no index, no partial tiles. */
export function backedUp(dir: string): string {
  const copy = copyOf(dir);
  const index = ['', '-wal', '-shm'].map((end) => `rooms.sqlite${end}`);
  for (const name of [...index, 'epoch', ...LOGS.map((log) => `${log}/signer`)])
    rmSync(join(copy, name), { force: true });
  for (const log of LOGS)
    for (const name of globSync('tile/**/*.p', { cwd: join(copy, log) }))
      rmSync(join(copy, log, name), { recursive: true });
  return copy;
}

/** Begins an epoch of every log of what `backedUp` gave; `content` are checkpoints of that log from elsewhere. */
export async function restored(dir: string, at: number, content: readonly string[] = []): Promise<void> {
  for (const log of LOGS)
    await beginEpoch({ dir, log, at, since: at - 1_000, checkpoints: log === 'content' ? content : [] });
}
