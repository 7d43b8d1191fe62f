import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import type { Operator } from './operator.ts';
import { searchLog } from './search.ts';

/** A service with 2,500 records, which answers page by page as `/api/log` does; `asked` holds what it was asked. */
const asked: URL[] = [];
const operator = (async (_method: string, path: string) => {
  const url = new URL(path, 'http://operator');
  asked.push(url);
  const from = Number(url.searchParams.get('cursor') ?? 0);
  const to = Math.min(2_500, from + Number(url.searchParams.get('limit')));
  const items = Array.from({ length: to - from }, (_, i) => ({ log: 'content', n: from + i + 1 }));
  return { items, next: to < 2_500 ? String(to) : null };
}) as unknown as Operator;

const numbersIn = (path: string): number[] =>
  readFileSync(path, 'utf8')
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line).n);

describe('weir log search --out', () => {
  let out: string;
  beforeEach(() => {
    asked.length = 0;
    out = join(mkdtempSync(join(tmpdir(), 'weir-search-')), 'found.ndjson');
  });

  it('writes every record that fits, page after page, as JSON lines', async () => {
    expect(await searchLog(operator, { room: 'r' }, { limit: undefined, out })).toBe(0);
    expect(numbersIn(out)).toEqual(Array.from({ length: 2_500 }, (_, i) => i + 1));
    expect(asked.map(({ searchParams }) => searchParams.get('cursor'))).toEqual([null, '1000', '2000']);
    expect(asked.every(({ searchParams }) => searchParams.get('room') === 'r')).toBe(true);
  });

  it('writes as many as were asked for, and no more', async () => {
    await searchLog(operator, {}, { limit: '1200', out });
    expect(numbersIn(out)).toHaveLength(1_200);
    expect(asked.map(({ searchParams }) => searchParams.get('limit'))).toEqual(['1000', '200']);
  });

  it('never writes over a file, and then asks for nothing', async () => {
    writeFileSync(out, 'mine');
    await expect(searchLog(operator, {}, { limit: undefined, out })).rejects.toThrow(/EEXIST/);
    expect([readFileSync(out, 'utf8'), asked]).toEqual(['mine', []]);
  });
});
