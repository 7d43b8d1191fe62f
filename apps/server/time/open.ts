import { join } from 'node:path';
import { WrongUse } from '../cli/misuse.ts';
import { kindOf, readMark, writeMark } from './mark.ts';

/**
 * Settles which clock a store has, before anything of it starts: `asked` is `weir start --simulated`. A store keeps
 * the kind it was made with; a simulated one goes on as such without being asked again.
 * @throws WrongUse where a store with the real clock is asked to simulate; Error where mark and ledger disagree
 */
export async function settleClock(dataDir: string, asked: boolean): Promise<{ simulated: boolean }> {
  const kind = kindOf(dataDir);
  if (kind === 'new' && asked) await writeMark(dataDir, 0);
  if (kind === 'new') return { simulated: asked };
  if (kind === 'real' && asked)
    throw new WrongUse(
      `${dataDir} was made with the real clock and keeps to it. For a trial set WEIR_DATA_DIR to an empty directory.`,
    );
  const mark = readMark(dataDir);
  if (kind === 'real' && mark)
    throw new Error(
      `${join(dataDir, 'clock.json')} does not belong here: this store was made with the real clock. Remove the file.`,
    );
  if (kind === 'simulated' && !mark)
    throw new Error(
      `${join(dataDir, 'clock.json')} is missing: this store's clock is simulated. Restore the file from a backup.`,
    );
  return { simulated: kind === 'simulated' };
}
