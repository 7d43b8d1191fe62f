import type { Clock } from '@weir/kit';

/** Callers remembered at once; beyond it those that were silent longest are forgotten. */
const MAX_CALLERS = 4_096;

/** Token buckets: `perSecond` on average, `burst` at once, for each caller. */
export class Rate {
  readonly #clock: Clock;
  readonly #perSecond: number;
  readonly #burst: number;
  readonly #callers = new Map<string, { tokens: number; at: number }>();

  constructor(clock: Clock, { perSecond, burst }: { perSecond: number; burst: number }) {
    this.#clock = clock;
    this.#perSecond = perSecond;
    this.#burst = burst;
  }

  /** True where the caller may go on. */
  take(caller: string): boolean {
    const now = this.#clock.mono();
    const { tokens, at } = this.#callers.get(caller) ?? { tokens: this.#burst, at: now };
    const left = Math.min(this.#burst, tokens + ((now - at) / 1_000) * this.#perSecond);
    this.#callers.delete(caller);
    this.#callers.set(caller, { tokens: left >= 1 ? left - 1 : left, at: now });
    if (this.#callers.size > MAX_CALLERS) this.#callers.delete(this.#callers.keys().next().value as string);
    return left >= 1;
  }
}
