import { silentLog } from '@weir/kit';
import { describe, expect, test } from 'vitest';
import { TextScreen } from './screen.ts';

const screen = TextScreen.shipped(silentLog);

describe('the shipped screen', () => {
  test('refuses with a category, holds what it guesses, and lets talk pass', () => {
    expect(screen.judge('兼 职 刷 单')).toMatchObject({
      verdict: 'refuse',
      category: 'fraud',
      hits: [{ start: 0, end: 7, stages: ['filler'] }],
    });
    expect(screen.judge('兼职刷丹')).toMatchObject({ verdict: 'hold', category: 'fraud' });
    for (const text of ['主播好', '今天的天气真不错', 'hello 666', '哈哈哈哈哈', '👍👍👍', 'message 17'])
      expect(screen.judge(text)).toMatchObject({ verdict: 'pass', category: '', hits: [] });
  });

  test('refuses more than 500 characters unread', () => {
    expect(screen.judge('🎲'.repeat(501))).toMatchObject({ verdict: 'refuse', category: 'too_long' });
    expect(screen.judge('🎲'.repeat(500)).verdict).toBe('pass');
  });

  test('admits a title that is only a guess away, and refuses one that is not', () => {
    screen.admit(undefined);
    screen.admit('周末远足');
    expect(() => screen.admit('网上赌场开业')).toThrow('content_refused');
  });
});
