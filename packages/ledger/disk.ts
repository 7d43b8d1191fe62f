import { type FileHandle, mkdir, open, readFile, rename, rm, truncate } from 'node:fs/promises';
import { dirname } from 'node:path';

/** What a log asks of the disk; a test may hand in one that fails. */
export interface Disk {
  /** Opens a new file for appending; fails where it exists. */
  create(path: string): Promise<DiskFile>;
  /** Makes the names in a directory durable. */
  syncDirectory(path: string): Promise<void>;
  truncate(path: string, bytes: number): Promise<void>;
  /** Takes a file's name away, durably once its folder is synced; what is not there is no error. */
  remove(path: string): Promise<void>;
  /** Puts a file in the place of what is there, whole or not at all; the folder is made. `sync`: durable when it resolves. */
  replace(path: string, bytes: Buffer | string, options: { sync: boolean }): Promise<void>;
}

export interface DiskFile {
  write(bytes: Buffer): Promise<void>;
  /** Resolves when what was written is on the medium. */
  sync(): Promise<void>;
  close(): Promise<void>;
}

const fileOf = (handle: FileHandle): DiskFile => ({
  async write(bytes) {
    for (let at = 0; at < bytes.length; ) at += (await handle.write(bytes, at)).bytesWritten;
  },
  sync: () => handle.datasync(),
  close: () => handle.close(),
});

async function syncDirectory(path: string): Promise<void> {
  const handle = await open(path, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

async function openNew(path: string): Promise<FileHandle> {
  try {
    return await open(path, 'w', 0o600);
  } catch (why) {
    if ((why as NodeJS.ErrnoException).code !== 'ENOENT') throw why;
    const top = await mkdir(dirname(path), { recursive: true, mode: 0o700 });
    // Every new name must be durable before what lies below it counts.
    for (let made = dirname(path); top && made.length >= top.length; made = dirname(made))
      await syncDirectory(dirname(made));
    return open(path, 'w', 0o600);
  }
}

/** What a replacement is called until it is whole. */
export const NEXT = '.next';

/** The machine's file system. */
export const realDisk: Disk = {
  create: async (path) => fileOf(await open(path, 'ax', 0o600)),
  truncate: (path, bytes) => truncate(path, bytes),
  remove: (path) => rm(path, { force: true }),
  syncDirectory,
  async replace(path, bytes, { sync }) {
    const next = `${path}${NEXT}`;
    const handle = await openNew(next);
    try {
      await handle.writeFile(bytes);
      if (sync) await handle.datasync();
    } finally {
      await handle.close();
    }
    await rename(next, path);
    if (sync) await syncDirectory(dirname(path));
  },
};

/** The bytes of a file; undefined where there is none. */
export async function readIfThere(path: string): Promise<Buffer | undefined> {
  try {
    return await readFile(path);
  } catch (why) {
    if ((why as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw why;
  }
}

/** Removes a file or folder; what is not there is no error. */
export const removeIfThere = (path: string): Promise<void> => rm(path, { recursive: true, force: true });
