import { join } from 'node:path';
import type { Clock, Timer } from '@weir/kit';
import { readIfThere, realDisk } from '../disk.ts';

/** Where a store keeps how long it has been running. */
export const RUNNING_FILE = 'running';
/** What a gap in which nobody ran may count at most: a clock that was set wrong meanwhile proves no more. */
const MAX_GAP_MS = 24 * 3_600_000;
/** How often it is made durable; what a crash loses counts as part of the gap. */
const STORE_EACH_MS = 3_600_000;

type Stored = { v: 1; accruedMs: number; wallMs: number };

/**
 * Time that is known to have passed since a store was made: the running time of its processes by the monotonic clock,
 * and of each gap between them what the wall clock says, a day at most. It never goes back, whatever the clock is
 * set to. The clock of a simulated store is moved by order, and what it was moved by has passed.
 */
export class RunningTime {
  readonly #path: string;
  readonly #clock: Clock;
  readonly #before: number;
  readonly #since: number;
  readonly #timers: Timer[];
  /** What the simulated clock was moved by; the machine's own never is. */
  #moved = 0;
  #wallAt: number;
  #storing: Promise<void> = Promise.resolve();

  private constructor(path: string, clock: Clock, before: number) {
    this.#path = path;
    this.#clock = clock;
    this.#before = before;
    this.#since = clock.mono();
    this.#wallAt = clock.now() - this.#since;
    this.#timers = [
      clock.every(STORE_EACH_MS, () => void this.store()),
      clock.onMove(() => {
        const wallAt = clock.now() - clock.mono();
        this.#moved += Math.max(0, wallAt - this.#wallAt);
        this.#wallAt = wallAt;
        void this.store();
      }),
    ];
  }

  /** @throws Error where the file is damaged: to begin anew would forget what has passed, not more */
  static async open(dir: string, clock: Clock): Promise<RunningTime> {
    const path = join(dir, RUNNING_FILE);
    const bytes = await readIfThere(path);
    let before = 0;
    if (bytes) {
      const { accruedMs, wallMs } = parse(path, bytes);
      before = accruedMs + Math.min(MAX_GAP_MS, Math.max(0, clock.now() - wallMs));
    }
    const running = new RunningTime(path, clock, before);
    await running.store();
    return running;
  }

  /** Milliseconds that have passed at least, since the store was made. */
  get accruedMs(): number {
    return Math.floor(this.#before + this.#moved + Math.max(0, this.#clock.mono() - this.#since));
  }

  /** Makes it durable. Never rejects: a full disk loses a gap's worth at most. */
  store(): Promise<void> {
    const stored: Stored = { v: 1, accruedMs: this.accruedMs, wallMs: this.#clock.now() };
    this.#storing = this.#storing
      .then(() => realDisk.replace(this.#path, `${JSON.stringify(stored)}\n`, { sync: true }))
      .catch(() => {});
    return this.#storing;
  }

  async close(): Promise<void> {
    for (const timer of this.#timers) timer.cancel();
    await this.store();
  }
}

function parse(path: string, bytes: Buffer): Stored {
  try {
    const { v, accruedMs, wallMs } = JSON.parse(bytes.toString('utf8')) as Stored;
    if (v === 1 && Number.isFinite(accruedMs) && accruedMs >= 0 && Number.isFinite(wallMs))
      return { v, accruedMs, wallMs };
  } catch {
    // Said below.
  }
  throw new Error(`${path} is damaged; restore it from a backup`);
}
