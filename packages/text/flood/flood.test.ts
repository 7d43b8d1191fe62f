import { describe, expect, test } from 'vitest';
import { AlikeGroups } from './alike.ts';
import { Flood, type FloodLimits, type Grade, type Spoken } from './flood.ts';
import { Rates } from './rates.ts';
import { likeness, sketchOf } from './sketch.ts';

const OFF: FloodLimits = { person: 0, address: 0, room: 0, alike: 0, alikeRooms: 0, newcomers: 0 };
const TEXT = '周末一起去湖边看日出吧';

const grades = (flood: Flood, count: number, spoken: (k: number) => Partial<Spoken>): Grade[] =>
  Array.from({ length: count }, (_, k) => {
    const base = { room: 'r', person: 'p', address: 'a', text: `你好${k}`, at: 1_000 + k };
    return flood.read({ ...base, ...spoken(k) }).grade;
  });

const firstOf = (list: Grade[], grade: Grade): number => list.indexOf(grade);

test('one person who goes on is slowed down, then held, then muted for ten minutes', () => {
  const flood = new Flood({ ...OFF, person: 5 });
  const list = grades(flood, 25, () => ({}));
  expect([list.slice(0, 5), firstOf(list, 'slow'), firstOf(list, 'hold'), firstOf(list, 'mute')]).toEqual([
    Array(5).fill('pass'),
    5,
    10,
    20,
  ]);
  const at = 1_000 + 24;
  expect([flood.mutedMs('p', at), flood.mutedMs('q', at), flood.mutedMs('p', at + 600_000)]).toEqual([
    600_000, 0, 0,
  ]);
});

test('how much one may still say is told before it bites', () => {
  const flood = new Flood({ ...OFF, person: 5 });
  expect(flood.allowance('p', 1_000)).toEqual({ left: 5, renewMs: 0 });
  grades(flood, 4, () => ({}));
  expect(flood.allowance('p', 1_010)).toEqual({ left: 1, renewMs: 12_000 });
  expect(
    firstOf(
      grades(flood, 3, () => ({})),
      'slow',
    ),
  ).toBe(1);
  expect(flood.allowance('p', 1_020)).toEqual({ left: 0, renewMs: 12_000 });
  expect(new Flood(OFF).allowance('p', 0)).toBeUndefined();
});

test('an address and a room are never muted for what many do: they are slowed and held, or slowed', () => {
  const each = (k: number): Partial<Spoken> => ({ person: `p${k}` });
  expect(grades(new Flood({ ...OFF, address: 5 }), 40, each)).not.toContain('mute');
  expect(grades(new Flood({ ...OFF, address: 5 }), 40, each)).toContain('hold');
  expect(new Set(grades(new Flood({ ...OFF, room: 5 }), 40, each))).toEqual(new Set(['pass', 'slow']));
});

test('near-duplicates of many persons are slowed, then held; the one who says them all is muted', () => {
  const disguised = (k: number): string => `${TEXT}${'🎈🎉✨'[k % 3]}${k}`;
  const many = grades(new Flood({ ...OFF, alike: 4 }), 30, (k) => ({ person: `p${k}`, text: disguised(k) }));
  expect([firstOf(many, 'slow'), firstOf(many, 'hold'), firstOf(many, 'mute')]).toEqual([4, 8, -1]);
  const one = grades(new Flood({ ...OFF, alike: 4 }), 30, (k) => ({ text: disguised(k) }));
  expect(firstOf(one, 'mute')).toBe(16);
});

test('the same over several rooms is held, though no room has many', () => {
  const flood = new Flood({ ...OFF, alikeRooms: 6 });
  const list = grades(flood, 12, (k) => ({ room: `r${k}`, person: `p${k}`, text: TEXT }));
  expect(firstOf(list, 'hold')).toBe(6);
});

test('a chorus of short cheers, and talk about the same thing, is no flood', () => {
  const flood = new Flood({ ...OFF, alike: 3, alikeRooms: 3 });
  const said = [
    '666666',
    '哈哈哈哈',
    '主播加油',
    '今天的湖水真清澈啊',
    '湖边的日出几点开始',
    '周末打算去爬山吗',
  ];
  expect(new Set(grades(flood, 60, (k) => ({ person: `p${k}`, text: said[k % 3] as string })))).toEqual(
    new Set(['pass']),
  );
  expect(new Set(grades(flood, 3, (k) => ({ person: `p${k}`, text: said[3 + k] as string })))).toEqual(
    new Set(['pass']),
  );
});

