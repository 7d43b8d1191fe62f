import {
  copyFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { type Disk, realDisk } from '../disk.ts';
import { fresh } from './store.ts';

type Name = { synced: number; isNamed: boolean };

/**
 * A disk that remembers what a power loss would leave of appended, replaced and removed files: bytes that were synced,
 * under names whose folder was, and removed files whose folder was not.
 */
export class VolatileDisk implements Disk {
  readonly #dir: string;
  readonly #files = new Map<string, Name>();
  readonly #unsynced = new Set<string>();
  readonly #removed = new Map<string, Buffer>();

  constructor(dir: string) {
    this.#dir = dir;
  }

  /** A copy of the directory as it would be found when the power returns. */
  afterPowerLoss(): string {
    const copy = fresh();
    // What is durable now may only grow while the copy is made.
    const files = [...this.#files].map(([path, name]) => [path, { ...name }] as const);
    const unsynced = [...this.#unsynced];
    copyMoving(this.#dir, copy);
    const there = (path: string): string => join(copy, relative(this.#dir, path));
    for (const [path, { synced, isNamed }] of files) {
      if (!isNamed) rmSync(there(path), { force: true });
      else if (existsSync(there(path))) truncateSync(there(path), synced);
    }
    for (const path of unsynced) rmSync(there(path), { force: true });
    for (const [path, bytes] of this.#removed) {
      mkdirSync(dirname(there(path)), { recursive: true });
      writeFileSync(there(path), bytes);
    }
    return copy;
  }

  async create(path: string) {
    const file = await realDisk.create(path);
    const name: Name = { synced: 0, isNamed: false };
    this.#files.set(path, name);
    let written = 0;
    return {
      ...file,
      async write(bytes: Buffer) {
        await file.write(bytes);
        written += bytes.length;
      },
      async sync() {
        const reach = written;
        await file.sync();
        name.synced = reach;
      },
    };
  }

  async syncDirectory(path: string) {
    const named = [...this.#files].filter(([file]) => join(file, '..') === path);
    const gone = [...this.#removed.keys()].filter((file) => join(file, '..') === path);
    await realDisk.syncDirectory(path);
    for (const [, name] of named) name.isNamed = true;
    for (const file of gone) {
      this.#removed.delete(file);
      this.#files.delete(file);
    }
  }

  truncate = realDisk.truncate;

  async remove(path: string) {
    const name = this.#files.get(path);
    if (existsSync(path) && name?.isNamed !== false)
      this.#removed.set(path, readFileSync(path).subarray(0, name?.synced));
    await realDisk.remove(path);
  }

  async replace(path: string, bytes: Buffer | string, options: { sync: boolean }) {
    if (!options.sync) this.#unsynced.add(path);
    await realDisk.replace(path, bytes, options);
    if (options.sync) this.#unsynced.delete(path);
  }
}

/** Copies a folder in which files come and go; what is gone when its turn comes is left out. */
function copyMoving(from: string, to: string): void {
  mkdirSync(to, { recursive: true });
  for (const entry of unlessGone(() => readdirSync(from, { withFileTypes: true })) ?? []) {
    const [source, target] = [join(from, entry.name), join(to, entry.name)];
    if (entry.isDirectory()) copyMoving(source, target);
    else unlessGone(() => copyFileSync(source, target));
  }
}

function unlessGone<T>(act: () => T): T | undefined {
  try {
    return act();
  } catch (why) {
    if ((why as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw why;
  }
}
