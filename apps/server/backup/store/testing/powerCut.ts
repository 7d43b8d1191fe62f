import { existsSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { type TargetDisk, targetDisk } from '../disk.ts';

/** A name that is not on the medium yet: the folder it is in, and what is there without it. */
type Pending = { folder: string; path: string; undo: () => void };

/**
 * A disk that loses power at its nth step: a file being written then is cut in half, and names whose folder was not
 * synced are lost (`loses`) or happen to have been written. Afterwards nothing works.
 */
export class PowerCut implements TargetDisk {
  steps = 0;
  readonly #cutAt: number;
  readonly #loses: boolean;
  #pending: Pending[] = [];
  #isOff = false;

  constructor(cutAt = Number.POSITIVE_INFINITY, loses = false) {
    this.#cutAt = cutAt;
    this.#loses = loses;
  }

  async makeFolder(path: string): Promise<void> {
    this.#step(path);
    await targetDisk.makeFolder(path);
  }

  async write(path: string, parts: Iterable<Uint8Array>): Promise<void> {
    const bytes = Buffer.concat([...parts]);
    this.#step(path, () => writeFileSync(path, bytes.subarray(0, bytes.length / 2)));
    await targetDisk.write(path, [bytes]);
    this.#pending.push({ folder: dirname(path), path, undo: () => rmSync(path, { force: true }) });
  }

  async move(from: string, to: string): Promise<void> {
    this.#step(from);
    const old = existsSync(to) && statSync(to).isFile() ? readFileSync(to) : undefined;
    await targetDisk.move(from, to);
    // Names within a folder that moves are as durable as they were.
    this.#pending = this.#pending
      .filter(({ path }) => path !== from)
      .map((each) => (each.folder === from ? within(to, each) : each));
    const undo = (): void => {
      renameSync(to, from);
      if (old) writeFileSync(to, old);
    };
    this.#pending.push({ folder: dirname(to), path: to, undo });
  }

  async syncFolder(path: string): Promise<void> {
    this.#step(path);
    await targetDisk.syncFolder(path);
    this.#pending = this.#pending.filter(({ folder }) => folder !== path);
  }

  async remove(path: string): Promise<void> {
    this.#step(path);
    await targetDisk.remove(path);
    this.#pending = this.#pending.filter((pending) => pending.path !== path);
  }

  /** Power goes now. */
  off(): void {
    this.#isOff = true;
    if (this.#loses) for (const { undo } of this.#pending.reverse()) undo();
  }

  #step(path: string, half?: () => void): void {
    if (!this.#isOff && this.steps++ === this.#cutAt) {
      half?.();
      this.off();
    }
    if (this.#isOff) throw new Error(`no power at ${path}`);
  }
}

function within(folder: string, { path }: Pending): Pending {
  const moved = join(folder, basename(path));
  return { folder, path: moved, undo: () => rmSync(moved, { force: true }) };
}
