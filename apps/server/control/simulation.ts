import { type Bus, type Log, type MovedClock, Problem, type Timer } from '@weir/kit';
import { writeMark } from '../time/mark.ts';
import type { ClockMove } from '../wire.ts';

/** Twenty years: the ledger has room for as many days' keys. */
const MAX_OFFSET_MS = 20 * 366 * 86_400_000;
const ANSWER_WITHIN_MS = 1_000;
/** How long an order waits for every process; one that is stopped is told again until it has it. */
const EVERYWHERE_WITHIN_MS = 5_000;
const AGAIN_MS = 500;

/**
 * Orders to a simulated store's clock. A move is on disk before any process has it, and reaches each one by the bus;
 * one that was away reads it when it starts, or is told when it answers again. Time never goes back.
 */
export class Simulation {
  readonly #clock: MovedClock;
  readonly #dataDir: string;
  readonly #bus: Bus;
  readonly #log: Log;
  readonly #again: Timer;
  readonly #processes: readonly string[];
  /** Processes that have not confirmed the latest move. */
  readonly #owed: Set<string>;
  #last: Promise<unknown> = Promise.resolve();

  /** @param options.processes names on the bus, control's own left out */
  constructor(options: {
    clock: MovedClock;
    dataDir: string;
    bus: Bus;
    log: Log;
    processes: readonly string[];
  }) {
    this.#clock = options.clock;
    this.#dataDir = options.dataDir;
    this.#bus = options.bus;
    this.#log = options.log;
    this.#processes = options.processes;
    // An earlier control may have died between writing a move and telling it.
    this.#owed = new Set(options.processes);
    this.#again = options.clock.every(AGAIN_MS, () => void this.#tellAll());
  }

  get offsetMs(): number {
    return this.#clock.offsetMs;
  }

  /**
   * Moves wall time on by `byMs`; resolves when every process has it.
   * @throws Problem `clock_waits` with the processes that do not answer: the move stands, they are told again;
   * `conflict` beyond twenty years; `storage_failed`: nothing has changed
   */
  advance(byMs: number): Promise<void> {
    const run = this.#last.then(() => this.#advance(byMs));
    this.#last = run.catch(() => {});
    return run;
  }

  close(): void {
    this.#again.cancel();
  }

  async #advance(byMs: number): Promise<void> {
    const offsetMs = this.#clock.offsetMs + byMs;
    if (offsetMs > MAX_OFFSET_MS)
      throw new Problem('conflict', 'A simulated clock moves on by at most twenty years in all');
    try {
      await writeMark(this.#dataDir, offsetMs);
    } catch (why) {
      throw new Problem('storage_failed', `The clock was not moved: ${(why as NodeJS.ErrnoException).code}`);
    }
    for (const name of this.#processes) this.#owed.add(name);
    try {
      this.#clock.moveTo(offsetMs);
    } catch (why) {
      this.#log.error({ err: why }, 'what the moved clock made due failed');
    }
    this.#log.warn(
      { offset_ms: offsetMs, now: new Date(this.#clock.now()).toISOString() },
      'the clock was moved',
    );
    const until = this.#clock.mono() + EVERYWHERE_WITHIN_MS;
    while (this.#owed.size > 0 && this.#clock.mono() < until) {
      await this.#tellAll();
      if (this.#owed.size > 0) await new Promise<void>((resolve) => void this.#clock.after(100, resolve));
    }
    if (this.#owed.size === 0) return;
    const waiting = [...this.#owed];
    throw new Problem(
      'clock_waits',
      `The clock was moved; ${waiting.join(', ')} did not answer and will have it as soon as that does`,
      { waiting },
    );
  }

  async #tellAll(): Promise<void> {
    const move: ClockMove = { offsetMs: this.#clock.offsetMs };
    await Promise.all(
      [...this.#owed].map(async (name) => {
        try {
          const { offsetMs } = await this.#bus.request<ClockMove>(`clock.${name}`, move, ANSWER_WITHIN_MS);
          if (offsetMs >= this.#clock.offsetMs) this.#owed.delete(name);
        } catch {
          // Not running, or stopped: told again.
        }
      }),
    );
  }
}
