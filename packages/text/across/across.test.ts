import { beforeEach, describe, expect, test } from 'vitest';
import type { Term } from '../lexicon/term.ts';
import { ALL_STAGES, BIT } from '../stage.ts';
import { engineOf, term } from '../testing/terms.ts';
import { Across } from './across.ts';
import { Memory } from './memory.ts';
import { headOf, pieceOf } from './utterance.ts';

let next = 0;
beforeEach(() => {
  next = 0;
});

const acrossOf = (terms: readonly (string | Term)[], mask?: number): Across =>
  new Across(engineOf(terms, mask));

/** Says something a second after the last; ids count from m1. */
const say = (across: Across, person: string, text: string, at = next * 1_000, room = 'r') => {
  next++;
  return across.read({ room, person, id: `m${next}`, text, at });
};

describe('a term over several messages of one person', () => {
  test('is held, and each message’s part is named', () => {
    const across = acrossOf(['蓝鲸币']);
    expect(say(across, 'a', '快来买蓝').verdict).toBe('pass');
    expect(say(across, 'a', '鲸').verdict).toBe('pass');
    expect(say(across, 'a', '币的人')).toEqual({
      verdict: 'hold',
      hits: [
        {
          term: '蓝鲸币',
          category: 'test',
          severity: 2,
          stages: ['across'],
          parts: [
            { id: 'm1', start: 3, end: 4 },
            { id: 'm2', start: 0, end: 1 },
            { id: 'm3', start: 0, end: 1 },
          ],
        },
      ],
    });
  });

  test('is held at most, however grave', () => {
    const across = acrossOf([term('蓝鲸币', { severity: 3 })]);
    say(across, 'a', '蓝鲸');
    expect(say(across, 'a', '币').verdict).toBe('hold');
  });

  test('is found by stages too, where the messages are nothing else', () => {
    const across = acrossOf(['蓝鲸币']);
    say(across, 'a', 'lan');
    say(across, 'a', '🎲精');
    expect(say(across, 'a', '币！').hits).toMatchObject([
      {
        stages: ['filler', 'homophone', 'pinyin', 'across'],
        parts: [{ id: 'm1' }, { id: 'm2' }, { id: 'm3' }],
      },
    ]);
  });

  test('is not where two sentences meet by chance', () => {
    const across = acrossOf(['上台', '蓝鲸币']);
    say(across, 'a', '我在楼上');
    expect(say(across, 'a', '台北见').hits).toEqual([]);
    say(across, 'a', '天好蓝');
    expect(say(across, 'a', '精致的币').hits).toEqual([]);
  });

  test('what somebody else says between, and what has no letters, parts nothing', () => {
    const across = acrossOf(['蓝鲸币']);
    say(across, 'a', '蓝鲸');
    say(across, 'b', '今天天气真好啊');
    say(across, 'a', '👍');
    expect(say(across, 'a', '币').hits).toMatchObject([{ parts: [{ id: 'm1' }, { id: 'm4' }] }]);
  });

  test('is told once', () => {
    const across = acrossOf(['蓝鲸币']);
    say(across, 'a', '蓝鲸');
    expect(say(across, 'a', '币').hits).toHaveLength(1);
    expect(say(across, 'a', '币').hits).toEqual([]);
  });

  test('is none after a minute, in another room, or of a message recalled', () => {
    const across = acrossOf(['蓝鲸币']);
    say(across, 'a', '蓝鲸', 0);
    expect(say(across, 'a', '币', 60_001).hits).toEqual([]);
    say(across, 'a', '蓝鲸', 70_000);
    expect(say(across, 'a', '币', 70_001, 'other').hits).toEqual([]);
    across.forget('r', 'm3');
    expect(say(across, 'a', '币', 70_002).hits).toEqual([]);
  });

  test('is explained by an allow term over it, and needs the stage switched on', () => {
    const allowed = acrossOf(['蓝鲸币', term('蓝鲸币展', { kind: 'allow' })]);
    say(allowed, 'a', '蓝鲸');
    expect(say(allowed, 'a', '币展').hits).toEqual([]);
    const off = acrossOf(['蓝鲸币'], ALL_STAGES & ~BIT.across);
    say(off, 'a', '蓝鲸');
    expect(say(off, 'a', '币').hits).toEqual([]);
    const other = acrossOf([term('蓝鲸币', { stages: BIT.filler })]);
    say(other, 'a', '蓝鲸');
    expect(say(other, 'a', '币').hits).toEqual([]);
  });
});

describe('a term over several persons', () => {
  test('is held where each says nothing but a piece', () => {
    const across = acrossOf(['青云盘口']);
    say(across, 'a', '青');
    say(across, 'b', '云');
    expect(say(across, 'c', '盘口').hits).toMatchObject([
      { stages: ['across'], parts: [{ id: 'm1' }, { id: 'm2' }, { id: 'm3' }] },
    ]);
  });

  test('is found though others talk between', () => {
    const across = acrossOf(['青云盘口']);
    say(across, 'a', '青云');
    say(across, 'd', '好看');
    say(across, 'e', '主播今天唱得真不错啊');
    say(across, 'f', '来了');
    expect(say(across, 'b', '盘口').hits).toMatchObject([{ parts: [{ id: 'm1' }, { id: 'm5' }] }]);
  });

  test('is none of four persons, of sentences, or of guesses', () => {
    const four = acrossOf(['青云盘口']);
    for (const [person, text] of [...'青云盘'].entries()) say(four, `p${person}`, text);
    expect(say(four, 'p3', '口').hits).toEqual([]);
    const sentence = acrossOf(['青云盘口']);
    say(sentence, 'a', '看青云');
    expect(say(sentence, 'b', '盘口').hits).toEqual([]);
    const guess = acrossOf(['青云盘口']);
    say(guess, 'a', '清云');
    expect(say(guess, 'b', '盘口').hits).toEqual([]);
  });
});

test('memory is bounded by rooms, persons and messages', () => {
  const memory = new Memory({ rooms: 3, persons: 4, own: 2, short: 5 });
  const across = new Across(engineOf(['蓝鲸币']), memory);
  for (let k = 0; k < 2_000; k++)
    across.read({
      room: `r${k % 7}`,
      person: `p${k % 11}`,
      id: String(k),
      text: `第${'好'.repeat(k % 90)}`,
      at: k,
    });
  expect(memory.size).toBeLessThanOrEqual(3 * (4 * 2 + 5));
  memory.close('r1');
  expect(memory.size).toBeLessThanOrEqual(2 * (4 * 2 + 5));
});

test('a surrogate pair is never torn where a long message is cut', () => {
  const across = acrossOf(['蓝鲸币']);
  const long = `${'𠮷'.repeat(60)}蓝`;
  expect(pieceOf({ room: 'r', person: 'a', id: '', text: long, at: 0 })).toMatchObject({ offset: 58 });
  expect(headOf(`x${'𠮷'.repeat(60)}`).isWellFormed()).toBe(true);
  say(across, 'a', long);
  expect(say(across, 'a', '鲸币').hits).toMatchObject([{ parts: [{ id: 'm1', start: 120, end: 121 }, {}] }]);
});
