import { Recent } from '../recent.ts';

/** One key's counts: of the running window and of the one before. */
type Counter = { window: number; count: number; before: number };

/**
 * How often each key came within a sliding window: the running window's count and what is left of the one before, by
 * the share of it that the window still covers. Bounded by keys; those that came longest ago go first.
 */
export class Rates<K extends string | number = string> {
  readonly #windowMs: number;
  readonly #counters: Recent<K, Counter>;

  constructor(windowMs: number, maxKeys: number) {
    this.#windowMs = windowMs;
    this.#counters = new Recent(maxKeys, 2 * windowMs);
  }

  get size(): number {
    return this.#counters.size;
  }

  /** Counts one at `at` (ms of any clock that never goes back); how many that makes within the window. */
  add(key: K, at: number): number {
    const window = Math.floor(at / this.#windowMs);
    let counter = this.#counters.get(key, at);
    if (!counter) {
      counter = { window, count: 0, before: 0 };
      this.#counters.set(key, counter, at);
    }
    this.#turn(counter, window);
    counter.count++;
    return this.#sum(counter, at);
  }

  /** How many there are within the window now, counting none. */
  at(key: K, at: number): number {
    const counter = this.#counters.get(key, at);
    if (!counter) return 0;
    this.#turn(counter, Math.floor(at / this.#windowMs));
    return this.#sum(counter, at);
  }

  #turn(counter: Counter, window: number): void {
    if (counter.window === window) return;
    counter.before = window - counter.window === 1 ? counter.count : 0;
    counter.count = 0;
    counter.window = window;
  }

  #sum({ window, count, before }: Counter, at: number): number {
    return count + before * (1 - (at - window * this.#windowMs) / this.#windowMs);
  }
}
