import { type Clock, realClock, type Timer } from './clock.ts';

/**
 * The clock of a simulated store: the machine's, with wall time moved on by an offset that only grows. Monotonic time
 * and timers are the machine's own, so that streams, leases and waits run on undisturbed.
 * @example const clock = new MovedClock(0); clock.moveTo(59 * 86_400_000); // it is 59 days later
 */
export class MovedClock implements Clock {
  readonly #base: Clock;
  readonly #listeners = new Set<() => void>();
  #offsetMs: number;

  constructor(offsetMs: number, base: Clock = realClock) {
    this.#offsetMs = offsetMs;
    this.#base = base;
  }

  /** How far wall time is ahead of the machine's, ms. */
  get offsetMs(): number {
    return this.#offsetMs;
  }

  now(): number {
    return this.#base.now() + this.#offsetMs;
  }

  mono(): number {
    return this.#base.mono();
  }

  after(delayMs: number, run: () => void): Timer {
    return this.#base.after(delayMs, run);
  }

  every(periodMs: number, run: () => void): Timer {
    return this.#base.every(periodMs, run);
  }

  onMove(run: () => void): Timer {
    this.#listeners.add(run);
    return { cancel: () => void this.#listeners.delete(run) };
  }

  /** Moves wall time to `offsetMs` ahead of the machine's; one that is not further ahead changes nothing. */
  moveTo(offsetMs: number): void {
    if (offsetMs <= this.#offsetMs) return;
    this.#offsetMs = offsetMs;
    for (const run of [...this.#listeners]) run();
  }
}
