/** One key's counts: of the running window and of the one before. */
type Counter = { window: number; count: number; before: number };

/**
 * How often each key came within a sliding window: the running window's count and what is left of the one before, by
 * the share of it that the window still covers. Bounded by keys; the one that came longest ago goes first.
 */
export class Rates {
  readonly #windowMs: number;
  readonly #maxKeys: number;
  readonly #counters = new Map<string, Counter>();

  constructor(windowMs: number, maxKeys: number) {
    this.#windowMs = windowMs;
    this.#maxKeys = maxKeys;
  }

  get size(): number {
    return this.#counters.size;
  }

  /** Counts one at `at` (ms of any clock that never goes back); how many that makes within the window. */
  add(key: string, at: number): number {
    const window = Math.floor(at / this.#windowMs);
    let counter = this.#counters.get(key);
    if (!counter) counter = { window, count: 0, before: 0 };
    if (counter.window !== window) {
      counter.before = window - counter.window === 1 ? counter.count : 0;
      counter.count = 0;
      counter.window = window;
    }
    counter.count++;
    this.#counters.delete(key);
    this.#counters.set(key, counter);
    if (this.#counters.size > this.#maxKeys)
      for (const oldest of this.#counters.keys()) {
        this.#counters.delete(oldest);
        break;
      }
    const covered = 1 - (at - window * this.#windowMs) / this.#windowMs;
    return counter.count + counter.before * covered;
  }
}
