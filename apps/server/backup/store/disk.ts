import { type FileHandle, mkdir, open, rename, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { BackupFault } from '../fault.ts';

/** What a backup asks of the target's file system; a test hands in one that loses power. */
export interface TargetDisk {
  /** Makes a folder and those above it. */
  makeFolder(path: string): Promise<void>;
  /** A new file in the place of any, its bytes on the medium when it resolves; its name is not yet. */
  write(path: string, parts: Iterable<Uint8Array>): Promise<void>;
  move(from: string, to: string): Promise<void>;
  /** Makes the names in a folder durable. */
  syncFolder(path: string): Promise<void>;
  remove(path: string): Promise<void>;
}

/** Parts that are written by one call. */
const AT_ONCE = 256;

/** Writes parts at the end of a file, however little the disk takes at once. */
async function writeAll(file: FileHandle, parts: Uint8Array[]): Promise<void> {
  for (let left = parts; left.length > 0; ) {
    let { bytesWritten } = await file.writev(left);
    left = left.flatMap((part) => {
      const done = Math.min(part.length, bytesWritten);
      bytesWritten -= done;
      return done === part.length ? [] : [part.subarray(done)];
    });
  }
}

export const targetDisk: TargetDisk = {
  async makeFolder(path) {
    const top = await mkdir(path, { recursive: true, mode: 0o700 });
    for (let made = path; top && made.length >= top.length; made = dirname(made))
      await this.syncFolder(dirname(made));
  },
  async write(path, parts) {
    const file = await open(path, 'w', 0o600);
    try {
      let batch: Uint8Array[] = [];
      for (const part of parts) {
        batch.push(part);
        if (batch.length < AT_ONCE) continue;
        await writeAll(file, batch);
        batch = [];
      }
      await writeAll(file, batch);
      await file.sync();
    } finally {
      await file.close();
    }
  },
  move: rename,
  async syncFolder(path) {
    const folder = await open(path, 'r');
    try {
      await folder.sync();
    } finally {
      await folder.close();
    }
  },
  remove: (path) => rm(path, { recursive: true, force: true }),
};

/** What the disk said, as a fault of the backup; any other error stays what it is. */
export function storageFault(why: unknown, what: string): Error {
  const { code, syscall, message } = why as NodeJS.ErrnoException;
  if (why instanceof BackupFault || syscall === undefined || !/^E[A-Z]+$/.test(code ?? ''))
    return why as Error;
  const isFull = code === 'ENOSPC' || code === 'EDQUOT';
  return new BackupFault('storage_failed', `${what}: ${isFull ? 'the target is full' : message}`, {
    cause: why,
  });
}
