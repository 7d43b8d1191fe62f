import { open, readFile, rename } from 'node:fs/promises';
import { join } from 'node:path';

/**
 * The fencing epoch: each writer that opens the ledger takes the next number before it writes. One that finds a
 * higher number than its own on disk has been replaced and must stop.
 */
export async function takeEpoch(dir: string): Promise<number> {
  const epoch = (await readEpoch(dir)) + 1;
  const path = join(dir, 'epoch');
  const file = await open(`${path}.next`, 'w', 0o600);
  try {
    await file.writeFile(`${epoch}\n`);
    await file.sync();
  } finally {
    await file.close();
  }
  await rename(`${path}.next`, path);
  return epoch;
}

/** The epoch on disk; 0 where nobody has written yet. */
export async function readEpoch(dir: string): Promise<number> {
  const text = await readFile(join(dir, 'epoch'), 'utf8').catch(() => '0');
  return Number.parseInt(text, 10) || 0;
}
