/** Handle of a timer; opaque. */
export type Timer = { cancel(): void };

/**
 * Where time comes from. Passed in everywhere, so that a test may hold it.
 * `now` is wall time in ms since 1970; `mono` is monotonic ms with fractions, comparable within one process only.
 */
export interface Clock {
  now(): number;
  mono(): number;
  /** Calls `run` once after `delayMs` (0 to 2^31-1; longer ones belong to `schedule`). */
  after(delayMs: number, run: () => void): Timer;
  /** Calls `run` each `periodMs` until cancelled. */
  every(periodMs: number, run: () => void): Timer;
  /** Calls `run` each time wall time was moved by an order, which moves neither `mono` nor the timers above. */
  onMove(run: () => void): Timer;
}

const NOTHING: Timer = { cancel() {} };

/** The machine's own clock. Timers do not keep the process alive. */
export const realClock: Clock = {
  now: () => Date.now(),
  mono: () => performance.now(),
  after(delayMs, run) {
    const handle = setTimeout(run, delayMs);
    handle.unref();
    return { cancel: () => clearTimeout(handle) };
  },
  every(periodMs, run) {
    const handle = setInterval(run, periodMs);
    handle.unref();
    return { cancel: () => clearInterval(handle) };
  },
  onMove: () => NOTHING,
};

type Due = { at: number; order: number; run: () => void; periodMs?: number };

/**
 * A clock that moves only when told. Timers run inside `advance`, in order of their due time.
 * @example const clock = new SimulatedClock(0); clock.after(5, f); clock.advance(5); // f ran
 */
export class SimulatedClock implements Clock {
  #now: number;
  #order = 0;
  readonly #due = new Set<Due>();
  readonly #start: number;

  constructor(startMs = Date.UTC(2026, 0, 1)) {
    this.#now = startMs;
    this.#start = startMs;
  }

  now(): number {
    return this.#now;
  }

  mono(): number {
    return this.#now - this.#start;
  }

  after(delayMs: number, run: () => void): Timer {
    return this.#add({ at: this.#now + Math.max(0, delayMs), order: this.#order++, run });
  }

  every(periodMs: number, run: () => void): Timer {
    return this.#add({ at: this.#now + periodMs, order: this.#order++, run, periodMs });
  }

  /** Never: `advance` moves monotonic time with the wall. */
  onMove(): Timer {
    return NOTHING;
  }

  /** Moves time forward by `ms`, running what falls due on the way, each at its own instant. */
  advance(ms: number): void {
    const end = this.#now + ms;
    for (;;) {
      let next: Due | undefined;
      for (const due of this.#due) {
        if (due.at <= end && (!next || due.at < next.at || (due.at === next.at && due.order < next.order)))
          next = due;
      }
      if (!next) break;
      this.#now = Math.max(this.#now, next.at);
      if (next.periodMs === undefined) this.#due.delete(next);
      else next.at += next.periodMs;
      next.run();
    }
    this.#now = end;
  }

  #add(due: Due): Timer {
    this.#due.add(due);
    return { cancel: () => void this.#due.delete(due) };
  }
}
