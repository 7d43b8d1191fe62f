import { expect, test } from 'vitest';
import { type Line, loseSending, putByTime, putLine } from './lines.ts';

const line = (key: string, over: Partial<Line> = {}): Line => ({
  key,
  id: key,
  user: { id: 'u', nickname: '甲' },
  text: key,
  ts: '2026-11-24T00:00:00.000Z',
  offset: 0,
  ...over,
});
const keys = (lines: readonly Line[]): string[] => lines.map(({ key }) => key);

test('a public line stands by its offset, one’s own at the end', () => {
  const lines = [line('a', { offset: 1 }), line('c', { offset: 3 })];
  expect(keys(putLine(lines, line('b', { offset: 2 })))).toEqual(['a', 'b', 'c']);
  expect(keys(putLine(lines, line('own', { offset: 1, own: { state: 'sending' } })))).toEqual([
    'a',
    'c',
    'own',
  ]);
});

test('what was said before stands by its time, also before everything', () => {
  const lines = [
    line('a', { ts: '2026-11-24T00:00:01.000Z' }),
    line('b', { ts: '2026-11-24T00:00:03.000Z' }),
  ];
  expect(keys(putByTime(lines, line('x', { ts: '2026-11-24T00:00:02.000Z' })))).toEqual(['a', 'x', 'b']);
  expect(keys(putByTime(lines, line('x', { ts: '2026-11-24T00:00:00.000Z' })))).toEqual(['x', 'a', 'b']);
});

test('a page keeps 300 lines, and only what still awaits its answer is lost with the connection', () => {
  let lines: readonly Line[] = [];
  for (let n = 0; n < 320; n++) lines = putLine(lines, line(String(n), { offset: n }));
  expect([lines.length, lines[0]?.key]).toEqual([300, '20']);
  const own = [line('s', { own: { state: 'sending' } }), line('h', { own: { state: 'held' } })];
  expect(loseSending(own).map((one) => one.own?.state)).toEqual(['lost', 'held']);
});
