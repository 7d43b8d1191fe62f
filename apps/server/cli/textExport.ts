import { open } from 'node:fs/promises';
import { lexiconText, type TextForm } from '../lexicon/asText.ts';
import type { Entry } from '../lexicon/entry.ts';
import type { Operator } from './operator.ts';

/** Terms of one answer. */
const PAGE = 500;

/**
 * Writes a version of the running service's lexicon, the one in force where none is named, to stdout or into a new file.
 * @throws Problem not_found; Error where the file exists
 */
export async function exportLexicon(
  operator: Operator,
  { version, form, out }: { version: number | undefined; form: TextForm; out: string | undefined },
): Promise<void> {
  const number =
    version ?? (await operator<{ live: { version: number } }>('GET', '/api/lexicon')).live.version;
  const pages = async (after: number) => {
    const query = new URLSearchParams({
      version: String(number),
      after: String(after),
      limit: String(PAGE),
    });
    const page = await operator<{ items: Entry[]; next: string | null }>(
      'GET',
      `/api/lexicon/terms?${query}`,
    );
    return { items: page.items, next: page.next === null ? null : Number(page.next) };
  };
  // A version that is not there leaves no file.
  const text = await lexiconText(pages, form);
  const file = out === undefined ? undefined : await open(out, 'wx', 0o600);
  try {
    for await (const piece of text)
      if (file) await file.write(piece);
      else if (!process.stdout.write(piece))
        await new Promise((resolve) => process.stdout.once('drain', resolve));
    await file?.datasync();
  } finally {
    await file?.close();
  }
}
