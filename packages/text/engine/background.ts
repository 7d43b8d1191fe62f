import { extname } from 'node:path';
import { type Lexicon, LexiconError, type Term } from '../lexicon/term.ts';
import { ALL_STAGES, type StageMask } from '../stage.ts';
import type { Compiled } from './compile.ts';
import { Engine } from './engine.ts';
import { SideProcess } from './sideProcess.ts';
import type { Thresholds } from './verdict.ts';

/** What a lexicon comes as: read already, or the text that `parseLexicon` takes. */
export type Source = Lexicon | string;

/** What the other process is asked: the first terms of a lexicon, more of them, and to compile `count` of them; or a text. */
export type Order =
  | { op: 'text'; text: string; mask: StageMask }
  | { op: 'terms'; first: boolean; terms: readonly Term[] }
  | { op: 'compile'; version: string; mask: StageMask; count: number };

/** A lexicon that cannot be compiled, as it travels. */
export type Fault = { name: string; message: string; at?: number };

/** Terms handed over between two turns of this thread: about a millisecond. */
const TERMS_AT_ONCE = 1_000;

/** A lexicon that waited to be compiled and was replaced by a newer one. */
export class SupersededError extends Error {
  override readonly name = 'SupersededError';

  constructor() {
    super('A newer lexicon took the place of this one before it was compiled');
  }
}

type Waiting = {
  source: Source;
  mask: StageMask;
  done(compiled: Compiled): void;
  failed(why: Error): void;
};

/** Compiles lexicons in a process of its own, one at a time; of those that come meanwhile the newest waits. */
export class Builder {
  readonly #side = new SideProcess<Order, Fault>(
    new URL(`./compile.child${extname(import.meta.filename)}`, import.meta.url),
    ({ name, message, at }) =>
      name === 'LexiconError' ? new LexiconError(at as number, message) : new Error(message),
  );
  #busy = false;
  #closed = false;
  #waiting: Waiting | undefined;

  /**
   * Compiles a lexicon without keeping this thread for more than about a millisecond at a time; the arrays
   * come past it. Swapping is an assignment of the engine it gives, and `release` of what the old one was made of.
   * @throws LexiconError that `parseLexicon` and `compile` throw; SupersededError where a newer lexicon came while it
   * waited, or the builder was closed
   */
  async build(source: Source, mask: StageMask = ALL_STAGES, thresholds?: Thresholds): Promise<Engine> {
    const compiled = await new Promise<Compiled>((done, failed) => {
      this.#waiting?.failed(new SupersededError());
      if (this.#closed) return failed(new SupersededError());
      this.#waiting = { source, mask, done, failed };
      void this.#next();
    });
    return new Engine(compiled, thresholds);
  }

  /** Ends what is under way; what waits is superseded. */
  async close(): Promise<void> {
    this.#closed = true;
    this.#waiting?.failed(new SupersededError());
    this.#waiting = undefined;
    await this.#side.close(new SupersededError());
  }

  async #next(): Promise<void> {
    if (this.#busy || this.#waiting === undefined) return;
    const { source, mask, done, failed } = this.#waiting;
    this.#waiting = undefined;
    this.#busy = true;
    try {
      done(await this.#compile(source, mask));
    } catch (why) {
      failed(why as Error);
    }
    this.#busy = false;
    void this.#next();
  }

  async #compile(source: Source, mask: StageMask): Promise<Compiled> {
    const side = this.#side;
    if (typeof source === 'string') return side.build({ op: 'text', text: source, mask });
    const { version, terms } = source;
    for (let at = 0; at < terms.length && !this.#closed; at += TERMS_AT_ONCE)
      await side.ask({ op: 'terms', first: at === 0, terms: terms.slice(at, at + TERMS_AT_ONCE) });
    if (this.#closed) throw new SupersededError();
    return side.build({ op: 'compile', version, mask, count: terms.length });
  }
}

const shared = new Builder();

/**
 * Compiles a lexicon, or the text of one, in another process: `Builder.build` of the one builder that a process needs.
 * @example engine = await buildInBackground(await readFile('lexicon.csv', 'utf8'))
 */
export const buildInBackground: Builder['build'] = (source, mask, thresholds) =>
  shared.build(source, mask, thresholds);
