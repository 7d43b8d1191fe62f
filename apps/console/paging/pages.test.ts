import { expect, test } from 'vitest';
import { fetchPages, type Page } from './pages.ts';

const list = Array.from({ length: 7 }, (_, k) => `i${k}`);
const asked: string[] = [];
const get = async (path: string): Promise<Page<string>> => {
  asked.push(path);
  const after = new URL(path, 'http://x').searchParams.get('after');
  const from = after === null ? 0 : list.indexOf(after) + 1;
  const items = list.slice(from, from + 3);
  return { items, next: from + 3 < list.length ? (items.at(-1) as string) : null };
};

test('pages are put together, each asked for where the one before ended, and no more than there are', async () => {
  expect(await fetchPages(get, '/api/x', 1)).toEqual({ items: list.slice(0, 3), next: 'i2' });
  expect(await fetchPages(get, '/api/x?state=open', 2)).toEqual({ items: list.slice(0, 6), next: 'i5' });
  expect(asked.at(-1)).toBe('/api/x?state=open&after=i2');
  expect(await fetchPages(get, '/api/x', 9)).toEqual({ items: list, next: null });
});
