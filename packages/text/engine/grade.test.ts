import { describe, expect, test } from 'vitest';
import type { Term } from '../lexicon/term.ts';
import { ALL_STAGES, BIT } from '../stage.ts';
import { term } from '../testing/terms.ts';
import { compile } from './compile.ts';
import { Engine } from './engine.ts';
import { DEFAULT_THRESHOLDS, scoreOf, type Thresholds } from './verdict.ts';

const engineWith = (terms: readonly Term[], thresholds: Thresholds = DEFAULT_THRESHOLDS): Engine =>
  new Engine(compile({ version: '1', terms }, ALL_STAGES), thresholds);

describe('how grave a hit is', () => {
  const engine = engineWith([term('蓝鲸币'), term('walrex')]);
  const verdicts = (texts: readonly string[]): string[] => texts.map((text) => engine.check(text).verdict);

  test('falls with the number of stages that it took', () => {
    expect(verdicts(['walrex', 'w-a-l-r-e-x', 'w-а-l-r-r-е-x'])).toEqual(['refuse', 'refuse', 'hold']);
  });

  test('falls with their kind: another spelling takes nothing off, taking apart more than fillers', () => {
    expect(verdicts(['藍鯨幣', 'ＷＡＬＲＥＸ', '蓝 鲸 币', '蓝鱼京币', '蓝 鱼京 币'])).toEqual([
      'refuse',
      'refuse',
      'refuse',
      'refuse',
      'hold',
    ]);
    const one = (text: string): number => {
      const { stages } = engine.check(text).hits[0] ?? { stages: [] };
      return scoreOf(
        2,
        stages.reduce((mask, stage) => mask | BIT[stage], 0),
      );
    };
    expect(one('藍鯨幣')).toBeGreaterThan(one('蓝 鲸 币'));
    expect(one('蓝 鲸 币')).toBeGreaterThan(one('蓝鱼京币'));
    expect(one('蓝鱼京币')).toBeGreaterThan(one('蓝精币'));
    expect(one('蓝精币')).toBeGreaterThan(one('币鲸蓝'));
  });

  test('a grave term is refused through more than a mild one', () => {
    const text = 'w-а-l-r-r-е-x';
    expect(engineWith([term('walrex', { severity: 3 })]).check(text).verdict).toBe('refuse');
    expect(engineWith([term('walrex', { severity: 1 })]).check('walrex').verdict).toBe('hold');
  });
});

describe('thresholds', () => {
  const terms = [term('蓝鲸币', { category: 'mild' }), term('青云盘口', { category: 'strict' })];
  const thresholds: Thresholds = {
    ...DEFAULT_THRESHOLDS,
    mild: { hold: 1.9, refuse: 4 },
    strict: { hold: 0, refuse: 1 },
    contact_baiting: { hold: 9, refuse: 9 },
  };
  const engine = engineWith(terms, thresholds);

  test('hold for their category alone', () => {
    expect(engine.check('蓝鲸币').verdict).toBe('hold');
    expect(engine.check('蓝 鲸 币').verdict).toBe('pass');
    expect(engine.check('青 云-盘-口').verdict).toBe('refuse');
    expect(engineWith(terms).check('蓝 鲸 币').verdict).toBe('refuse');
  });

  test('let contacts pass where a provider wants them', () => {
    expect(engine.check('13700137019').verdict).toBe('pass');
    expect(engineWith(terms).check('13700137019').verdict).toBe('hold');
  });
});

describe('what stands over a hit', () => {
  const engine = engineWith([term('上台'), term('一起上台北', { kind: 'allow' })]);

  test('explains it where it is written out, in any spelling', () => {
    expect(engine.check('一起上台北').hits).toEqual([]);
    expect(engine.check('一起上臺北').hits).toEqual([]);
  });

  test('explains nothing that it does not overlap, and nothing where it is disguised itself', () => {
    expect(engine.check('一起上台北，他上台了').hits).toMatchObject([{ start: 7, end: 9 }]);
    expect(engine.check('一.起.上台.北').hits).toHaveLength(1);
  });

  test('explains a contact, such as one’s own hotline', () => {
    const hotline = engineWith([term('400-137-0192', { kind: 'allow' })]);
    expect(hotline.check('请拨400-137-0192').hits).toEqual([]);
    expect(hotline.check('请拨400-137-0193').hits).toHaveLength(1);
  });
});
