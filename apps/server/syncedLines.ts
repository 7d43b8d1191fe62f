import { existsSync, readFileSync } from 'node:fs';
import { rename, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { type Disk, type DiskFile, realDisk } from '@weir/ledger/disk.ts';

/**
 * A small file of JSON lines that is true the moment a line's promise resolves: what tombstones are kept in. States:
 * `open`; `broken` after a write or sync failed, until the next line writes the whole state to a fresh file that
 * takes the old one's place. The same descriptor is never synced again after a failure: the kernel may have dropped
 * the page that it could not write, and would say yes.
 */
export class SyncedLines<Line> {
  readonly #path: string;
  readonly #whole: () => Line[];
  readonly #disk: Disk;
  #file: DiskFile | undefined;
  /** What the next sync will cover: all that came while the one before ran. */
  #batch: { text: string; done: Promise<void> } | undefined;
  #last: Promise<void> = Promise.resolve();

  private constructor(path: string, whole: () => Line[], disk: Disk) {
    this.#path = path;
    this.#whole = whole;
    this.#disk = disk;
  }

  /**
   * Hands every line to `apply`, oldest first, then begins a fresh file with what `whole` says is left of them. On a
   * full disk the old file stays and the next line tries again: a start must not fail for it.
   */
  static async open<Line>(options: {
    path: string;
    apply: (line: Line) => void;
    whole: () => Line[];
    disk?: Disk | undefined;
  }): Promise<SyncedLines<Line>> {
    const { path, apply, whole, disk = realDisk } = options;
    for (const text of existsSync(path) ? readFileSync(path, 'utf8').split('\n') : []) {
      let line: Line;
      try {
        line = JSON.parse(text) as Line;
      } catch {
        continue; // The end, or a torn last line, which was never acknowledged.
      }
      apply(line);
    }
    const lines = new SyncedLines(path, whole, disk);
    await lines.#renew().catch(() => {});
    return lines;
  }

  /** Adds a line; resolves when it is on the medium. Lines follow one another, those that wait share one sync. */
  append(line: Line): Promise<void> {
    const text = `${JSON.stringify(line)}\n`;
    if (this.#batch) {
      this.#batch.text += text;
      return this.#batch.done;
    }
    const batch = { text, done: Promise.resolve() };
    batch.done = this.#last
      .catch(() => {})
      .then(() => {
        this.#batch = undefined;
        return this.#write(batch.text);
      });
    this.#batch = batch;
    this.#last = batch.done;
    return batch.done;
  }

  async close(): Promise<void> {
    await this.#last.catch(() => {});
    await this.#file?.close();
  }

  async #write(text: string): Promise<void> {
    if (!this.#file) await this.#renew();
    const file = this.#file as DiskFile;
    try {
      await file.write(Buffer.from(text));
      await file.sync();
    } catch (why) {
      this.#file = undefined;
      await file.close().catch(() => {});
      throw why;
    }
  }

  async #renew(): Promise<void> {
    const fresh = `${this.#path}.new`;
    await rm(fresh, { force: true });
    const file = await this.#disk.create(fresh);
    try {
      const text = this.#whole()
        .map((line) => `${JSON.stringify(line)}\n`)
        .join('');
      await file.write(Buffer.from(text));
      await file.sync();
      await rename(fresh, this.#path);
      await this.#disk.syncDirectory(dirname(this.#path));
    } catch (why) {
      await file.close().catch(() => {});
      throw why;
    }
    this.#file = file;
  }
}
