import { describe, expect, test } from 'vitest';
import { engineOf, seeded, term } from '../testing/terms.ts';

describe('a hit', () => {
  test('gives way to an allow term over it', () => {
    const engine = engineOf(['上台', term('一起上', { kind: 'allow' })]);
    expect(engine.check('一起上台北').hits).toEqual([]);
    expect(engine.check('他上台了').hits).toHaveLength(1);
  });

  test('gives way to its own context in other spellings of it, and not where something is put between', () => {
    const engine = engineOf([term('红鸟', { context: ['大红鸟飞'] })]);
    for (const text of ['大红鸟飞', '大紅鳥飛', '看大红鸟飛啊']) expect(engine.check(text).hits).toEqual([]);
    for (const text of ['大 红 鸟 飞', '大红鸟,飞', '大紅鳥', '红鸟 大红鸟飛'])
      expect(engine.check(text).hits.map((hit) => hit.term)).toEqual(['红鸟']);
  });

  test('gives way to its own context and to no other term’s', () => {
    const engine = engineOf([term('上台', { context: ['上台阶'] }), '台阶']);
    expect(engine.check('上台阶').hits.map((hit) => hit.term)).toEqual(['台阶']);
  });

  test('is refused where it stands as it is, and held where it is guessed', () => {
    const engine = engineOf(['蓝鲸币']);
    expect(engine.check('蓝鲸币').verdict).toBe('refuse');
    expect(engine.check('蓝 鲸 币')).toMatchObject({ verdict: 'refuse', hits: [{ stages: ['filler'] }] });
    expect(engine.check('蓝精币')).toMatchObject({ verdict: 'hold', hits: [{ stages: ['homophone'] }] });
    expect(engine.check('币鲸蓝')).toMatchObject({ verdict: 'hold', hits: [{ stages: ['reversed'] }] });
  });

  test('is held where the term is mild', () => {
    expect(engineOf([term('蓝鲸币', { severity: 1 })]).check('蓝鲸币').verdict).toBe('hold');
  });

  test('needs no stage that the term does not allow', () => {
    const engine = engineOf([term('蓝鲸币', { stages: 0 })]);
    expect(engine.check('蓝鲸币').hits).toHaveLength(1);
    expect(engine.check('蓝 鲸 币').hits).toEqual([]);
  });

  test('counts from `from` to before `to`', () => {
    const engine = engineOf([term('蓝鲸币', { from: 1_000, to: 2_000 })]);
    expect([999, 1_000, 1_999, 2_000].map((now) => engine.check('蓝鲸币', now).hits.length)).toEqual([
      0, 1, 1, 0,
    ]);
  });

  test('is none where two clauses meet by chance', () => {
    const engine = engineOf(['上台']);
    expect(engine.check('我在楼上。台北见').hits).toEqual([]);
    expect(engine.check('上。台').hits).toHaveLength(1);
  });

  test('is never added by an allow term', () => {
    const random = seeded(5);
    const letters = 'ab上台北起';
    const some = (most: number): string =>
      Array.from(
        { length: 1 + Math.floor(random() * most) },
        () => letters[Math.floor(random() * letters.length)],
      ).join('');
    for (let k = 0; k < 60; k++) {
      const terms = [some(3), some(3)];
      const without = engineOf(terms);
      const allowed = engineOf([...terms, term(some(3), { kind: 'allow' })]);
      const text = some(12);
      const key = ({ term: found, start, end }: { term: string; start: number; end: number }): string =>
        `${found} ${start} ${end}`;
      const before = new Set(without.check(text).hits.map(key));
      for (const hit of allowed.check(text).hits) expect(before).toContain(key(hit));
    }
  });
});

describe('whatever is written', () => {
  const engine = engineOf(['蓝鲸币', 'abc', '13700137019', '青云盘口', '🎲x']);

  test.each([
    ['lone surrogates', '\ud800\udc00\udfff\ud83d 蓝鲸币 \ud800'],
    ['100,000 combining marks', `蓝${'\u0336'.repeat(100_000)}鲸币`],
    ['10 MB of one character', '蓝'.repeat(5_000_000)],
    ['every unit', Array.from({ length: 65_536 }, (_, code) => String.fromCharCode(code)).join('')],
    ['nothing', ''],
    ['what is written out long', '\ufdfa'.repeat(1_000)],
  ])('%s is read to the end', (_, text) => {
    expect(['pass', 'hold', 'refuse']).toContain(engine.check(text).verdict);
  });

  test.each([
    ['half of a pair', '\ud800'],
    ['its other half', '\udc00'],
    ['private use', '\ue000'],
    ['private use, far planes', '\u{f0000}'],
    ['unassigned', '\u0378'],
    ['no character', '\uffff'],
  ])('%s between characters hides no term', (_, between) => {
    const text = `说蓝${between}鲸币`;
    expect(engine.check(text).hits).toEqual([
      expect.objectContaining({ start: 1, end: text.length, stages: ['invisible'] }),
    ]);
  });

  test('hits name units of the text, surrogates counted', () => {
    expect(engine.check('🎲🎲蓝🎲鲸币').hits).toMatchObject([{ start: 4, end: 9 }]);
  });
});
