import type { ServerResponse } from 'node:http';
import { constants, Http2ServerResponse } from 'node:http2';
import type { Clock } from '@weir/kit';
import { reset } from '../reset.ts';

/**
 * Media answers under way. A cut resets them, so that no kernel buffer is drained politely; one that takes too long
 * is reset too, because it keeps a segment in memory that all others have left.
 */
export class Sending {
  readonly #clock: Clock;
  readonly #most: number;
  readonly #longestMs: number;
  readonly #since = new Map<ServerResponse, number>();
  #lastWriteAt: number | null = null;

  constructor(clock: Clock, most: number, longestMs: number) {
    this.#clock = clock;
    this.#most = most;
    this.#longestMs = longestMs;
  }

  /** Notes an answer that is about to be written; false where too many are under way. */
  begin(res: ServerResponse): boolean {
    if (this.#since.size >= this.#most) return false;
    this.#since.set(res, this.#clock.mono());
    this.#lastWriteAt = this.#clock.now();
    res.once('close', () => this.#since.delete(res));
    return true;
  }

  /** Resets those that take too long. The map's order is the order of beginning. */
  expire(): void {
    const before = this.#clock.mono() - this.#longestMs;
    for (const [res, since] of this.#since) {
      if (since > before) return;
      this.#since.delete(res);
      resetAnswer(res);
    }
  }

  /** Resets all. */
  reset(): { lastWriteAt: number | null; lastResetAt: number | null } {
    const any = this.#since.size > 0;
    for (const res of this.#since.keys()) resetAnswer(res);
    this.#since.clear();
    return { lastWriteAt: this.#lastWriteAt, lastResetAt: any ? this.#clock.now() : null };
  }
}

function resetAnswer(res: ServerResponse): void {
  if ((res as unknown) instanceof Http2ServerResponse) {
    (res as unknown as Http2ServerResponse).stream.close(constants.NGHTTP2_CANCEL);
    return;
  }
  if (res.socket) reset(res.socket);
}
