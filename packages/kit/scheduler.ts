import type { Clock, Timer } from './clock.ts';

/**
 * Longest single wait handed to the clock: setTimeout takes 2^31-1 ms and runs longer ones at once. An hour, so that a
 * machine that slept, or whose wall time was set, is found out within one.
 */
const HOP_MS = 3_600_000;

type Due = { readonly at: number; readonly run: () => void };

/** What is to run by one clock's wall time, the earliest first; one timer for all. */
class Agenda {
  readonly #clock: Clock;
  readonly #due: Due[] = [];
  #timer: Timer | undefined;

  constructor(clock: Clock) {
    this.#clock = clock;
    clock.onMove(() => this.#look());
  }

  add(due: Due): void {
    let [from, to] = [0, this.#due.length];
    while (from < to) {
      const middle = (from + to) >> 1;
      if ((this.#due[middle] as Due).at <= due.at) from = middle + 1;
      else to = middle;
    }
    this.#due.splice(from, 0, due);
    if (from === 0) this.#arm();
  }

  delete(due: Due): void {
    const at = this.#due.indexOf(due);
    if (at >= 0) this.#due.splice(at, 1);
    if (at === 0) this.#arm();
  }

  #arm(): void {
    this.#timer?.cancel();
    const next = this.#due[0];
    this.#timer =
      next &&
      this.#clock.after(Math.min(HOP_MS, Math.max(0, next.at - this.#clock.now())), () => this.#look());
  }

  #look(): void {
    try {
      for (;;) {
        const next = this.#due[0];
        if (!next || next.at > this.#clock.now()) return;
        this.#due.shift();
        next.run();
      }
    } finally {
      // Also after one that threw: the others still have their time.
      this.#arm();
    }
  }
}

const agendas = new WeakMap<Clock, Agenda>();

/**
 * Runs something at an instant that may be months away, in order with everything else that waits for this clock.
 * `at` is wall time in ms; an instant in the past runs on the next turn. Where wall time is moved by order, what that
 * makes due runs before the order is answered.
 * @example schedule(clock, suspension.endsAt, () => lift(suspension));
 */
export function schedule(clock: Clock, at: number, run: () => void): Timer {
  let agenda = agendas.get(clock);
  if (!agenda) {
    agenda = new Agenda(clock);
    agendas.set(clock, agenda);
  }
  const due: Due = { at, run };
  agenda.add(due);
  return { cancel: () => agenda.delete(due) };
}
