import { extname } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { Worker } from 'node:worker_threads';
import { type Lexicon, LexiconError, type Term } from '../lexicon/term.ts';
import { ALL_STAGES, type StageMask } from '../stage.ts';
import type { Compiled } from './compile.ts';
import { Engine } from './engine.ts';
import { isCounted, take } from './handover.ts';
import type { Packed } from './packed.ts';
import type { Thresholds } from './verdict.ts';

/** What a lexicon comes as: read already, or the text that `parseLexicon` takes. */
export type Source = Lexicon | string;

/** What the other thread is told: the stages; terms, some at a time; and that these were all. */
export type Order =
  | { op: 'text'; text: string; mask: StageMask; counted: boolean }
  | { op: 'terms'; terms: readonly Term[] }
  | { op: 'compile'; version: string; mask: StageMask; counted: boolean };

/** What it answers, once. */
export type Answer = { packed: Packed } | { at: number; what: string };

/** Terms handed over between two turns of this thread: about a millisecond. */
const TERMS_AT_ONCE = 1_000;
/** What half a million of the longest terms take while they are compiled. */
const MAX_HEAP_MB = 2_048;

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

/**
 * Compiles lexicons on a thread of its own, one at a time; of those that come meanwhile the newest waits. The thread
 * lives no longer than a build, so that its memory is given back.
 */
export class Builder {
  #worker: Worker | undefined;
  #busy = false;
  #closed = false;
  #waiting: Waiting | undefined;

  /**
   * Compiles a lexicon without keeping this thread for more than about a millisecond at a time; the arrays are
   * shared, not copied. Swapping is an assignment of the engine it gives.
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
    await this.#worker?.terminate();
  }

  async #next(): Promise<void> {
    if (this.#busy || this.#waiting === undefined) return;
    const { source, mask, done, failed } = this.#waiting;
    this.#waiting = undefined;
    this.#busy = true;
    try {
      done(await this.#compile(source, mask));
    } catch (why) {
      failed(this.#closed ? new SupersededError() : (why as Error));
    }
    this.#busy = false;
    void this.#next();
  }

  async #compile(source: Source, mask: StageMask): Promise<Compiled> {
    const worker = new Worker(new URL(`./compile.worker${extname(import.meta.filename)}`, import.meta.url), {
      resourceLimits: { maxOldGenerationSizeMb: MAX_HEAP_MB },
    });
    this.#worker = worker;
    try {
      const answer = new Promise<Answer>((answered, failed) => {
        worker.once('message', answered);
        worker.once('error', failed);
        worker.once('exit', () => failed(new Error('The thread that compiles a lexicon has ended')));
      });
      // Told below: a thread that fails while it is still being fed must not be an unhandled rejection.
      answer.catch(() => undefined);
      await send(worker, source, mask);
      const told = await answer;
      if ('packed' in told) return take(told.packed);
      throw new LexiconError(told.at, told.what);
    } finally {
      this.#worker = undefined;
      await worker.terminate();
    }
  }
}

async function send(worker: Worker, source: Source, mask: StageMask): Promise<void> {
  const order = (message: Order): void => worker.postMessage(message);
  if (typeof source === 'string') return order({ op: 'text', text: source, mask, counted: isCounted() });
  for (let at = 0; at < source.terms.length; at += TERMS_AT_ONCE) {
    order({ op: 'terms', terms: source.terms.slice(at, at + TERMS_AT_ONCE) });
    await setImmediate();
  }
  order({ op: 'compile', version: source.version, mask, counted: isCounted() });
}

const shared = new Builder();

/**
 * Compiles a lexicon, or the text of one, off this thread: `Builder.build` of the one builder that a process needs.
 * @example engine = await buildInBackground(await readFile('lexicon.csv', 'utf8'))
 */
export const buildInBackground: Builder['build'] = (source, mask, thresholds) =>
  shared.build(source, mask, thresholds);
