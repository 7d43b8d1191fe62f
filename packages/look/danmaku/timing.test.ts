import { expect, test } from 'vitest';
import { waitMs } from './timing.ts';

const at = (pts: number, ms = 1_000_000) => ({ pts, ts: new Date(ms).toISOString() });

test('a message waits for its picture, so that who is further behind sees both together', () => {
  expect(waitMs(at(60_000), 59_200, undefined, 0)).toBe(800);
  expect(waitMs(at(60_000), 54_000, undefined, 0)).toBe(6_000);
});

test('one whose picture has just gone by comes at once, an old one only in the list', () => {
  expect(waitMs(at(60_000), 61_000, undefined, 0)).toBe(0);
  expect(waitMs(at(60_000), 75_000, undefined, 0)).toBeUndefined();
});

test('a timeline that cannot be right does not swallow messages', () => {
  expect(waitMs(at(9_000_000), 1_000, undefined, 0)).toBe(0);
});

test("where only the picture's wall time is known, that decides", () => {
  expect(waitMs(at(0, 1_000_000), undefined, 995_000, 0)).toBe(5_000);
});

test('where nothing is known, fresh messages come at once and history does not', () => {
  expect(waitMs(at(0, 1_000_000), undefined, undefined, 1_001_000)).toBe(0);
  expect(waitMs(at(0, 1_000_000), undefined, undefined, 1_060_000)).toBeUndefined();
});
