import type { ServerResponse } from 'node:http';
import type { Clock, Timer } from '@weir/kit';
import { Problem } from '@weir/kit';

/** A request that waits until something is there. */
export type Wait = {
  readonly res: ServerResponse;
  /** Whose it is, where the request showed a token. */
  readonly session: string | undefined;
  readonly ready: () => boolean;
  readonly answer: () => void;
  /** Sends the reason why it will not come. */
  readonly refuse: (why: Problem) => void;
};

/** Requests held open: blocking playlist reloads, hinted parts, the first segment. Bounded in count and in time. */
export class Waits {
  readonly #clock: Clock;
  readonly #most: number;
  readonly #waiting = new Map<Wait, Timer>();

  constructor(clock: Clock, most: number) {
    this.#clock = clock;
    this.#most = most;
  }

  get size(): number {
    return this.#waiting.size;
  }

  /** Answers at once where it is ready, else holds it at most `forMs` and then refuses with `not_ready`. */
  add(wait: Wait, forMs: number): void {
    if (wait.ready()) {
      wait.answer();
      return;
    }
    if (this.#waiting.size >= this.#most) {
      wait.refuse(new Problem('busy'));
      return;
    }
    const timer = this.#clock.after(forMs, () => {
      this.#waiting.delete(wait);
      wait.refuse(new Problem('not_ready', 'Nothing new came in time'));
    });
    this.#waiting.set(wait, timer);
    wait.res.once('close', () => this.#drop(wait));
  }

  /** Something new is there. */
  wake(): void {
    for (const wait of this.#waiting.keys()) {
      if (!wait.ready()) continue;
      this.#drop(wait);
      wait.answer();
    }
  }

  /** Refuses all, or those of one session. */
  refuse(why: Problem, session?: string): void {
    for (const wait of this.#waiting.keys()) {
      if (session !== undefined && wait.session !== session) continue;
      this.#drop(wait);
      wait.refuse(why);
    }
  }

  #drop(wait: Wait): void {
    this.#waiting.get(wait)?.cancel();
    this.#waiting.delete(wait);
  }
}
