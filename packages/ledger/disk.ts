import { type FileHandle, open, truncate } from 'node:fs/promises';

/** What a log asks of the disk; a test may hand in one that fails. */
export interface Disk {
  /** Opens a new file for appending; fails where it exists. */
  create(path: string): Promise<DiskFile>;
  /** Makes the names in a directory durable. */
  syncDirectory(path: string): Promise<void>;
  truncate(path: string, bytes: number): Promise<void>;
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

/** The machine's file system. */
export const realDisk: Disk = {
  create: async (path) => fileOf(await open(path, 'ax', 0o600)),
  truncate: (path, bytes) => truncate(path, bytes),
  async syncDirectory(path) {
    const handle = await open(path, 'r');
    try {
      await handle.sync();
    } finally {
      await handle.close();
    }
  },
};
