import { mkdirSync } from 'node:fs';
import { Problem, type ProblemCode } from '@weir/kit';
import { type Compiled, SideProcess, type TermKind } from '@weir/text';
import type { Entry } from './entry.ts';
import type { Difference, Fault, Job, Outcome, Page, PageQuery, Taken } from './job.ts';

/** Jobs that may wait; beyond it `busy`. */
const MAX_WAITING = 32;

/**
 * Reads, stores, compares and compiles lexicons in a process of its own, so that half a million terms stop nobody.
 * @example const { hash } = await mill.take(csv); screen.use(await mill.build(hash), version);
 */
export class Mill {
  readonly #side: SideProcess<Job, Fault>;

  constructor(dir: string) {
    mkdirSync(dir, { recursive: true, mode: 0o700 });
    this.#side = new SideProcess(new URL('./mill.child.ts', import.meta.url), problemOf, dir);
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

  /** Compiles a stored lexicon; its arrays come past this thread. @throws Problem `storage_failed` */
  async build(hash: string): Promise<Compiled> {
    this.#assertRoom();
    return this.#side.build({ op: 'build', hash });
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

  close(): Promise<void> {
    return this.#side.close(new Problem('not_ready', 'The service is stopping'));
  }

  async #ask<J extends Job>(job: J): Promise<Outcome[J['op']]> {
    this.#assertRoom();
    return (await this.#side.ask(job)) as Outcome[J['op']];
  }

  #assertRoom(): void {
    if (this.#side.waiting >= MAX_WAITING)
      throw new Problem('busy', 'Too many lexicons are at work; try again');
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
