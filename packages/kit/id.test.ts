import { expect, it } from 'vitest';
import { isId, newId } from './id.ts';

it('ids are distinct and stand in the order of their making, many in a millisecond too', () => {
  const ids = Array.from({ length: 20_000 }, () => newId());
  expect(ids.every(isId)).toBe(true);
  expect(ids.toSorted()).toEqual(ids);
  expect(new Set(ids).size).toBe(ids.length);
});

it('what is random in an id is drawn anew for each', () => {
  const ends = Array.from({ length: 2_000 }, () => newId().slice(-12));
  expect(new Set(ends).size).toBe(ends.length);
});

it('an id has the time of its making', () => {
  const before = Date.now();
  const made = Number.parseInt(newId().replaceAll('-', '').slice(0, 12), 16);
  expect(made).toBeGreaterThanOrEqual(before);
  expect(made).toBeLessThanOrEqual(Date.now());
});
