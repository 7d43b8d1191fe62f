import { MovedClock, SimulatedClock, silentLog } from '@weir/kit';
import { compile, parseLexicon } from '@weir/text';
import { describe, expect, test } from 'vitest';
import { TEXT_ROUTES } from './lexicon/thresholds.ts';
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

  test('admits a title, lets one that is only a guess away wait, and refuses one that is not', () => {
    expect(screen.admit('周末远足', 'title').verdict).toBe('pass');
    expect(screen.admit('兼职刷丹', 'title').verdict).toBe('hold');
    expect(() => screen.admit('网上赌场开业', 'title')).toThrow('content_refused');
  });

  test('weighs each route by its own thresholds, which say their version; another route’s by those of messages', () => {
    const weighed = TextScreen.shipped(silentLog);
    expect(weighed.judge('兼职刷丹').thresholds).toBe(0);
    weighed.weigh({
      version: 3,
      routes: { message: { fraud: { hold: 3.1, refuse: 3.5 } }, title: { fraud: { hold: 0.25, refuse: 1 } } },
    });
    const verdicts = (text: string) =>
      (['message', 'title', 'nickname'] as const).map((route) => weighed.judge(text, route).verdict);
    expect(verdicts('兼职刷丹')).toEqual(['pass', 'hold', 'pass']);
    expect(verdicts('兼职刷单')).toEqual(['pass', 'refuse', 'pass']);
    expect(verdicts('来网上赌场玩')).toEqual(['refuse', 'refuse', 'refuse']);
    expect(weighed.judge('兼职刷单', 'title')).toMatchObject({ thresholds: 3, category: 'fraud' });
    weighed.weigh({ version: 1, routes: {} });
    expect(verdicts('兼职刷单')).toEqual(['refuse', 'refuse', 'refuse']);
  });
});

describe.each(TEXT_ROUTES)('where a text stands as %s', (route) => {
  test('it is judged by the same lexicon and admitted or not in the same way', () => {
    expect(screen.judge('周末一起去湖边', route)).toMatchObject({ verdict: 'pass', category: '', hits: [] });
    expect(screen.judge('兼职刷丹', route)).toMatchObject({ verdict: 'hold', category: 'fraud' });
    expect(screen.admit('兼职刷丹', route).verdict).toBe('hold');
    expect(screen.judge('来 网 上 赌 场 玩', route)).toMatchObject({
      verdict: 'refuse',
      category: 'gambling',
      hits: [{ start: 2, end: 9 }],
    });
    expect(() => screen.admit('来网上赌场玩', route)).toThrow('content_refused');
    expect(screen.judge('字'.repeat(501), route)).toMatchObject({ verdict: 'refuse', category: 'too_long' });
  });

  test('thresholds of its own weigh there alone, and in the trial beside it too', () => {
    const weighed = TextScreen.shipped(silentLog);
    weighed.tryBeside(compile(parseLexicon('term,category\n湖边,other\n')), 2);
    weighed.weigh({ version: 4, routes: { [route]: { fraud: { hold: 0.25, refuse: 0.3 } } } });
    const refusing = TEXT_ROUTES.filter((one) => weighed.judge('兼职刷单', one).verdict === 'refuse');
    expect(refusing).toEqual([...TEXT_ROUTES]);
    // A guess is at most held, whatever the threshold.
    expect(weighed.judge('兼职刷丹', route).verdict).toBe('hold');
    weighed.weigh({ version: 5, routes: { [route]: { fraud: { hold: 3.1, refuse: 3.5 } } } });
    const passing = TEXT_ROUTES.filter((one) => weighed.judge('兼职刷单', one).verdict === 'pass');
    // What messages have holds for every route that says nothing of its own.
    expect(passing).toEqual(route === 'message' ? [...TEXT_ROUTES] : [route]);
    weighed.judge('去湖边', route);
    expect(weighed.counts.drain()).toContainEqual(
      expect.objectContaining({ which: 'shadow', term: '湖边', category: 'other' }),
    );
  });
});

test('a term is in force by the clock of the store, also where that is moved by order', () => {
  const clock = new MovedClock(0, new SimulatedClock(Date.UTC(2026, 0, 1)));
  const lexicon = parseLexicon('term,category,from,to\n蓝鲸币,game,2026-02-01,2026-03-01\n');
  const dated = new TextScreen(compile(lexicon), 1, silentLog, clock);
  const verdicts = [0, 40, 70].map((days) => {
    clock.moveTo(days * 86_400_000);
    return dated.judge('蓝鲸币').verdict;
  });
  expect(verdicts).toEqual(['pass', 'refuse', 'pass']);
});
