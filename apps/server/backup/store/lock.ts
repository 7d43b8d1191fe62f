import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { lockDirectory } from '@weir/ledger/lock.ts';
import { BackupFault } from '../fault.ts';

const FILE = 'lock';

/**
 * Backups and prunes take turns in a target. On one machine a socket decides, which a killed owner leaves free; a file
 * with the machine's name keeps another machine out of a shared folder.
 * @throws BackupFault busy
 */
export async function lockTarget(dir: string): Promise<{ release(): Promise<void> }> {
  const path = join(dir, FILE);
  const lock = await lockDirectory(dir).catch((why: Error) => {
    if (!why.message.startsWith('Another process')) throw why;
    throw new BackupFault('busy', `Another backup or prune works in ${dir}; try again when it is done`);
  });
  try {
    const owner = ownerOf(path);
    if (owner && owner !== hostname())
      throw new BackupFault('busy', `${owner} works in ${dir}; if it does not any more, remove ${path}`);
    writeFileSync(path, `${hostname()}\n`, { mode: 0o600 });
  } catch (why) {
    await lock.release();
    throw why;
  }
  return {
    release: async () => {
      rmSync(path, { force: true });
      await lock.release();
    },
  };
}

function ownerOf(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8').trim();
  } catch (why) {
    if ((why as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw why;
  }
}
