import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { compileKernel } from '../../../bin/compileKernel.ts';
import { compile } from '../engine/compile.ts';
import { Engine } from '../engine/engine.ts';
import { kernelFor } from '../engine/kernelFor.ts';
import { Sieve } from '../guess/sieve.ts';
import { Surroundings } from '../guess/surroundings.ts';
import { foldOf } from '../normalise/fold.ts';
import { View } from '../normalise/view.ts';
import { ALL_STAGES } from '../stage.ts';
import { neutralMessages } from '../testing/neutral.ts';
import { pick, seeded, term } from '../testing/terms.ts';
import { Kernel } from './kernel.ts';

const CHARACTERS = [
  ...'蓝鲸币星河会所银狐筹码青云盘口红桃牌局鹿角粉白鹭烟雪松丸橙海贷竹影返利重行长弓虽女子木',
];
const random = seeded(47);
const draw = (length: number): string => Array.from({ length }, () => pick(random, CHARACTERS)).join('');
/** Enough starts that the sieve asks for three. */
const terms = [...new Set(Array.from({ length: 6_000 }, () => draw(2 + Math.floor(random() * 3))))];
const compiled = compile({ version: '1', terms: [...terms, 'qzvex'].map((one) => term(one)) });
const { near, starts } = compiled;
const fold = foldOf(ALL_STAGES);
const kernel = kernelFor(compiled, fold);
if (!near || !starts || !kernel) throw new Error('there is no kernel');

/** All that is known of a text once it was read. */
function reader(collapse: boolean, by?: typeof kernel) {
  const view = new View(fold, collapse, by);
  const sieve = new Sieve(near as NonNullable<typeof near>, starts as NonNullable<typeof starts>, by);
  const around = new Surroundings();
  return (text: string) => {
    sieve.read(view.read(text), around);
    const { length, glance } = view;
    const at = Array.from({ length }, (_, u) => u);
    return {
      symbols: at.map((u) => [view.symbol[u], view.start[u], view.end[u], view.run[u]]),
      glance: [glance.gaps, glance.letters, glance.numbers, glance.leet, glance.contact, glance.brackets],
      known: at.map((u) => [
        around.one(u),
        around.two(u),
        around.boundAt(u),
        around.isSplit(u),
        around.isStuffing(u),
      ]),
      behind: [around.one(length), around.one(length + 1)],
      listed: Array.from({ length: sieve.length }, (_, k) => `${sieve.place[k]}:${sieve.what[k]}`).sort(),
      odd: [...new Set(sieve.odd.subarray(0, sieve.oddLength))],
      hasRuns: view.hasRuns,
      isStuffed: sieve.isStuffed,
      isIn: view.symbol === kernel?.symbol,
    };
  };
}

const SIGNS = [...'，。 !1６aQｚ㈧①点[]のㄅ丨氵😂👍𝐚🅰𠀀﷽ﷺ\ud83d\udc4d\u200b'];
const written = fc
  .array(
    fc.oneof(
      { weight: 6, arbitrary: fc.constantFrom(...CHARACTERS) },
      { weight: 3, arbitrary: fc.constantFrom(...terms.slice(0, 300)) },
      { weight: 2, arbitrary: fc.constantFrom(...SIGNS) },
      { weight: 1, arbitrary: fc.string({ unit: 'binary', maxLength: 3 }) },
    ),
    { maxLength: 40 },
  )
  .map((parts) => parts.join(''));

describe('the kernel that short texts are read in', () => {
  test('is what its source compiles to', async () => {
    const there = readFileSync(new URL('./kernel.wasm', import.meta.url));
    expect(there.equals(await compileKernel(new URL('./assembly/', import.meta.url)))).toBe(true);
  });

  test.each([true, false])('says what is said without it, repeats as one: %s', (collapse) => {
    const without = reader(collapse);
    const within = reader(collapse, kernel);
    let short = 0;
    const same = (text: string): void => {
      const { isIn, ...found } = within(text);
      const { isIn: _, ...expected } = without(text);
      expect(found, text).toEqual(expected);
      if (isIn && found.symbols.length > 0) short++;
    };
    for (const text of neutralMessages().slice(0, 1_000)) same(text);
    // A long one between, and back.
    for (const length of [62, 63, 64, 65, 66, 500, 3]) same(draw(length));
    fc.assert(fc.property(written, same), { numRuns: 800 });
    expect(short).toBeGreaterThan(1_000);
  });

  test('is shared by engines of one lexicon, and does not disturb what one of them says', () => {
    expect(kernelFor(compiled, fold)).toBe(kernel);
    const other = compile({ version: '2', terms: terms.slice(0, 4_500).map((one) => term(one)) });
    expect(kernelFor(other, fold)).toBeInstanceOf(Kernel);
    expect(kernelFor(other, fold)).not.toBe(kernel);
    const engines = [new Engine(compiled), new Engine(compiled), new Engine(other)];
    const texts = terms.slice(0, 50).map((one) => `我说${one}啊`);
    const alone = engines.map((engine) => texts.map((text) => engine.check(text)));
    const byTurns = texts.map((text) => engines.map((engine) => engine.check(text)));
    expect(engines.map((_, e) => byTurns.map((of) => of[e]))).toEqual(alone);
    expect(alone.flat().filter(({ hits }) => hits.length > 0).length).toBeGreaterThan(100);
  });

  test('is filled anew once the memory of its lexicon was given back, and with all that the next one has', () => {
    const [before, next] = ['a', 'b'].map((version) =>
      compile({ version, terms: terms.slice(version === 'a' ? 500 : 0).map((one) => term(one)) }),
    ) as [typeof compiled, typeof compiled];
    const first = kernelFor(before, fold);
    expect(kernelFor(next, fold)).not.toBe(first);
    const third = compile({ version: 'c', terms: terms.slice(0, 4_500).map((one) => term(one)) });
    before.released = true;
    const texts = terms.slice(0, 100).map((one) => `我说${one}啊`);
    const engine = new Engine(third);
    expect(kernelFor(third, fold)).toBe(first);
    // The same terms in an engine that has a kernel of its own.
    const other = new Engine(compile({ version: 'd', terms: terms.slice(0, 4_500).map((one) => term(one)) }));
    expect(texts.map((text) => engine.check(text))).toEqual(texts.map((text) => other.check(text)));
  });

  test('is not made for a small lexicon', () => {
    expect(kernelFor(compile({ version: '1', terms: [term('蓝鲸币')] }), fold)).toBeUndefined();
  });
});
