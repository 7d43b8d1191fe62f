import {
  closeSync,
  existsSync,
  fsyncSync,
  openSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';
import { LOGS } from '../record.ts';
import { labelOf } from './day.ts';
import { KEY_BYTES, type SlotFile } from './slots.ts';

/**
 * Takes over the keys of a store that kept each in a file of its own (`LOG/keys/DAY`): into the slot file first, then
 * each file is overwritten and removed. A crash between leaves files that the next opening takes up.
 */
export function adoptKeyFiles(dir: string, slots: SlotFile): void {
  for (const log of LOGS) {
    const folder = join(dir, log, 'keys');
    if (!existsSync(folder)) continue;
    for (const day of readdirSync(folder)) {
      const path = join(folder, day);
      const key = readFileSync(path);
      if (key.length === KEY_BYTES && !slots.labels().includes(labelOf(log, day)))
        slots.make(labelOf(log, day), key);
      overwrite(path);
    }
    rmSync(folder, { recursive: true });
  }
}

function overwrite(path: string): void {
  const file = openSync(path, 'r+');
  try {
    writeSync(file, Buffer.alloc(KEY_BYTES), 0, KEY_BYTES, 0);
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
}
