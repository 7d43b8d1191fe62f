import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { open, readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { openerFor, sealerFor } from '../age.ts';
import { BackupFault } from '../fault.ts';
import { storageFault, type TargetDisk, targetDisk } from './disk.ts';
import { targetId } from './generation.ts';
import { KEYS } from './layout.ts';

const FILE = /^(\d{12})\.age$/;
/** Slots of twenty years and tombstones; a bound, so that nobody keeps a store in it. */
const MAX_BYTES = 64 * 1024 * 1024;

/**
 * The key part: the one thing in a target that is replaced, and of which one copy is there, whatever generations are.
 * A store's data keys lie in it, so a key that was destroyed is gone from every generation with the next writing.
 * The new one is durable first; then the old one is overwritten in place and removed. Copies of the target, snapshots
 * and the old blocks of a flash disk are out of its reach.
 * @throws BackupFault no_backup where the folder is no target: an empty place where a disk is not mounted is not made
 * one; refused, storage_failed
 */
export async function writeKeyPart(
  { dir, recipients, disk = targetDisk }: { dir: string; recipients: readonly string[]; disk?: TargetDisk },
  bytes: Uint8Array,
): Promise<void> {
  if (bytes.length > MAX_BYTES) throw new BackupFault('refused', 'The keys are too many for a key part');
  const seal = sealerFor(recipients);
  try {
    await targetId(dir);
    const folder = join(dir, KEYS);
    await disk.makeFolder(folder);
    const old = await parts(folder);
    const next = join(folder, `${String((old.at(-1)?.sequence ?? 0) + 1).padStart(12, '0')}.age`);
    // What a writing that was broken off left here has keys in it too.
    if (existsSync(`${next}.new`)) await overwrite(`${next}.new`);
    await disk.write(`${next}.new`, await seal(bytes));
    await disk.move(`${next}.new`, next);
    await disk.syncFolder(folder);
    for (const { path } of old) {
      await overwrite(path);
      await disk.remove(path);
    }
    await disk.syncFolder(folder);
  } catch (why) {
    throw storageFault(why, `The keys could not be written to ${dir}`);
  }
}

/**
 * The key part as it was written last; undefined where there is none.
 * @throws BackupFault wrong_identity, damaged
 */
export async function readKeyPart({
  dir,
  identities,
}: {
  dir: string;
  identities: readonly string[];
}): Promise<Buffer | undefined> {
  await targetId(dir);
  const open = openerFor(identities);
  const last = (await parts(join(dir, KEYS))).at(-1);
  return last && open(await readFile(last.path));
}

/** Oldest first; more than one only where writing was broken off. */
async function parts(folder: string): Promise<{ path: string; sequence: number }[]> {
  let names: string[];
  try {
    names = await readdir(folder);
  } catch (why) {
    if ((why as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw why;
  }
  return names
    .flatMap((name) => {
      const sequence = FILE.exec(name)?.[1];
      return sequence ? [{ path: join(folder, name), sequence: Number(sequence) }] : [];
    })
    .sort((a, b) => a.sequence - b.sequence);
}

async function overwrite(path: string): Promise<void> {
  const { size } = await stat(path);
  const file = await open(path, 'r+');
  try {
    await file.write(randomBytes(size), 0, size, 0);
    await file.sync();
  } finally {
    await file.close();
  }
}
