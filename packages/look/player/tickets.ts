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
    this.#asked ??= this.#ask().finally(() => {
      this.#asked = undefined;
    });
    return this.#asked;
  }

  /** The kept ticket was refused: the next start asks anew. */
  drop(): void {
    this.#kept = undefined;
  }

  async #ask(): Promise<PlayTicket> {
    const ticket = await this.#api.post<PlayTicket>(this.#path, {});
    const until = Date.parse(ticket.expiresAt) - serverAheadMs();
    if (!Number.isFinite(until)) throw new ApiError('unreadable', 200);
    this.#kept = { ticket, until };
    return ticket;
  }
}
