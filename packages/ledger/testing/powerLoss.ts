import { copyFileSync, mkdirSync, readdirSync, rmSync, truncateSync } from 'node:fs';
import { join, relative } from 'node:path';
import { type Disk, realDisk } from '../disk.ts';
import { fresh } from './store.ts';

type Name = { synced: number; isNamed: boolean };

/**
 * A disk that remembers what a power loss would leave of appended and replaced files: bytes that were synced, under
 * names whose folder was.
 */
export class VolatileDisk implements Disk {
  readonly #dir: string;
  readonly #files = new Map<string, Name>();
  readonly #unsynced = new Set<string>();

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
    for (const [path, { synced, isNamed }] of files) {
      const there = join(copy, relative(this.#dir, path));
      if (isNamed) truncateSync(there, synced);
      else rmSync(there, { force: true });
    }
    for (const path of unsynced) rmSync(join(copy, relative(this.#dir, path)), { force: true });
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
    await realDisk.syncDirectory(path);
    for (const [, name] of named) name.isNamed = true;
  }

  truncate = realDisk.truncate;

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
