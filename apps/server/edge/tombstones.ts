import { join } from 'node:path';
import type { Disk } from '@weir/ledger/disk.ts';
import { SyncedLines } from '../syncedLines.ts';
import type { Tombstone } from '../wire.ts';

type Line = { cut: Tombstone } | { restore: { order: string; broadcast: string } };

/**
 * Broadcasts that were cut off, on the edge's own disk: a tombstone outranks every lease and survives every restart.
 * One line an order, fdatasync'd before the call returns; read whole at start.
 */
export class Tombstones {
  readonly #stones = new Map<string, Tombstone>();
  /** In force, but not on disk yet. */
  readonly #unsafe = new Set<string>();
  #lines: SyncedLines<Line> | undefined;

  static async open(dir: string, disk?: Disk): Promise<Tombstones> {
    const tombstones = new Tombstones();
    tombstones.#lines = await SyncedLines.open<Line>({
      path: join(dir, 'tombstones.ndjson'),
      disk,
      apply: (line) => {
        if ('cut' in line) tombstones.#stones.set(line.cut.broadcast, line.cut);
        else tombstones.#stones.delete(line.restore.broadcast);
      },
      whole: () => tombstones.all().map((cut) => ({ cut })),
    });
    return tombstones;
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

  /** In force in memory at once; resolves when it is on disk. One that is there already stays, and is only made safe. */
  async add(stone: Tombstone): Promise<void> {
    const { broadcast } = stone;
    const standing = this.#stones.get(broadcast);
    if (standing && !this.#unsafe.has(broadcast)) return;
    this.#unsafe.add(broadcast);
    this.#stones.set(broadcast, standing ?? stone);
    await this.#append({ cut: standing ?? stone });
    this.#unsafe.delete(broadcast);
  }

  /** Lifts one by a restore order; in force once it is on disk. */
  async lift(order: string, broadcast: string): Promise<void> {
    if (!this.#stones.has(broadcast)) return;
    await this.#append({ restore: { order, broadcast } });
    this.#stones.delete(broadcast);
    this.#unsafe.delete(broadcast);
  }

  async close(): Promise<void> {
    await this.#lines?.close();
  }

  #append(line: Line): Promise<void> {
    if (!this.#lines) return Promise.reject(new Error('tombstones are not open'));
    return this.#lines.append(line);
  }
}
