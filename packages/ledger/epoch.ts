import { statSync } from 'node:fs';
import { join } from 'node:path';
import { readIfThere, realDisk } from './disk.ts';

/**
 * The fencing epoch: each writer that opens the ledger takes the next number before it writes. One that finds a
 * higher number than its own on disk has been replaced and must stop.
 */
export async function takeEpoch(dir: string): Promise<number> {
  const epoch = (await readEpoch(dir)) + 1;
  await realDisk.replace(join(dir, 'epoch'), `${epoch}\n`, { sync: true });
  return epoch;
}

/** The epoch on disk; 0 where nobody has written yet. @throws Error where it cannot be read, or is no number */
export async function readEpoch(dir: string): Promise<number> {
  const text = (await readIfThere(join(dir, 'epoch')))?.toString('utf8') ?? '0';
  if (!/^\d+\n?$/.test(text)) throw new Error(`${join(dir, 'epoch')} is damaged`);
  return Number(text);
}

/**
 * Asks whether the epoch on disk is still one's own. It is asked after each commit: a file that is the same as when it
 * was read last (stat(2): inode, and the time of its last change) is not read again. The look takes 5 µs in place, a
 * tenth of the way to a thread and back.
 * @returns a question that rejects where the file cannot be read
 */
export function epochHeld(dir: string, epoch: number): () => Promise<boolean> {
  const path = join(dir, 'epoch');
  let seen: ReturnType<typeof lookAt>;
  return async () => {
    const now = lookAt(path);
    if (now && seen && now.ino === seen.ino && now.ctimeNs === seen.ctimeNs) return true;
    seen = undefined;
    if ((await readEpoch(dir)) !== epoch) return false;
    // Of before it was read: what came in between shows the next time.
    seen = now;
    return true;
  };
}

/** What tells one state of a file from another; undefined where it cannot be looked at. */
function lookAt(path: string): { ino: bigint; ctimeNs: bigint } | undefined {
  try {
    return statSync(path, { bigint: true, throwIfNoEntry: false });
  } catch {
    return undefined;
  }
}