test('a sudden crowd of new accounts is held, and old accounts among them are not', () => {
  const flood = new Flood({ ...OFF, newcomers: 5 });
  const list = grades(flood, 10, (k) => ({ person: `p${k}`, accountMs: 60_000 }));
  expect(firstOf(list, 'hold')).toBe(5);
  expect(
    flood.read({ room: 'r', person: 'old', address: '', text: '你好', at: 1_050, accountMs: 1e12 }).grade,
  ).toBe('pass');
  // Where most who speak have been here for long, some new ones are no crowd.
  const calm = new Flood({ ...OFF, newcomers: 5 });
  const mixed = grades(calm, 40, (k) => ({ person: `p${k}`, accountMs: k % 3 === 0 ? 60_000 : 1e12 }));
  expect(mixed).not.toContain('hold');
});

test('windows slide: what was said a minute ago no longer counts', () => {
  const rates = new Rates(1_000, 10);
  for (let k = 0; k < 4; k++) rates.add('a', 500);
  expect(rates.add('a', 999)).toBe(5);
  expect(rates.add('a', 1_500)).toBeCloseTo(3.5);
  expect(rates.add('a', 3_000)).toBe(1);
});

test('memory is bounded by keys and groups', () => {
  const rates = new Rates(1_000, 100);
  for (let k = 0; k < 1_000; k++) rates.add(`k${k}`, k);
  expect(rates.size).toBe(100);
  const groups = new AlikeGroups(60_000, 50);
  for (let k = 0; k < 500; k++) {
    const text = Array.from({ length: 12 }, (_, i) =>
      String.fromCharCode(0x4e00 + ((k * 37 + i * 101) % 9_000)),
    );
    groups.add(text.join(''), 'r', 'p', k);
  }
  expect(groups.size).toBeLessThanOrEqual(50);
});

test('a sketch sees through counters, signs and one character swapped, and keeps other texts apart', () => {
  const of = (text: string) => sketchOf(text) as NonNullable<ReturnType<typeof sketchOf>>;
  const like = (a: string, b: string): number => likeness(of(a), of(b));
  expect(like(TEXT, `${TEXT} 12345 🎈`)).toBe(1);
  expect(
    like('老师今天讲的内容非常清楚大家都听懂了', '老师今天讲的内容非常明白大家都听懂了'),
  ).toBeGreaterThan(0.4);
  expect(like(TEXT, '这道题的答案应该选第三个')).toBeLessThan(0.3);
  expect(sketchOf('好看好看')).toBeUndefined();
});

describe('a flood machine', () => {
  const machine = { messages: 20, alike: 10, rooms: 3, termMs: 600_000 };
  const flood = (): Flood => new Flood({ ...OFF, machine });
  /** Says near-duplicates in turn in so many rooms, ten a second. */
  const says = (one: Flood, count: number, rooms: number, text = TEXT, from = 0): Grade[] =>
    Array.from(
      { length: count },
      (_, k) =>
        one.read({
          room: `r${k % rooms}`,
          person: 'm',
          address: 'a',
          text: `${text}${k}`,
          at: from + 100 * k,
        }).grade,
    );

  test('is who says many near-duplicates in several rooms, and nobody with less of any', () => {
    expect(firstOf(says(flood(), 40, 3), 'machine')).toBe(20);
    expect(says(flood(), 60, 2)).not.toContain('machine');
    expect(says(flood(), 20, 3)).not.toContain('machine');
    const various = Array.from({ length: 60 }, (_, k) => k);
    const other = flood();
    const grades = various.map(
      (k) => other.read({ room: `r${k % 3}`, person: 'm', address: 'a', text: `好${k}`, at: 100 * k }).grade,
    );
    expect(grades).not.toContain('machine');
  });

  test('is one with whatever it says until its term is over, which no message prolongs; others are not', () => {
    const one = flood();
    says(one, 21, 3);
    const read = (text: string, at: number, person = 'm') =>
      one.read({ room: 'r9', person, address: 'a', text, at });
    expect(read('你好', 302_000)).toEqual({ grade: 'machine', rule: 'machine', waitMs: 300_000 });
    expect(read(`${TEXT}1`, 302_000, 'q').grade).toBe('pass');
    expect(read('你好', 602_000).grade).toBe('pass');
  });

  test('is muted in the open where it goes on after it was told, and taken for a person once a person says so', () => {
    const one = flood();
    says(one, 21, 3);
    expect(new Set(says(one, 40, 3, TEXT, 700_000))).toEqual(new Set(['pass', 'mute']));
    one.lift('m');
    expect(one.mutedMs('m', 710_000)).toBe(0);
    expect(one.read({ room: 'r', person: 'm', address: 'a', text: '你好', at: 900_000 }).grade).toBe('pass');
  });
});
