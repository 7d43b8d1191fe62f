import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { foldOf, SKIP_FILLER, SKIP_INVISIBLE } from '../normalise/fold.ts';
import { View } from '../normalise/view.ts';
import { ALL_STAGES, BIT, GUESSED } from '../stage.ts';
import { holds } from '../testing/holds.ts';
import { engineOf, term } from '../testing/terms.ts';
import type { Hit } from './verdict.ts';

const RUNS = process.env['WEIR_TEST_FULL'] ? 5_000 : 300;

/** What texts and terms are made of: characters that stages change, join, skip or guess at, and torn pairs. */
const PIECES = [
  ...'蓝鲸币藍鯨幣篮精比上台北一起青云盘口弓虽力口abcxyzABC０１二③❤🎲🐳ⓐ🅰аο·. ,。\n|1l0o@$',
  'lan',
  'jing',
  'bi',
  '\u200b',
  '\u0301',
  '\ufe0f',
  '\u{e0100}',
  '\ud83d',
  '\udc27',
  '\ufdfa',
  '㍍',
  '⼒',
  '13700137019',
  'qzvex点com',
];
const text = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.array(fc.constantFrom(...PIECES), { maxLength: 40 }).map((all) => all.join('')),
  },
  {
    weight: 1,
    arbitrary: fc
      .array(fc.integer({ min: 0, max: 0xffff }), { maxLength: 60 })
      .map((all) => String.fromCharCode(...all)),
  },
  { weight: 1, arbitrary: fc.string({ unit: 'binary', maxLength: 60 }) },
);
const word = fc
  .array(fc.constantFrom(...'蓝鲸币上台北青云盘口强加abcxyz0123'), { minLength: 1, maxLength: 4 })
  .map((all) => all.join(''));
const words = fc.uniqueArray(word, { minLength: 1, maxLength: 6 });

const placeOf = ({ term: found, start, end, stages }: Hit): string => `${found} ${start} ${end} ${stages}`;
const isTorn = (of: string, at: number): boolean =>
  at > 0 &&
  at < of.length &&
  /[\ud800-\udbff]/.test(of.charAt(at - 1)) &&
  /[\udc00-\udfff]/.test(of.charAt(at));

describe('normalisation with a map back', () => {
  test.each(['plain', 'number', 'leet'] as const)(
    'gives of each place what stands there, read as %s',
    (reading) => {
      const fold = foldOf(ALL_STAGES, reading);
      holds(
        fc.property(text, (written) => {
          const view = new View(fold, false).read(written);
          const again = new View(fold, false);
          let from = 0;
          let symbols = 0;
          for (let u = 0; u < view.length; u++) {
            const start = view.start[u] as number;
            const end = view.end[u] as number;
            // Several symbols of one character share its place.
            if (u > 0 && start === view.start[u - 1]) continue;
            expect(start).toBeGreaterThanOrEqual(from);
            expect(end).toBeGreaterThan(start);
            // Between two places stands nothing but what is skipped.
            for (const char of written.slice(from, start))
              expect([SKIP_FILLER, SKIP_INVISIBLE]).toContain(
                fold.point(char.codePointAt(0) as number).charCodeAt(0),
              );
            again.read(written.slice(start, end));
            for (let k = 0; k < again.length; k++, symbols++)
              expect(view.symbol[u + k]).toBe(again.symbol[k]);
            from = end;
          }
          expect(symbols).toBe(view.length);
        }),
        RUNS,
      );
    },
  );

  test('a run of one character folds into one symbol that covers it', () => {
    holds(
      fc.property(text, (written) => {
        const apart = new View(foldOf(ALL_STAGES), false).read(written);
        const together = new View(foldOf(ALL_STAGES), true).read(written);
        let u = 0;
        for (let k = 0; k < together.length; k++)
          for (let run = together.run[k] as number; run > 0; run--, u++) {
            expect(apart.symbol[u]).toBe(together.symbol[k]);
            expect(apart.start[u]).toBeGreaterThanOrEqual(together.start[k] as number);
            expect(apart.end[u]).toBeLessThanOrEqual(together.end[k] as number);
          }
        expect(u).toBe(apart.length);
      }),
      RUNS,
    );
  });
});

test('without stages an engine finds what a plain search finds, and nothing else', () => {
  holds(
    fc.property(words, text, (terms, written) => {
      const naive: string[] = [];
      for (const one of terms)
        for (let at = written.indexOf(one); at >= 0; at = written.indexOf(one, at + 1))
          naive.push(`${one} ${at} ${at + one.length} `);
      expect(engineOf(terms, 0).check(written).hits.map(placeOf).sort()).toEqual(naive.sort());
    }),
    RUNS,
  );
});

test('with every stage on, what a plain search finds is found', () => {
  holds(
    fc.property(words, text, (terms, written) => {
      const places = engineOf(terms)
        .check(written)
        .hits.map(({ term: found, start, end }) => `${found} ${start} ${end}`);
      for (const one of terms)
        for (let at = written.indexOf(one); at >= 0; at = written.indexOf(one, at + 1))
          expect(places).toContain(`${one} ${at} ${at + one.length}`);
    }),
    RUNS,
  );
});

