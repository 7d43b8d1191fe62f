import { expect, test } from 'vitest';
import { Follow } from './follow.ts';

test('a held key follows until it is let go, and never longer than ten seconds by itself', () => {
  const follow = new Follow();
  expect(follow.leftMs(0)).toBe(0);
  follow.press(1_000);
  expect([follow.leftMs(1_000), follow.leftMs(11_000)]).toEqual([10_000, 0]);
  follow.letGo(4_000);
  expect(follow.leftMs(4_000)).toBe(0);
});

test('a tap follows for five seconds', () => {
  const follow = new Follow();
  follow.press(1_000);
  follow.letGo(1_200);
  expect([follow.leftMs(1_200), follow.leftMs(6_200)]).toEqual([5_000, 0]);
});
