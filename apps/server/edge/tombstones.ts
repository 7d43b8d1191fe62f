import { type FileHandle, open, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Tombstone } from '../wire.ts';

type Line = { cut: Tombstone } | { restore: { order: string; broadcast: string } };

/**
 * Broadcasts that were cut off, on the edge's own disk: a tombstone outranks every lease and survives every restart.
 * One line an order, fdatasync'd before the call returns; read whole at start.
 */
export class Tombstones {
  readonly #file: FileHandle;
  readonly #stones: Map<string, Tombstone>;
  #last: Promise<void> = Promise.resolve();

  private constructor(file: FileHandle, stones: Map<string, Tombstone>) {
    this.#file = file;
    this.#stones = stones;
  }

  static async open(dir: string): Promise<Tombstones> {
    const path = join(dir, 'tombstones.ndjson');
    const stones = new Map<string, Tombstone>();
    const text = await readFile(path, 'utf8').catch(() => '');
    for (const row of text.split('\n')) {
      if (row === '') continue;
      let line: Line;
      try {
        line = JSON.parse(row) as Line;
      } catch {
        continue; // A torn last line was never answered.
      }
      if ('cut' in line) stones.set(line.cut.broadcast, line.cut);
      else stones.delete(line.restore.broadcast);
    }
    const file = await open(path, 'a', 0o600);
    // After a torn line the next one must begin on its own.
    if (text !== '' && !text.endsWith('\n')) await file.appendFile('\n');
    return new Tombstones(file, stones);
  }

  get(broadcast: string): Tombstone | undefined {
    return this.#stones.get(broadcast);
  }

  has(broadcast: string): boolean {
    return this.#stones.has(broadcast);
  }

  all(): Tombstone[] {
    return [...this.#stones.values()];
  }

  /** In force in memory at once; resolves when it is on disk. */
  add(stone: Tombstone): Promise<void> {
    this.#stones.set(stone.broadcast, stone);
    return this.#append({ cut: stone });
  }

  /** Lifts one by a restore order; in force once it is on disk. */
  async lift(order: string, broadcast: string): Promise<void> {
    await this.#append({ restore: { order, broadcast } });
    this.#stones.delete(broadcast);
  }

  close(): Promise<void> {
    return this.#file.close();
  }

  #append(line: Line): Promise<void> {
    const run = async (): Promise<void> => {
      await this.#file.appendFile(`${JSON.stringify(line)}\n`);
      await this.#file.datasync();
    };
    this.#last = this.#last.then(run, run);
    return this.#last;
  }
}
