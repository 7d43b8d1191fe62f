import { expect, test } from 'vitest';
import { excerpt } from './excerpt.ts';

test('a wrong row stands between its neighbours, numbered as in the file', () => {
  const csv = 'term\r\na\nb\nc\nd\ne';
  expect(excerpt(csv, 1).map(({ at }) => at)).toEqual([1, 2, 3]);
  expect(excerpt(csv, 5)).toEqual([
    { at: 3, text: 'b' },
    { at: 4, text: 'c' },
    { at: 5, text: 'd' },
    { at: 6, text: 'e' },
  ]);
  expect(excerpt('x'.repeat(500), 1)[0]?.text.length).toBe(121);
});
