import type { Timer } from '@weir/kit';
import { HitCounts } from '../../lexicon/counts.ts';
import type { HitReport } from '../../wire.ts';
import type { Control } from '../control.ts';
import * as sql from '../sql/hits.ts';

/** Counts reach PostgreSQL at most this late. */
const STORE_EACH_MS = 2_000;

/** Gathers what edges and control's own screen have found, and stores it by the hour. Counts wait while PostgreSQL is away. */
export class HitStatistics {
  readonly #control: Control;
  readonly #counts = new HitCounts();
  /** The last report taken of each edge: one that is repeated is not counted twice. */
  readonly #taken = new Map<string, { boot: string; n: number }>();
  readonly #timer: Timer;
  #storing: Promise<void> | undefined;

  constructor(control: Control) {
    this.#control = control;
    this.#timer = control.clock.every(STORE_EACH_MS, () => void this.store());
  }

  /** `control.hits`. */
  take({ edge, boot, n, counts }: HitReport): void {
    const before = this.#taken.get(edge);
    if (before?.boot === boot && before.n >= n) return;
    this.#taken.set(edge, { boot, n });
    this.#counts.merge(counts);
  }

  /** Stores what has come; what fails waits for the next time. */
  store(): Promise<void> {
    this.#storing ??= this.#store().finally(() => {
      this.#storing = undefined;
    });
    return this.#storing;
  }

  async close(): Promise<void> {
    this.#timer.cancel();
    await this.store();
  }

  async #store(): Promise<void> {
    const { database, clock, screen } = this.#control;
    this.#counts.merge(screen.counts.drain());
    if (!database.up) return;
    const counts = this.#counts.drain();
    if (counts.length === 0) return;
    const at = clock.now();
    await database.write((trx) => sql.add(trx, counts, at)).catch(() => this.#counts.merge(counts));
  }
}
