import { expect, test } from 'vitest';
import { seeded } from '../testing/terms.ts';
import { Matcher } from './matcher.ts';

test('all overlapping terms are found, by start and length', () => {
  expect(new Matcher(['he', 'she', 'his', 'hers']).search('ushers')).toEqual([
    { term: 1, start: 1, end: 4 },
    { term: 0, start: 2, end: 4 },
    { term: 3, start: 2, end: 6 },
  ]);
});

test('a term listed twice is found twice', () => {
  expect(new Matcher(['a', 'a']).search('a')).toHaveLength(2);
});

test('what is found is what a plain search finds', () => {
  const random = seeded(11);
  const word = (most: number): string =>
    Array.from(
      { length: 1 + Math.floor(random() * most) },
      () => 'ab水火\ud83d'[Math.floor(random() * 5)],
    ).join('');
  for (let round = 0; round < 200; round++) {
    const terms = [...new Set(Array.from({ length: 12 }, () => word(4)))];
    const text = word(40);
    const plain: string[] = [];
    for (let at = 0; at < text.length; at++)
      terms.forEach((term, i) => {
        if (text.startsWith(term, at)) plain.push(`${i} ${at} ${at + term.length}`);
      });
    const found = new Matcher(terms).search(text).map(({ term, start, end }) => `${term} ${start} ${end}`);
    expect(found.sort()).toEqual(plain.sort());
  }
});
