import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { BackupFault } from '../fault.ts';
import type { TargetDisk } from './disk.ts';
import { type Head, listedObjects, listGenerations, markerText, targetId } from './generation.ts';
import {
  GENERATIONS,
  GONE,
  isGeneration,
  isObject,
  KEYS,
  MARKER,
  NEW,
  OBJECTS,
  TEMPORARY,
} from './layout.ts';

/**
 * Makes a folder a target, or sees that it is one.
 * @throws BackupFault not_a_target where other things lie in it
 */
export async function prepareTarget(dir: string, disk: TargetDisk): Promise<void> {
  await disk.makeFolder(dir);
  if (!existsSync(join(dir, MARKER))) {
    const others = (await readdir(dir)).filter((name) => name !== `${MARKER}.new` && name !== 'lost+found');
    if (others.length > 0)
      throw new BackupFault(
        'not_a_target',
        `${dir} is not empty and holds no backup of Weir; name another folder`,
      );
    const id = randomBytes(16).toString('hex');
    await disk.write(join(dir, `${MARKER}.new`), [Buffer.from(markerText(id))]);
    await disk.move(join(dir, `${MARKER}.new`), join(dir, MARKER));
    await disk.syncFolder(dir);
  }
  await targetId(dir);
  for (const name of [OBJECTS, GENERATIONS, KEYS]) await disk.makeFolder(join(dir, name));
  await mkdir(join(dir, TEMPORARY), { recursive: true, mode: 0o700 });
}

/** Generations under their name that are not whole: damage, not debris. */
export async function damagedGenerations(dir: string, whole: Head[]): Promise<string[]> {
  const names = new Set(whole.map(({ generation }) => generation));
  return (await readdir(join(dir, GENERATIONS))).filter((name) => isGeneration(name) && !names.has(name));
}

/**
 * Takes away what a backup or prune that was broken off left behind, if there was one: objects that no generation
 * names, then the half-made generation. The lock is held.
 */
export async function sweep(dir: string, disk: TargetDisk): Promise<void> {
  const debris = (await readdir(join(dir, GENERATIONS))).filter(
    (name) => name.startsWith(NEW) || name.startsWith(GONE),
  );
  await disk.remove(join(dir, TEMPORARY));
  await disk.makeFolder(join(dir, TEMPORARY));
  if (debris.length === 0) return;
  const whole = await listGenerations(dir);
  await removeUnnamed(dir, disk, whole, { now: 0, all: (await damagedGenerations(dir, whole)).length === 0 });
  for (const name of debris) await disk.remove(join(dir, GENERATIONS, name));
}

/**
 * Removes objects that have expired in every generation, and with `all` those that none names. Which are named is kept
 * in a temporary database of SQLite's, not in memory.
 * @returns how many, and their bytes on disk
 */
export async function removeUnnamed(
  dir: string,
  disk: TargetDisk,
  heads: Head[],
  { now, all }: { now: number; all: boolean },
): Promise<{ objects: number; bytes: number }> {
  const db = new DatabaseSync('');
  try {
    db.exec('CREATE TABLE named (id TEXT PRIMARY KEY, lives INTEGER NOT NULL) WITHOUT ROWID; BEGIN');
    const name = db.prepare(
      'INSERT INTO named VALUES (?, ?) ON CONFLICT (id) DO UPDATE SET lives = max(lives, excluded.lives)',
    );
    for (const head of heads)
      for await (const { id, expiresAt } of listedObjects(dir, head))
        name.run(id, expiresAt === undefined || expiresAt > now ? 1 : 0);
    const find = db.prepare('SELECT lives FROM named WHERE id = ?');
    const gone = { objects: 0, bytes: 0 };
    for (const shard of await readdir(join(dir, OBJECTS))) {
      for (const id of await readdir(join(dir, OBJECTS, shard))) {
        const lives = find.get(id)?.['lives'];
        if (lives === 1 || (lives === undefined && !all) || !isObject(id)) continue;
        const path = join(dir, OBJECTS, shard, id);
        const { size } = await stat(path);
        await disk.remove(path);
        gone.objects++;
        gone.bytes += size;
      }
      await disk.syncFolder(join(dir, OBJECTS, shard));
    }
    return gone;
  } finally {
    db.close();
  }
}
