import { mkdirSync } from 'node:fs';
import { Worker } from 'node:worker_threads';
import { type Clock, Problem, type ProblemCode, type Timer } from '@weir/kit';
import { type Compiled, isCounted, type TermKind, take } from '@weir/text';
import type { Entry } from './entry.ts';
import type { Difference, Fault, Job, Outcome, Page, PageQuery, Taken, Told } from './job.ts';

/** Jobs that may wait; beyond it `busy`. */
const MAX_WAITING = 32;
/** A thread without work ends after this, and with it the lexicons it has read. */
const IDLE_MS = 30_000;

type Waiting = { resolve: (value: never) => void; reject: (why: Error) => void };

/**
 * Reads, stores, compares and compiles lexicons in a thread of its own, so that half a million terms stop nobody. The
 * thread begins with the first job and ends when there has been none for a while.
 * @example const { hash } = await mill.take(csv); screen.use('live', { engine: new Engine(await mill.build(hash)) … });
 */
export class Mill {
  readonly #dir: string;
  readonly #clock: Clock;
  readonly #waiting = new Map<number, Waiting>();
  #worker: Worker | undefined;
  #idle: Timer | undefined;
  #jobs = 0;

  constructor(dir: string, clock: Clock) {
    mkdirSync(dir, { recursive: true, mode: 0o700 });
    this.#dir = dir;
    this.#clock = clock;
  }

  /** Reads CSV or JSON, stores it, and says what changed from `base`. @throws Problem `lexicon_invalid`, `busy` */
  take(text: string, base?: string): Promise<Taken> {
    return this.#ask({ op: 'take', text, base });
  }

  /** The same of a stored lexicon with entries added (or replaced) and removed. @throws Problem `lexicon_invalid` */
  derive(
    base: string,
    add: unknown[],
    remove: { term: string; kind?: TermKind | undefined }[],
  ): Promise<Taken> {
    return this.#ask({ op: 'derive', base, add, remove });
  }

  /** Stores a lexicon that came from elsewhere. @throws Problem `conflict` where it is not what its name says */
  async adopt(hash: string, bytes: Uint8Array): Promise<void> {
    await this.#ask({ op: 'adopt', hash, bytes });
  }

  /** Compiles a stored lexicon; its arrays are shared, not copied. @throws Problem `storage_failed` */
  async build(hash: string): Promise<Compiled> {
    return take(await this.#ask({ op: 'build', hash, counted: isCounted() }));
  }

  /** Keeps a stored lexicon as what it differs in from another one. */
  async fold(hash: string, base: string): Promise<void> {
    await this.#ask({ op: 'fold', hash, base });
  }

  page(hash: string, query: PageQuery): Promise<Page> {
    return this.#ask({ op: 'page', hash, query });
  }

  /** The deny entry of a term, where there is one. */
  async entry(hash: string, term: string): Promise<Entry | undefined> {
    return (await this.#ask({ op: 'entry', hash, term })) ?? undefined;
  }

  diff(from: string, to: string, limit: number): Promise<Difference> {
    return this.#ask({ op: 'diff', from, to, limit });
  }

  summary(hash: string): Promise<Outcome['summary']> {
    return this.#ask({ op: 'summary', hash });
  }

  async close(): Promise<void> {
    this.#idle?.cancel();
    const worker = this.#worker;
    this.#worker = undefined;
    await worker?.terminate();
    this.#fail(new Problem('not_ready', 'The service is stopping'));
  }

  #ask<J extends Job>(job: J): Promise<Told[J['op']]> {
    if (this.#waiting.size >= MAX_WAITING)
      return Promise.reject(new Problem('busy', 'Too many lexicons are at work; try again'));
    return new Promise((resolve, reject) => {
      const id = ++this.#jobs;
      this.#waiting.set(id, { resolve: resolve as Waiting['resolve'], reject });
      this.#idle?.cancel();
      this.#thread().postMessage({ id, job });
    });
  }

  #thread(): Worker {
    if (this.#worker) return this.#worker;
    const worker = new Worker(new URL('./mill.worker.ts', import.meta.url), {
      workerData: { dir: this.#dir },
      execArgv: [],
    });
    worker.unref();
    worker.on('message', (answer: { id: number; value?: never; fault?: Fault }) => {
      const waiting = this.#waiting.get(answer.id);
      this.#waiting.delete(answer.id);
      if (answer.fault) waiting?.reject(problemOf(answer.fault));
      else waiting?.resolve(answer.value as never);
      if (this.#waiting.size === 0) this.#idle = this.#clock.after(IDLE_MS, () => this.#rest(worker));
    });
    worker.on('error', (why) => {
      if (this.#worker === worker) this.#worker = undefined;
      this.#fail(why as Error);
    });
    worker.on('exit', () => {
      if (this.#worker !== worker) return;
      this.#worker = undefined;
      this.#fail(new Error('the thread for lexicons ended'));
    });
    this.#worker = worker;
    return worker;
  }

  #rest(worker: Worker): void {
    if (this.#waiting.size > 0 || this.#worker !== worker) return;
    this.#worker = undefined;
    void worker.terminate();
  }

  #fail(why: Error): void {
    for (const [id, { reject }] of [...this.#waiting]) {
      this.#waiting.delete(id);
      reject(why);
    }
  }
}

function problemOf({ name, message, line, column, code }: Fault): Error {
  if (name === 'LexiconError')
    return new Problem('lexicon_invalid', message, {
      ...(line ? { line } : {}),
      ...(column ? { column } : {}),
    });
  if (code !== undefined) return new Problem(code as ProblemCode, message);
  if (name === 'RangeError') return new Problem('too_large', message);
  return new Error(message);
}
