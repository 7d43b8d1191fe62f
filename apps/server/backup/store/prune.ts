import { join } from 'node:path';
import { BackupFault } from '../fault.ts';
import { storageFault, type TargetDisk, targetDisk } from './disk.ts';
import { generationFolder, listGenerations } from './generation.ts';
import { GENERATIONS, GONE } from './layout.ts';
import { lockTarget } from './lock.ts';
import { damagedGenerations, removeUnnamed, sweep } from './target.ts';

export type PruneOptions = {
  dir: string;
  /** Wall time, ms. */
  now: number;
  /** How many of the newest stay, if not expired; all where it is not given. At least 1. */
  keep?: number;
  /** Also takes away generations that are not whole. Until then objects that none names stay: they may be theirs. */
  dropDamaged?: boolean;
  disk?: TargetDisk;
};

export type Pruned = {
  /** Destroyed, by name. */
  generations: string[];
  objects: number;
  /** Bytes on disk that came free. */
  bytes: number;
  /** Not whole, and still there. */
  damaged: string[];
};

/**
 * Destroys generations past their `expiresAt` (the last one too) and beyond `keep`, then the objects that nobody needs
 * any more, those whose every entry has expired included. What it cannot reach: copies of the target, and the old
 * blocks of the disk under it; an age identity that is destroyed reaches those.
 * @throws BackupFault busy, no_backup, storage_failed
 */
export async function prune({
  dir,
  now,
  keep,
  dropDamaged = false,
  disk = targetDisk,
}: PruneOptions): Promise<Pruned> {
  if (keep !== undefined && !(Number.isInteger(keep) && keep >= 1))
    throw new BackupFault('refused', 'At least one generation is kept');
  await listGenerations(dir);
  const lock = await lockTarget(dir);
  try {
    await sweep(dir, disk);
    const all = await listGenerations(dir);
    const stay = (keep === undefined ? all : all.slice(-keep)).filter(({ expiresAt }) => expiresAt > now);
    const names = new Set(stay.map(({ generation }) => generation));
    const damaged = await damagedGenerations(dir, all);
    const going = [
      ...all.map(({ generation }) => generation).filter((name) => !names.has(name)),
      ...(dropDamaged ? damaged : []),
    ];
    // First none of them is a generation any more, then their objects go, then what told of them.
    for (const name of going)
      await disk.move(generationFolder(dir, name), join(dir, GENERATIONS, GONE + name));
    await disk.syncFolder(join(dir, GENERATIONS));
    const left = dropDamaged ? [] : damaged;
    const gone = await removeUnnamed(dir, disk, stay, { now, all: left.length === 0 });
    for (const name of going) await disk.remove(join(dir, GENERATIONS, GONE + name));
    await disk.syncFolder(join(dir, GENERATIONS));
    return { generations: going, ...gone, damaged: left };
  } catch (why) {
    throw storageFault(why, `${dir} could not be pruned`);
  } finally {
    await lock.release();
  }
}
