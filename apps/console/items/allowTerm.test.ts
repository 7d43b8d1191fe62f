import { expect, test } from 'vitest';
import { allowTermOf } from './allowTerm.ts';

test('an allow term is what was found, as whole words and with a neighbour, within the clause', () => {
  expect(allowTermOf('周末一起上台北看展', [{ start: 4, end: 6 }])).toBe('一起上台北');
  expect(allowTermOf('明天坐青鸟号列车去看海', [{ start: 3, end: 6 }])).toBe('坐青鸟号列车');
  expect(allowTermOf('好的，上台北', [{ start: 3, end: 5 }])).toBe('上台北');
  expect(allowTermOf('上台', [{ start: 0, end: 2 }])).toBe('上台');
});

test('several hits become one term, and half a character is no character', () => {
  const two = [
    { start: 1, end: 3 },
    { start: 5, end: 7 },
  ];
  expect(allowTermOf('去上台北和上台湾', two)).toBe('去上台北和上台湾');
  expect(allowTermOf('😀a上台', [{ start: 3, end: 5 }])).toBe('a上台');
  expect(allowTermOf('什么也没有', [])).toBe('');
});
