import type { Clock } from '@weir/kit';

/** Most addresses remembered for their rate of joining; the one that was seen longest ago is forgotten first. */
const MAX_ADDRESSES = 16_384;

type Bucket = { tokens: number; at: number };

/** Counts what each address holds and how fast it joins. A limit of 0 is none. */
export class Crowd {
  readonly #clock: Clock;
  readonly #perAddress: number;
  readonly #joinsPerSecond: number;
  /** One entry per address that holds a connection: bounded by the connections there can be. */
  readonly #held = new Map<string, number>();
  readonly #buckets = new Map<string, Bucket>();

  constructor(clock: Clock, limits: { perAddress: number; joinsPerSecond: number }) {
    this.#clock = clock;
    this.#perAddress = limits.perAddress;
    this.#joinsPerSecond = limits.joinsPerSecond;
  }

  /** Takes a place for `address`; false where it has all it may have. A place taken is given back by `leave`. */
  enter(address: string): boolean {
    const held = this.#held.get(address) ?? 0;
    if (this.#perAddress > 0 && held >= this.#perAddress) return false;
    this.#held.set(address, held + 1);
    return true;
  }

  leave(address: string): void {
    const held = (this.#held.get(address) ?? 0) - 1;
    if (held > 0) this.#held.set(address, held);
    else this.#held.delete(address);
  }

  /** Counts one join of `address`; false where it joined too often within the last second. */
  join(address: string): boolean {
    if (this.#joinsPerSecond === 0) return true;
    const tokens = this.#tokens(address);
    // Set again, so that the map's order is that of the last sight.
    this.#buckets.delete(address);
    this.#buckets.set(address, { tokens: tokens < 1 ? tokens : tokens - 1, at: this.#clock.mono() });
    if (this.#buckets.size > MAX_ADDRESSES) {
      const oldest = this.#buckets.keys().next();
      if (!oldest.done) this.#buckets.delete(oldest.value);
    }
    return tokens >= 1;
  }

  /** Whether `join` would say yes. */
  mayJoin(address: string): boolean {
    return this.#joinsPerSecond === 0 || this.#tokens(address) >= 1;
  }

  /** A bucket that refills at the rate and holds one second's worth. */
  #tokens(address: string): number {
    const before = this.#buckets.get(address);
    if (!before) return this.#joinsPerSecond;
    const gained = ((this.#clock.mono() - before.at) / 1000) * this.#joinsPerSecond;
    return Math.min(this.#joinsPerSecond, before.tokens + gained);
  }
}
