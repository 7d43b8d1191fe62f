import type { Clock, Log, Timer } from '@weir/kit';
import type { LeaseAnswer, LeaseRequest } from '../wire.ts';

/** How often a lease is renewed within its own length. */
const RENEWALS = 3;
/** The pause between renewals while control does not answer. */
const RETRY_MS = 250;

export type LeaseOptions = {
  clock: Clock;
  log: Log;
  leaseMs: number;
  ask: () => Omit<LeaseRequest, 'nonce'>;
  request: (body: LeaseRequest, timeoutMs: number) => Promise<LeaseAnswer>;
  answered: (answer: LeaseAnswer) => void;
  lost: () => void;
  regained: () => void;
};

/**
 * The edge's right to serve. It runs out `leaseMs` after the edge *sent* the request that was last granted, by the
 * edge's own monotonic clock, so that an answer that queued somewhere prolongs nothing. Control may also leave a
 * broadcast out of an answer; that broadcast alone is then closed by `answered`.
 */
export class Lease {
  readonly #options: LeaseOptions;
  #expiresAt = Number.NEGATIVE_INFINITY;
  #leaseMs: number;
  #nonce = 0;
  #held = false;
  #closed = false;
  #expiry: Timer | undefined;
  #renewal: Timer | undefined;

  constructor(options: LeaseOptions) {
    this.#options = options;
    this.#leaseMs = options.leaseMs;
  }

  /** True while the lease holds; cheap enough to be asked at every packet. Notices by itself that it ran out. */
  holds(): boolean {
    if (this.#held && this.#options.clock.mono() >= this.#expiresAt) this.#lose();
    return this.#held;
  }

  /** Asks at once, e.g. for a broadcast that has just begun. */
  async renew(): Promise<void> {
    const { clock, log, ask, request, answered, regained } = this.#options;
    this.#renewal?.cancel();
    const nonce = ++this.#nonce;
    const sentAt = clock.mono();
    let wait = this.#leaseMs / RENEWALS;
    try {
      const answer = await request({ ...ask(), nonce }, Math.max(RETRY_MS, this.#leaseMs / RENEWALS));
      if (this.#closed || answer.nonce !== nonce) return;
      this.#leaseMs = answer.leaseMs;
      const expiresAt = sentAt + answer.leaseMs;
      if (expiresAt > clock.mono() && expiresAt > this.#expiresAt) {
        this.#expiresAt = expiresAt;
        this.#arm();
        answered(answer);
        if (!this.#held) {
          this.#held = true;
          regained();
        }
      }
    } catch (why) {
      log.warn({ err: why }, 'lease not renewed');
      wait = RETRY_MS;
    }
    if (this.#closed || nonce !== this.#nonce) return;
    this.#renewal = clock.after(wait, () => void this.renew());
  }

  close(): void {
    this.#closed = true;
    this.#expiry?.cancel();
    this.#renewal?.cancel();
  }

  #arm(): void {
    const { clock } = this.#options;
    this.#expiry?.cancel();
    this.#expiry = clock.after(Math.max(0, this.#expiresAt - clock.mono()) + 1, () => void this.holds());
  }

  #lose(): void {
    this.#held = false;
    this.#options.log.error({}, 'lease lost: gates are closed until control answers');
    this.#options.lost();
  }
}
