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
