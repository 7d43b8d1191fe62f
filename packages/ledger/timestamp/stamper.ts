import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Clock, Log } from '@weir/kit';
import { askForStamp, type StampPlace } from './ask.ts';
import { listStamps, STAMPS_FOLDER, writeStamp } from './files.ts';
import { imprintOf } from './request.ts';
import { openToken, type Stamped } from './token.ts';

/** A token is asked for this often where there is news, and where there is none. */
const NEWS_EACH_MS = 3_600_000;
const SAME_EACH_MS = 24 * 3_600_000;
const BACK_OFF_MS = 60_000;
const MAX_BACK_OFF_MS = 3_600_000;

/**
 * Has the checkpoints of one log stamped, beside the commits: a second anchor, and evidence of the time outside.
 * An authority that does not answer is asked again after a while.
 */
export class Stamper {
  readonly #dir: string;
  readonly #place: StampPlace;
  readonly #clock: Clock;
  readonly #log: Log;
  #size = 0;
  #latest: Stamped | undefined;
  #askedAt = Number.NEGATIVE_INFINITY;
  #notBefore = Number.NEGATIVE_INFINITY;
  #failures = 0;
  #asking: Promise<void> | undefined;

  constructor(dir: string, place: StampPlace, clock: Clock, log: Log) {
    this.#dir = dir;
    this.#place = place;
    this.#clock = clock;
    this.#log = log;
  }

  /** Takes over the latest token there is, where it is over the checkpoint at hand. */
  async keep(text: string, size: number): Promise<void> {
    const last = (await listStamps(this.#dir)).at(-1);
    if (last?.size !== size) return;
    try {
      const token = await readFile(join(this.#dir, STAMPS_FOLDER, last.name));
      this.#latest = openToken(token, { imprint: imprintOf(text) }, this.#place.authority);
      this.#size = size;
    } catch (why) {
      this.#log.warn({ err: why, token: last.name }, 'a time-stamp that does not hold is passed over');
    }
  }

  /** What the authority said last. */
  get stamped(): Stamped | undefined {
    return this.#latest;
  }

  /** Asks, where it is due, for a token over the checkpoint that others can read; waits for nothing. */
  offer(text: string, size: number): void {
    const now = this.#clock.mono();
    const each = size === this.#size ? SAME_EACH_MS : NEWS_EACH_MS;
    if (this.#asking || size === 0 || now < this.#notBefore || now - this.#askedAt < each) return;
    this.#asking = this.#ask(text, size).finally(() => {
      this.#asking = undefined;
    });
  }

  /** Resolves when nothing is asked for: within seconds. */
  async settled(): Promise<void> {
    await this.#asking;
  }

  async #ask(text: string, size: number): Promise<void> {
    try {
      const { token, stamped } = await askForStamp(this.#place, text);
      await writeStamp(this.#dir, size, stamped.at, token);
      if (this.#failures > 0) this.#log.info({}, 'the time-stamping authority answers again');
      this.#failures = 0;
      this.#size = size;
      this.#latest = stamped;
      this.#askedAt = this.#clock.mono();
    } catch (why) {
      const wait = Math.min(MAX_BACK_OFF_MS, BACK_OFF_MS * 2 ** Math.min(16, this.#failures));
      this.#notBefore = this.#clock.mono() + wait;
      if (this.#failures++ === 0)
        this.#log.warn({ err: why }, 'the time-stamping authority gave no token; it is asked again later');
    }
  }
}
