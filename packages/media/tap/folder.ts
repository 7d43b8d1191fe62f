import { mkdir, open, rename, stat } from 'node:fs/promises';
import { dirname } from 'node:path';

/** Makes the names in a folder durable: a new file's own fdatasync does not (POSIX fsync, rationale). */
export async function syncFolder(path: string): Promise<void> {
  const folder = await open(path, 'r');
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
}

/** Makes a folder and those above it, durably where it was not there. */
export async function makeFolder(path: string): Promise<void> {
  const first = await mkdir(path, { recursive: true });
  if (first === undefined) return;
  for (let made = path; made.length >= first.length; made = dirname(made)) await syncFolder(dirname(made));
}

/** Gives a finished file its name, durably where `sync`. @throws EEXIST where the name is taken: nothing is replaced */
export async function moveInto(from: string, to: string, sync: boolean): Promise<void> {
  await makeFolder(dirname(to));
  const isTaken = await stat(to).then(
    () => true,
    () => false,
  );
  if (isTaken) throw Object.assign(new Error(`${to} is there already`), { code: 'EEXIST' });
  await rename(from, to);
  if (sync) await syncFolder(dirname(to));
}
