import { existsSync, mkdirSync, readFileSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { realDisk } from '@weir/ledger/disk.ts';
import { BackupFault } from '../fault.ts';
import { MARKER } from './layout.ts';

/** In the store's own folder: `{"v":1,"dirs":[…]}`, where whole backups of it were made, the latest last. */
const FILE = 'targets.json';
/** Folders remembered; of more the one used longest ago is forgotten. */
const MAX_DIRS = 64;

/** Folders in which a whole backup of this store was made, by its folder `local`; none where that cannot be read. */
export function knownTargets(local: string): string[] {
  try {
    const { v, dirs } = JSON.parse(readFileSync(join(local, FILE), 'utf8'));
    return v === 1 && Array.isArray(dirs) ? dirs.filter((dir) => typeof dir === 'string') : [];
  } catch {
    return [];
  }
}

/** Remembers that a whole backup lies in `dir` (absolute), synced. */
export async function rememberTarget(local: string, dir: string): Promise<void> {
  const dirs = [...knownTargets(local).filter((one) => one !== dir), dir].slice(-MAX_DIRS);
  mkdirSync(local, { recursive: true, mode: 0o700 });
  await realDisk.replace(join(local, FILE), `${JSON.stringify({ v: 1, dirs })}\n`, { sync: true });
}

/**
 * That a backup may begin in `dir` (absolute): a disk that is not mounted shows itself as a folder that is empty or
 * missing, and a backup made there anyhow would lie on the disk of the store. Makes nothing.
 * @throws BackupFault not_mounted where this store's backups lay there before and none does, or the folder above is
 * missing too
 */
export function checkPlace(dir: string, local: string): void {
  if (existsSync(join(dir, MARKER))) return;
  const hint = 'is its disk mounted? --create begins anew there';
  if (knownTargets(local).includes(dir))
    throw new BackupFault('not_mounted', `${dir} held backups of this store and holds none now: ${hint}`);
  if (!existsSync(dir) && !existsSync(dirname(dir)))
    throw new BackupFault('not_mounted', `There is no folder ${dirname(dir)} to make ${dir} in: ${hint}`);
}

/** True where both lie on one disk, as far as the file system tells. */
export const isSameDisk = (one: string, other: string): boolean => statSync(one).dev === statSync(other).dev;
