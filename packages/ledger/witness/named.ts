import { join } from 'node:path';
import { readIfThere, realDisk, removeIfThere } from '../disk.ts';
import { type Witness, witnessOf } from './cosignature.ts';
import type { WitnessPlace } from './submit.ts';

/** The witnesses of a store, a `vkey` a line: whose lines a checkpoint may have. */
const WITNESSES_FILE = 'witnesses';

/** Writes down which witnesses a store has. */
export async function nameWitnesses(dir: string, places: readonly WitnessPlace[]): Promise<void> {
  const path = join(dir, WITNESSES_FILE);
  const text = places.map(({ witness }) => `${witness.vkey}\n`).join('');
  if (text === '') await removeIfThere(path);
  else if ((await readIfThere(path))?.toString('utf8') !== text)
    await realDisk.replace(path, text, { sync: true });
}

/** The witnesses that a store names. @throws Error where the file is damaged */
export async function readWitnesses(dir: string): Promise<Witness[]> {
  const text = (await readIfThere(join(dir, WITNESSES_FILE)))?.toString('utf8') ?? '';
  if (text !== '' && !text.endsWith('\n')) throw new Error(`${WITNESSES_FILE}: is cut short`);
  return text.split('\n').slice(0, -1).map(witnessOf);
}
