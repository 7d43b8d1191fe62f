import type { Clock } from '@weir/kit';

/**
 * Spaces out what costs the same for one as for many. Who comes after a rest goes at once; who comes sooner waits for
 * the next tick, a period after the last one at most, and finds more that came meanwhile. Ticks are multiples of the
 * period on the monotonic clock, so that all beats of a process tick together. For one who asks at a time.
 * @example const beat = new Beat(clock, 50); await beat.next(); // 20 times a second at most, once it is busy
 */
export class Beat {
  readonly #clock: Clock;
  readonly #periodMs: number;
  #tickAt = Number.NEGATIVE_INFINITY;
  #go: (() => void) | undefined;

  constructor(clock: Clock, periodMs: number) {
    this.#clock = clock;
    this.#periodMs = periodMs;
  }

  /** Resolves when the next may go; at once where it `isDue`. */
  async next(isDue = false): Promise<void> {
    const waitMs = isDue ? 0 : this.#tickAt - this.#clock.mono();
    if (waitMs > 0)
      await new Promise<void>((resolve) => {
        const timer = this.#clock.after(Math.ceil(waitMs), resolve);
        this.#go = () => {
          timer.cancel();
          resolve();
        };
      });
    this.#go = undefined;
    this.#tickAt = (Math.floor(this.#clock.mono() / this.#periodMs) + 1) * this.#periodMs;
  }

  /** Lets go who waits. */
  hurry(): void {
    this.#go?.();
  }
}
