import { parseLexicon, writeCsv } from '@weir/text';
import type { Entry } from './entry.ts';

/** How a lexicon is written for others; `parseLexicon` reads both back the same. */
export type TextForm = 'csv' | 'json';

/** Entries from a place on, and where the next ones begin. */
export type EntryPages = (after: number) => Promise<{ items: readonly Entry[]; next: number | null }>;

const HEADER = writeCsv({ version: '', terms: [] });

/**
 * A lexicon as text, a page at a time, so that half a million terms take the memory of one page. Resolves once the first
 * one is there: what fails at once does so before anything was begun.
 * @throws whatever `pages` throws
 */
export async function lexiconText(pages: EntryPages, form: TextForm): Promise<AsyncGenerator<string>> {
  const text = written(pages, form);
  return resumed(await text.next(), text);
}

async function* resumed(first: IteratorResult<string>, rest: AsyncGenerator<string>): AsyncGenerator<string> {
  if (!first.done) yield first.value;
  yield* rest;
}

async function* written(pages: EntryPages, form: TextForm): AsyncGenerator<string> {
  let isFirst = true;
  for (let after: number | null = 0; after !== null; ) {
    const { items, next }: Awaited<ReturnType<EntryPages>> = await pages(after);
    if (form === 'json') {
      const lines = items.map((item) => JSON.stringify(item)).join(',\n');
      yield `${isFirst ? '[\n' : lines === '' ? '' : ',\n'}${lines}`;
    } else {
      const csv = writeCsv({ version: '', terms: parseLexicon(JSON.stringify(items)).terms });
      yield isFirst ? csv : csv.slice(HEADER.length);
    }
    isFirst = false;
    after = next;
  }
  if (form === 'json') yield '\n]\n';
}