/** Few characters, so that terms stand over one another, backwards, in other readings, and allow terms over parts. */
const NARROW = ['蓝币上', '蓝币上.。', '1a0!|$@', '1加蓝币一点+', '蓝鲸币篮精比'];
const from = (chars: string, most: number) =>
  fc.array(fc.constantFrom(...chars), { minLength: 1, maxLength: most }).map((all) => all.join(''));
const narrow = fc.constantFrom(...NARROW).chain((chars) => {
  const one = from(chars.replace(/[.。!|$@点+]/g, ''), 3);
  return fc.tuple(fc.uniqueArray(one, { minLength: 1, maxLength: 3 }), one, from(chars, 12));
});

type Place = { start: number; end: number };
const overlaps = (a: Place, b: Place): boolean => a.start < b.end && b.start < a.end;

test('an allow term never adds a hit, and takes away what it overlaps and nothing else', { retry: 0 }, () => {
  const check = ([terms, allowed, text]: [string[], string, string]): void => {
    const before = engineOf(terms).check(text).hits;
    const { hits } = engineOf([...terms, term(allowed, { kind: 'allow' })]).check(text);
    const seen = new Set(before.map(placeOf));
    for (const hit of hits) expect(seen).toContain(placeOf(hit));
    const left = new Set(hits.map(placeOf));
    const allowing = engineOf([allowed], ALL_STAGES & ~GUESSED).check(text).hits;
    for (const hit of before)
      if (!left.has(placeOf(hit))) expect(allowing.some((one) => overlaps(one, hit))).toBe(true);
    const written = allowing.filter(({ stages }) => stages.length === 0);
    for (const hit of hits) expect(written.filter((one) => overlaps(one, hit))).toEqual([]);
  };
  holds(fc.property(fc.tuple(words, word, text), check), RUNS);
  holds(fc.property(narrow, check), RUNS);
});

test.each([
  ['一1', '一一1', 1, []],
  ['一1', '一一', 0, ['numeral']],
  ['一1加油', '一1加油', 0, []],
  ['一1加油', '一一加油', 0, ['numeral']],
])(
  'numerals that are one symbol are held against those of %s one by one: %s',
  (one, written, start, stages) => {
    const hits = engineOf([one])
      .check(written)
      .hits.filter((hit) => hit.end - hit.start === one.length);
    expect(hits.map((hit) => [hit.start, hit.stages])).toEqual([[start, stages]]);
  },
);

test.each([
  ['a plainer hit of the same term', ['币上蓝'], '蓝币', '蓝币上蓝上币蓝'],
  ['a hit with a filler in it', ['蓝鲸蓝'], '上蓝', '上蓝鲸蓝鲸.蓝'],
  ['letters that leetspeak would be read for', ['1'], 'a', 'a!'],
  ['digits that numerals would be read for', ['蓝币'], '1', '蓝点币一'],
  ['a listed contact', ['找我加微信abc12345'], '找我', '找我加微信abc12345'],
])('an allow term that explains %s away brings nothing out', (_, terms, allowed, written) => {
  const before = new Set(engineOf(terms).check(written).hits.map(placeOf));
  const { hits } = engineOf([...terms, term(allowed, { kind: 'allow' })]).check(written);
  for (const hit of hits) expect(before).toContain(placeOf(hit));
});

test('any text is judged, and a hit’s ends lie between characters', () => {
  const engine = engineOf([
    '蓝鲸币',
    '上台',
    '青云盘口',
    'abc',
    '🎲x',
    '13700137019',
    'qzvex.com',
    '强',
    '加微信',
  ]);
  const off = engineOf(['蓝鲸币', 'abc'], BIT.filler | BIT.repeat | BIT.column | BIT.reversed);
  holds(
    fc.property(text, (written) => {
      for (const one of [engine, off]) {
        const { verdict, hits } = one.check(written);
        expect(['pass', 'hold', 'refuse']).toContain(verdict);
        for (const { start, end } of hits) {
          expect(start).toBeLessThan(end);
          expect(end).toBeLessThanOrEqual(written.length);
          expect(isTorn(written, start) || isTorn(written, end)).toBe(false);
        }
      }
    }),
    3 * RUNS,
  );
});

test('what is guessed is held at most, whatever it says', () => {
  const engine = engineOf(['蓝鲸币', '青云盘口', '加微信'].map((one) => term(one, { severity: 3 })));
  holds(
    fc.property(text, (written) => {
      const { verdict, hits } = engine.check(written);
      const sure = hits.some(
        ({ stages, contact }) =>
          stages.every((stage) => (BIT[stage] & GUESSED) === 0) && contact === undefined,
      );
      if (!sure) expect(verdict).not.toBe('refuse');
    }),
    RUNS,
  );
});
