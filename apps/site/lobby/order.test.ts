import type { Broadcast } from '@weir/look/broadcast.ts';
import { expect, test } from 'vitest';
import { inOrder } from './order.ts';

const one = (number: number, viewers: number, mode = 'open'): Broadcast =>
  ({ id: `b${number}`, number, viewers, gate: { media: { mode } } }) as unknown as Broadcast;
const numbers = (items: Broadcast[]): number[] => items.map((item) => item.number);

test('the most watched is first, and among equals the older', () => {
  expect(numbers(inOrder([one(3, 5), one(2, 90), one(1, 5)], []))).toEqual([2, 1, 3]);
});

test('a place is kept when viewers come and go; who is new follows', () => {
  expect(numbers(inOrder([one(4, 999), one(1, 80), one(2, 3)], ['b2', 'b1', 'b3']))).toEqual([2, 1, 4]);
});

test('a closed gate shows nothing, so it comes after what can be seen', () => {
  expect(numbers(inOrder([one(1, 900, 'closed'), one(2, 3), one(3, 50)], []))).toEqual([3, 2, 1]);
});
