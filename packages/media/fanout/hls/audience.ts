import type { Clock } from '@weir/kit';
import { Problem } from '@weir/kit';

/** Checks a play token. @throws Problem `bad_token`, `token_expired` */
export type Authorize = (token: string | null) => { session: string };

/** How long a viewer who does not poll keeps a session whose token has expired, ms. */
const SESSION_MS = 30_000;

/** Who watches by HLS: a token is checked once, later polls are known by it. Bounded: the longest silent is forgotten. */
export class Audience {
  readonly #clock: Clock;
  readonly #most: number;
  readonly #sessions = new Map<string, { session: string; seenAt: number }>();
  readonly #revoked = new Set<string>();

  constructor(clock: Clock, most: number) {
    this.#clock = clock;
    this.#most = most;
  }

  /** Admits a request for a playlist and answers its session. @throws Problem `bad_token`, `token_expired` */
  admit(token: string | null, authorize: Authorize): string {
    const now = this.#clock.mono();
    const known = token === null ? undefined : this.#sessions.get(token);
    const session = known && now - known.seenAt <= SESSION_MS ? known.session : authorize(token).session;
    if (this.#revoked.has(session)) throw new Problem('bad_token', 'This session was ended');
    if (token !== null) {
      // Deleted and set again: the map's order is the order of last sight.
      this.#sessions.delete(token);
      this.#sessions.set(token, { session, seenAt: now });
      if (this.#sessions.size > this.#most) this.#forgetOldest(this.#sessions);
    }
    return session;
  }

  /** Viewers seen within the last `withinMs`. */
  count(withinMs: number): number {
    const since = this.#clock.mono() - withinMs;
    const seen = new Set<string>();
    for (const { session, seenAt } of this.#sessions.values()) if (seenAt >= since) seen.add(session);
    return seen.size;
  }

  /** Refuses this session from now on, its token included. */
  revoke(session: string): void {
    for (const [token, known] of this.#sessions) if (known.session === session) this.#sessions.delete(token);
    this.#revoked.add(session);
    if (this.#revoked.size > this.#most) this.#forgetOldest(this.#revoked);
  }

  /** Forgets everybody: after a cut each must show a token again. */
  clear(): void {
    this.#sessions.clear();
  }

  #forgetOldest(from: Map<string, unknown> | Set<string>): void {
    const oldest = from.keys().next();
    if (!oldest.done) from.delete(oldest.value);
  }
}
