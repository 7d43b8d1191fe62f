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
async function makeFolder(path: string): Promise<void> {
  const first = await mkdir(path, { recursive: true });
  if (first === undefined) return;
  for (let made = path; made.length >= first.length; made = dirname(made)) await syncFolder(dirname(made));
}

/** Makes something at `path`; its folder first, durably, where it is not there. @throws what `make` throws */
export async function inFolder<T>(path: string, make: (path: string) => Promise<T>): Promise<T> {
  try {
    return await make(path);
  } catch (why) {
    if ((why as NodeJS.ErrnoException).code !== 'ENOENT') throw why;
    await makeFolder(dirname(path));
    return make(path);
  }
}

/** Gives a finished file its name, durably where `sync`. @throws EEXIST where the name is taken: nothing is replaced */
export async function moveInto(from: string, to: string, sync: boolean): Promise<void> {
  const isTaken = await stat(to).then(
    () => true,
    () => false,
  );
  if (isTaken) throw Object.assign(new Error(`${to} is there already`), { code: 'EEXIST' });
  await inFolder(to, (path) => rename(from, path));
  if (sync) await syncFolder(dirname(to));
}
