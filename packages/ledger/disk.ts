import { mkdir, open, rm, truncate } from 'node:fs/promises';
import { dirname } from 'node:path';

/** A file that only grows. */
export interface AppendFile {
  /** Writes all of `bytes` at the end. */
  append(bytes: Buffer): Promise<void>;
  /** Makes what was appended durable (fdatasync). */
  sync(): Promise<void>;
  close(): Promise<void>;
}

/** What the writer asks of a disk; a seam so that tests may make it fail at any step. */
export interface Disk {
  /** Creates a file that must not exist, mode 0600. */
  create(path: string): Promise<AppendFile>;
  /** Makes the names in a folder durable. */
  syncFolder(path: string): Promise<void>;
  truncate(path: string, bytes: number): Promise<void>;
  /** Removes a file if it is there. */
  remove(path: string): Promise<void>;
}

/** The machine's own. */
export const realDisk: Disk = {
  async create(path) {
    const file = await open(path, 'ax', 0o600);
    return {
      async append(bytes) {
        // The kernel may take less than all: the rest then says why.
        for (let at = 0; at < bytes.length; )
          at += (await file.write(bytes, at, bytes.length - at)).bytesWritten;
      },
      sync: () => file.datasync(),
      close: () => file.close(),
    };
  },
  async syncFolder(path) {
    const folder = await open(path, 'r');
    try {
      await folder.sync();
    } finally {
      await folder.close();
    }
  },
  truncate: (path, bytes) => truncate(path, bytes),
  remove: (path) => rm(path, { force: true }),
};

/** Makes a folder and those above it, durably where they were not there. */
export async function makeFolder(disk: Disk, path: string): Promise<void> {
  const first = await mkdir(path, { recursive: true, mode: 0o700 });
  if (first === undefined) return;
  for (let made = path; made.length >= first.length; made = dirname(made))
    await disk.syncFolder(dirname(made));
}
