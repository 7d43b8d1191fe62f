import { mkdir, open, readdir, rename, rm, stat } from 'node:fs/promises';
import { dirname, join, relative } from 'node:path';
import { type Disk, NEXT, realDisk } from '../disk.ts';
import { checkName } from './name.ts';
import type { Storage, StoredObject } from './storage.ts';

const isGone = (why: unknown): boolean => (why as NodeJS.ErrnoException).code === 'ENOENT';

/** Objects as files of one directory. */
export class DirectoryStorage implements Storage {
  readonly #dir: string;
  readonly #disk: Disk;

  constructor(dir: string, disk: Disk = realDisk) {
    this.#dir = dir;
    this.#disk = disk;
  }

  put(name: string, bytes: Buffer): Promise<void> {
    return this.#disk.replace(this.#path(name), bytes, { sync: true });
  }

  async putPieces(name: string, pieces: AsyncIterable<Buffer>): Promise<void> {
    const path = this.#path(name);
    const next = `${path}${NEXT}`;
    await mkdir(dirname(path), { recursive: true, mode: 0o700 });
    const file = await open(next, 'w', 0o600);
    try {
      for await (const piece of pieces) await file.writeFile(piece);
      await file.datasync();
    } catch (why) {
      await rm(next, { force: true });
      throw why;
    } finally {
      await file.close();
    }
    await rename(next, path);
    await this.#disk.syncDirectory(dirname(path));
  }

  async get(name: string, range?: { from: number; to: number }): Promise<Buffer | undefined> {
    try {
      const file = await open(this.#path(name), 'r');
      try {
        if (!range) return await file.readFile();
        const bytes = Buffer.alloc(range.to - range.from);
        let have = 0;
        while (have < bytes.length) {
          const { bytesRead } = await file.read(bytes, have, bytes.length - have, range.from + have);
          if (bytesRead === 0) break;
          have += bytesRead;
        }
        return bytes.subarray(0, have);
      } finally {
        await file.close();
      }
    } catch (why) {
      if (isGone(why)) return undefined;
      throw why;
    }
  }

  async list(prefix: string): Promise<StoredObject[]> {
    const folder = this.#path(prefix.slice(0, prefix.lastIndexOf('/') + 1));
    const found: StoredObject[] = [];
    try {
      for (const entry of await readdir(folder, { recursive: true, withFileTypes: true })) {
        const path = join(entry.parentPath, entry.name);
        const name = relative(this.#dir, path);
        if (!entry.isFile() || !name.startsWith(prefix) || name.endsWith(NEXT)) continue;
        const bytes = await stat(path).catch(() => undefined);
        if (bytes) found.push({ name, bytes: bytes.size });
      }
    } catch (why) {
      if (!isGone(why)) throw why;
    }
    return found.sort((a, b) => (a.name < b.name ? -1 : 1));
  }

  async delete(name: string): Promise<boolean> {
    const path = this.#path(name);
    await this.#disk.remove(path);
    await this.#disk.syncDirectory(dirname(path)).catch((why: unknown) => {
      if (!isGone(why)) throw why;
    });
    return true;
  }

  /** A directory holds nothing by itself: who holds copies what is to stay (`retention/`). */
  async hold(): Promise<boolean> {
    return false;
  }

  async probe(): Promise<void> {
    await stat(this.#dir);
  }

  close(): void {}

  async sweep(prefix: string): Promise<number> {
    const folder = this.#path(prefix.slice(0, prefix.lastIndexOf('/') + 1));
    const names = await readdir(folder, { recursive: true }).catch((why: unknown) => {
      if (isGone(why)) return [];
      throw why;
    });
    const left = names.filter((name) => name.endsWith(NEXT));
    for (const name of left) await rm(join(folder, name), { force: true });
    return left.length;
  }

  #path(name: string): string {
    checkName(name);
    return join(this.#dir, name);
  }
}
