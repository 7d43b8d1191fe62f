import { Problem } from '@weir/kit';
import {
  type Compiled,
  compile,
  diffLexicons,
  type Lexicon,
  LexiconError,
  parseLexicon,
  type Term,
  writeCsv,
} from '@weir/text';
import { entryOf, keyOf } from './entry.ts';
import { LexiconFiles } from './files.ts';
import type { Difference, Job, Outcome, Page, PageQuery, Taken } from './job.ts';
import { SERVICE_STAGES } from './stages.ts';

/** Parsed lexicons kept at once: a base and what is compared with it. */
const MAX_PARSED = 3;

/** Does the mill's jobs in its process, one after another. */
export class Grinder {
  readonly #files: LexiconFiles;
  readonly #parsed = new Map<string, { terms: readonly Term[]; bytes: number }>();

  constructor(dir: string) {
    this.#files = new LexiconFiles(dir);
  }

  async run(job: Job): Promise<Outcome[Job['op']]> {
    switch (job.op) {
      case 'take':
        return this.#store(parseLexicon(job.text).terms, job.base);
      case 'derive':
        return this.#derive(job);
      case 'adopt':
        return this.#adopt(job.hash, job.bytes);
      case 'build':
        return this.#build(job.hash);
      case 'fold':
        await this.#files.fold(job.hash, job.base);
        return null;
      case 'page':
        return pageOf((await this.#read(job.hash)).terms, job.query);
      case 'entry': {
        const found = (await this.#read(job.hash)).terms.find(
          ({ kind, term }) => kind === 'deny' && term === job.term,
        );
        return found ? entryOf(found) : null;
      }
      case 'diff':
        return this.#diff(job.from, job.to, job.limit);
      case 'summary':
        return this.#summary(job.hash);
    }
  }

  async #derive({ base, add, remove }: Extract<Job, { op: 'derive' }>): Promise<Taken> {
    const terms = new Map((await this.#read(base)).terms.map((term) => [keyOf(term), term]));
    remove.forEach(({ term, kind = 'deny' }, i) => {
      if (!terms.delete(keyOf({ kind, term })))
        throw new LexiconError(i + 1, `there is no ${kind} term ${JSON.stringify(term)} to remove`, 'remove');
    });
    for (const term of parseLexicon(JSON.stringify(add)).terms) terms.set(keyOf(term), term);
    return this.#store([...terms.values()], base);
  }

  /** Writes a lexicon as canonical CSV. */
  async #store(terms: readonly Term[], base: string | undefined): Promise<Taken> {
    const bytes = Buffer.from(writeCsv({ version: '', terms }));
    const hash = (await this.#files.put(bytes)) as string;
    this.#keep(hash, terms, bytes.length);
    const before = base === undefined ? [] : (await this.#read(base)).terms;
    const { added, removed, changed } = diffLexicons(before, terms);
    return {
      hash,
      terms: terms.length,
      bytes: bytes.length,
      added: added.length,
      removed: removed.length,
      changed: changed.length,
    };
  }

  /** Stores a lexicon that came from elsewhere, where it is what its name says. */
  async #adopt(hash: string, bytes: Uint8Array): Promise<null> {
    if (await this.#files.put(Buffer.from(bytes), hash)) return null;
    throw new Problem('conflict', 'What came is not the lexicon that was ordered');
  }

  async #build(hash: string): Promise<Compiled> {
    // What is compiled is about to act: edges fetch its file.
    await this.#files.whole(hash);
    const { terms } = await this.#read(hash);
    return compile({ version: hash, terms }, SERVICE_STAGES);
  }

  async #diff(from: string, to: string, limit: number): Promise<Difference> {
    const [before, after] = [await this.#read(from), await this.#read(to)];
    const { added, removed, changed } = diffLexicons(before.terms, after.terms);
    return {
      added: added.slice(0, limit).map(entryOf),
      removed: removed.slice(0, limit).map(entryOf),
      changed: changed
        .slice(0, limit)
        .map(({ before, after }) => ({ before: entryOf(before), after: entryOf(after) })),
      counts: { added: added.length, removed: removed.length, changed: changed.length },
    };
  }

  async #summary(hash: string): Promise<Outcome['summary']> {
    const { terms, bytes } = await this.#read(hash);
    const categories: Record<string, number> = {};
    for (const { category } of terms) categories[category] = (categories[category] ?? 0) + 1;
    return { terms: terms.length, bytes, categories };
  }

  async #read(hash: string): Promise<{ terms: readonly Term[]; bytes: number }> {
    const kept = this.#parsed.get(hash);
    if (kept) return kept;
    const bytes = await this.#files.read(hash);
    const lexicon: Lexicon = parseLexicon(bytes.toString('utf8'));
    return this.#keep(hash, lexicon.terms, bytes.length);
  }

  #keep(hash: string, terms: readonly Term[], bytes: number): { terms: readonly Term[]; bytes: number } {
    const kept = { terms, bytes };
    this.#parsed.delete(hash);
    this.#parsed.set(hash, kept);
    if (this.#parsed.size > MAX_PARSED)
      for (const oldest of this.#parsed.keys()) {
        this.#parsed.delete(oldest);
        break;
      }
    return kept;
  }
}

function pageOf(terms: readonly Term[], { q, category, kind, after, limit }: PageQuery): Page {
  const items: Page['items'] = [];
  const needle = q?.toLowerCase();
  for (let i = after; i < terms.length; i++) {
    const term = terms[i] as Term;
    if (category !== undefined && term.category !== category) continue;
    if (kind !== undefined && term.kind !== kind) continue;
    if (needle !== undefined && !term.term.toLowerCase().includes(needle)) continue;
    if (items.length === limit) return { items, next: i };
    items.push(entryOf(term));
  }
  return { items, next: null };
}
