import { type Api, ApiError } from '../api.ts';
import type { PlayTicket } from '../broadcast.ts';
import { type Clock, serverAheadMs } from '../clock.ts';

/** A ticket with less than this left is not worth starting with. */
const SPARE_MS = 20_000;

/** Keeps one play ticket of a broadcast and fetches another when it has run out, or was refused. */
export class Tickets {
  readonly #api: Api;
  readonly #path: string;
  readonly #clock: Clock;
  #kept: { ticket: PlayTicket; until: number } | undefined;
  #asked: Promise<PlayTicket> | undefined;

  constructor(api: Api, broadcast: string, clock: Clock) {
    this.#api = api;
    this.#path = `/api/broadcasts/${encodeURIComponent(broadcast)}/play`;
    this.#clock = clock;
  }

  /**
   * A ticket that may still begin. Calls at the same time share one request.
   * @throws ApiError
   */
  get(): Promise<PlayTicket> {
    const kept = this.#kept;
    if (kept && kept.until > this.#clock.now() + SPARE_MS) return Promise.resolve(kept.ticket);
    if (this.#asked) return this.#asked;
    const asked: Promise<PlayTicket> = this.#ask(() => this.#asked === asked).finally(() => {
      if (this.#asked === asked) this.#asked = undefined;
    });
    this.#asked = asked;
    return asked;
  }

  /** The kept ticket was refused, or names somebody else: the next start asks anew, one on its way is not kept. */
  drop(): void {
    this.#kept = undefined;
    this.#asked = undefined;
  }

  async #ask(isWanted: () => boolean): Promise<PlayTicket> {
    const ticket = await this.#api.post<PlayTicket>(this.#path, {});
    const until = Date.parse(ticket.expiresAt) - serverAheadMs();
    if (!Number.isFinite(until)) throw new ApiError('unreadable', 200);
    if (isWanted()) this.#kept = { ticket, until };
    return ticket;
  }
}
