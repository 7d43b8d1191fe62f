import type { Broadcast } from '@weir/look';
import { describe, expect, it } from 'vitest';
import { arrange, isStale, keepOrder, matches } from './order.ts';

const one = (number: number, over: Partial<Broadcast> = {}): Broadcast =>
  ({
    id: `b${number}`,
    number,
    title: `第${number}场`,
    publisher: { id: 'p', nickname: '甲' },
    state: 'live',
    startedAt: new Date(number * 1_000).toISOString(),
    viewers: 0,
    ...over,
  }) as Broadcast;

describe('the order of the live list', () => {
  const three = [one(1, { viewers: 5 }), one(2, { viewers: 9 }), one(3)];

  it('is by what was asked', () => {
    expect(arrange(three, 'number')).toEqual(['b3', 'b2', 'b1']);
    expect(arrange(three, 'viewers')).toEqual(['b2', 'b1', 'b3']);
    expect(arrange(three, 'since')).toEqual(['b1', 'b2', 'b3']);
    const held = one(1, { waiting: { messages: 2, pictureMs: 0 } });
    expect(arrange([three[1] as Broadcast, held], 'waiting')).toEqual(['b1', 'b2']);
  });

  it('moves no row when figures change, one ends or another begins', () => {
    const order = arrange(three, 'viewers');
    const later = [one(1, { viewers: 99 }), one(2, { state: 'ended' }), one(3), one(4, { viewers: 50 })];
    expect(keepOrder(order, later)).toEqual(['b2', 'b1', 'b3', 'b4']);
    expect(isStale(keepOrder(order, later), later, 'viewers')).toBe(true);
    expect(arrange(later, 'viewers')).toEqual(['b1', 'b4', 'b3']);
  });

  it('is the very same where nothing began, so that nothing is drawn anew', () => {
    const order = arrange(three, 'number');
    expect(keepOrder(order, three)).toBe(order);
    expect(isStale(order, three, 'number')).toBe(false);
  });

  it('finds by title, nickname and number', () => {
    expect([matches(one(8421), '842'), matches(one(1), ' 甲'), matches(one(1), '乙')]).toEqual([
      true,
      true,
      false,
    ]);
  });
});
