import { open } from 'node:fs/promises';
import { cannotBe } from '../cannotBe.ts';
import { WrongUse } from './misuse.ts';
import type { Operator } from './operator.ts';
import { checkStretch, logName } from './options.ts';

/** What `weir log search` takes besides how much and where to. */
export const SEARCHED = [
  'log',
  'kind',
  'room',
  'broadcast',
  'user',
  'from',
  'to',
  'text',
  'case',
  'ground',
] as const;

const PRINTED = 1_000;
/** Records of one answer. */
const PAGE = 1_000;
/** Whoever sits at the machine may look; that they did, and gave no better reason, stands in the `access` log. */
const DEFAULT_GROUND = 'operator at the machine';

/** That what is searched for can be there at all. @throws WrongUse naming what cannot */
export function checkSearch({ from, to, ...named }: Record<string, string>): void {
  if (named['log'] !== undefined) logName(named['log']);
  const ms = (value: string | undefined): number | undefined =>
    value === undefined ? undefined : Number(value);
  const stretch = { from: ms(from), to: ms(to) };
  checkStretch(stretch);
  const why = cannotBe({ ...named, ...stretch });
  if (why !== undefined) throw new WrongUse(why);
}

type Page = { items: object[]; next: string | null };

/**
 * Prints what fits as JSON lines, or writes it into a new file; page by page, so that any number of records takes the
 * memory of one page. That nothing was found is said on stderr.
 * @throws WrongUse where `limit` is no number; Problem what the service answers; Error where the file exists
 */
export async function searchLog(
  operator: Operator,
  query: Record<string, string>,
  { limit, out }: { limit: string | undefined; out?: string },
): Promise<number> {
  if (limit !== undefined && !/^[1-9]\d{0,8}$/.test(limit))
    throw new WrongUse('--limit takes a number of records');
  let left = limit === undefined ? (out === undefined ? PRINTED : Number.POSITIVE_INFINITY) : Number(limit);
  let found = 0;
  const asked = { ...query };
  if (asked['user'] !== undefined && asked['case'] === undefined) asked['ground'] ??= DEFAULT_GROUND;
  const file = out === undefined ? undefined : await open(out, 'wx', 0o600);
  try {
    for (let cursor: string | null = ''; cursor !== null && left > 0; ) {
      const search = new URLSearchParams({ ...asked, limit: String(Math.min(left, PAGE)) });
      if (cursor !== '') search.set('cursor', cursor);
      const page: Page = await operator<Page>('GET', `/api/log?${search}`);
      left -= page.items.length;
      found += page.items.length;
      const lines = page.items.map((item) => `${JSON.stringify(item)}\n`).join('');
      if (file) await file.write(lines);
      else if (lines !== '' && !process.stdout.write(lines))
        await new Promise((resolve) => process.stdout.once('drain', resolve));
      cursor = page.next;
    }
    await file?.datasync();
  } finally {
    await file?.close();
  }
  // On stderr, so that whoever reads the lines reads none.
  if (found === 0) console.error('Nothing was found.');
  return 0;
}
