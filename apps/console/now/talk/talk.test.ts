import { describe, expect, it, vi } from 'vitest';
import { type Spoken, TALK_ACTIONS, type TalkContext } from './actions.ts';
import { parts } from './MarkedText.tsx';

const spoken = (id: string, held: boolean): Spoken => ({
  id,
  held,
  user: { id: 'u', nickname: '甲' },
  text: '你好',
  ts: '',
});
const context = (chosen: string | undefined): TalkContext => ({
  spoken: [spoken('shown', false), spoken('h1', true), spoken('h2', true)],
  chosen: () => chosen,
  choose: vi.fn(),
  release: vi.fn(),
  remove: vi.fn(),
  reportFalse: vi.fn(),
});
const act = (id: string) => TALK_ACTIONS.find((one) => one.id === id) as (typeof TALK_ACTIONS)[number];

describe('messages by key', () => {
  it('begin with the oldest that waits', () => {
    const one = context(undefined);
    act('talk.next').run(one);
    expect(one.choose).toHaveBeenCalledWith('h1');
  });

  it('let through only what waits, and take away what waits or is shown', () => {
    expect(['shown', 'h1', undefined].map((id) => act('talk.release').when?.(context(id)))).toEqual([
      false,
      true,
      false,
    ]);
    expect(['shown', 'h1', undefined].map((id) => act('talk.remove').when?.(context(id)))).toEqual([
      true,
      true,
      false,
    ]);
  });
});

describe('a false hit', () => {
  it('can be reported only where something was found', () => {
    const plain = context('h1');
    const found = { ...plain, spoken: [{ ...spoken('h1', true), hits: [{ start: 0, end: 1 }] }] };
    expect([plain, found].map((one) => act('talk.falsePositive').when?.(one))).toEqual([false, true]);
    act('talk.falsePositive').run(found);
    expect(found.reportFalse).toHaveBeenCalledWith(found.spoken[0]);
    expect(found.release).not.toHaveBeenCalled();
  });
});

describe('hits in a text', () => {
  it('are marked where they stand, overlapping ones once', () => {
    expect(
      parts('大家扫福利码看', [
        { start: 3, end: 5 },
        { start: 4, end: 6 },
      ]),
    ).toEqual([
      { text: '大家扫', hit: false, at: 0 },
      { text: '福利', hit: true, at: 3 },
      { text: '码', hit: true, at: 5 },
      { text: '看', hit: false, at: 6 },
    ]);
    expect(parts('短', [{ start: 5, end: 9 }])).toEqual([{ text: '短', hit: false, at: 0 }]);
  });
});
