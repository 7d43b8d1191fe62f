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
  const text = lexiconText(pages, form);
  // A version that is not there leaves no file.
  const first = await text.next();
  const file = out === undefined ? undefined : await open(out, 'wx', 0o600);
  try {
    for (let piece = first; !piece.done; piece = await text.next())
      if (file) await file.write(piece.value);
      else if (!process.stdout.write(piece.value))
        await new Promise((resolve) => process.stdout.once('drain', resolve));
    await file?.datasync();
  } finally {
    await file?.close();
  }
}
