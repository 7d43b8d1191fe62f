import { afterAll, describe, expect, test } from 'vitest';
import { Across } from '../across/across.ts';
import { type Lexicon, LexiconError, MAX_ALL_UNITS, MAX_TERM_UNITS, MAX_TERMS } from '../lexicon/term.ts';
import { term } from '../testing/terms.ts';
import { Builder, SupersededError } from './background.ts';
import { compile } from './compile.ts';
import { Engine } from './engine.ts';
import { give, giveBack, memoryFor, release, take } from './handover.ts';
import { SideProcess } from './sideProcess.ts';

const builder = new Builder();
afterAll(() => builder.close());

const TEXT = 'term,category,context\n蓝鲸币,test,\n上台,test,上台阶|在上台\n';
const lexicon = (...terms: string[]): Lexicon => ({ version: '7', terms: terms.map((text) => term(text)) });

describe('a lexicon compiled in the background', () => {
  test('finds what its text says, contexts heard', async () => {
    const engine = await builder.build(TEXT);
    expect(engine.check('买蓝 鲸币').hits).toMatchObject([{ term: '蓝鲸币', category: 'test', start: 1 }]);
    expect(engine.check('上台阶').hits).toEqual([]);
    expect(engine.check('他上台').hits).toHaveLength(1);
  });

  test('is the same as one compiled here, whatever it takes to hand it over', async () => {
    const many = lexicon(...Array.from({ length: 2_500 }, (_, i) => `蓝鲸${i}币`));
    const engine = await builder.build(many);
    const here = compile(many);
    expect({ ...engine.compiled, buildMs: 0 }).toEqual({ ...here, buildMs: 0 });
    expect(engine.bytes).toBe(here.bytes);
  });

  test('lies in one memory of its own', () => {
    const compiled = compile(lexicon('蓝鲸币', '云雀秒返'));
    const taken = take(structuredClone(give(compiled)));
    expect(taken).toEqual(compiled);
    expect(
      new Set([taken.plain.symbol.buffer, taken.terms.term.units.buffer, taken.starts?.chars.buffer]).size,
    ).toBe(1);
    expect(taken.plain.symbol.buffer).not.toBe(compiled.plain.symbol.buffer);
  });

  test('is put where one was that was given back, and nobody reads the old one there', async () => {
    const before = await builder.build(lexicon('蓝鲸币', '云雀秒返'));
    const across = new Across(before);
    const memory = before.compiled.plain.symbol.buffer;
    release(before.compiled);
    const after = await builder.build(lexicon('星河票', '云雀秒返'));
    expect(after.compiled.plain.symbol.buffer).toBe(memory);
    expect(after.check('买星 河票').hits).toMatchObject([{ term: '星河票' }]);
    expect(() => before.check('蓝鲸币')).toThrow('given back');
    expect(() => across.read({ room: 'r', person: 'p', id: '1', text: '蓝', at: 0 })).toThrow('given back');
    release(after.compiled);
  });

  test('is not put where it has no room, nor where another one is being put', async () => {
    const small = await builder.build(lexicon('蓝鲸币'));
    const memory = small.compiled.plain.symbol.buffer;
    expect(memory).toBeInstanceOf(SharedArrayBuffer);
    release(small.compiled);
    const many = lexicon(...Array.from({ length: 2_500 }, (_, i) => `蓝鲸${i}币`));
    const other = new Builder();
    const [one, two] = await Promise.all([builder.build(many), other.build(lexicon('星河票'))]);
    await other.close();
    expect(one.compiled.plain.symbol.buffer).not.toBe(memory);
    expect(two.compiled.plain.symbol.buffer).not.toBe(one.compiled.plain.symbol.buffer);
    expect(one.check('蓝鲸7币').hits).toHaveLength(1);
    expect(two.check('星河票').hits).toHaveLength(1);
  });

  test('comes in memory that is counted once several are held', () => {
    const memories = Array.from({ length: 5 }, () => memoryFor(1_000));
    expect(memories.at(-1)).toBeInstanceOf(ArrayBuffer);
    for (const memory of memories) giveBack(memory);
  });

  test('that is too large for memory comes by disk', async () => {
    const full = new URL('../testing/full.child.ts', import.meta.url);
    const side = new SideProcess<string[], string>(full, (why) => new Error(why));
    const compiled = await side.build(['蓝鲸币']);
    expect(new Engine(compiled).check('蓝鲸币').hits).toHaveLength(1);
    await side.close(new Error('over'));
  });

  test('of a process that ends fails, and the next one is built', async () => {
    const side = new SideProcess<string[], string>(
      new URL('../testing/ending.child.ts', import.meta.url),
      (why) => new Error(why),
    );
    const [first, second] = await Promise.allSettled([side.build(['end']), side.build(['蓝鲸币'])]);
    expect(first).toMatchObject({ reason: { message: 'The process for lexicons has ended' } });
    expect(second.status).toBe('rejected');
    const compiled = await side.build(['星河']);
    expect(new Engine(compiled).check('星河').hits).toHaveLength(1);
    await side.close(new Error('over'));
  });

  test('that cannot be read says where, and the next one is built', async () => {
    const wrong = await builder.build('term,severity\n蓝鲸币,9\n').catch((why: unknown) => why);
    expect(wrong).toBeInstanceOf(LexiconError);
    expect(wrong).toMatchObject({ at: 2 });
    expect((await builder.build(lexicon('星河'))).check('星河').hits).toHaveLength(1);
  });

  test('waits its turn, and gives it up to a newer one', async () => {
    const [one, two, three] = await Promise.allSettled([
      builder.build(lexicon('甲甲')),
      builder.build(lexicon('乙乙')),
      builder.build(lexicon('丙丙')),
    ]);
    expect(one).toMatchObject({ status: 'fulfilled' });
    expect(two).toMatchObject({ status: 'rejected', reason: expect.any(SupersededError) });
    expect(three.status === 'fulfilled' && three.value.check('丙丙').hits).toHaveLength(1);
  });

  test('is given up when the builder closes', async () => {
    const closing = new Builder();
    const builds = [closing.build(lexicon('甲甲')), closing.build(lexicon('乙乙'))];
    const settled = Promise.allSettled(builds);
    await closing.close();
    for (const each of await settled)
      expect(each).toMatchObject({ status: 'rejected', reason: expect.any(SupersededError) });
    await expect(closing.build(lexicon('甲甲'))).rejects.toThrow(SupersededError);
  });
});

describe('a lexicon beyond its bounds is refused, with the bound', () => {
  const long = 'x'.repeat(MAX_TERM_UNITS + 1);
  test.each([
    ['terms', Array.from({ length: MAX_TERMS + 1 }, () => term('a')), String(MAX_TERMS)],
    ['a term', [term(long)], String(MAX_TERM_UNITS)],
    ['a context', [term('a', { context: [long] })], String(MAX_TERM_UNITS)],
    ['a category', [term('a', { category: long })], '64'],
    ['categories', Array.from({ length: 1_001 }, (_, i) => term('a', { category: `c${i}` })), '1000'],
    [
      'characters in all',
      Array.from({ length: MAX_ALL_UNITS / 64 + 1 }, () => term('y'.repeat(64))),
      String(MAX_ALL_UNITS),
    ],
  ])('%s', (_, terms, bound) => {
    expect(() => compile({ version: '', terms })).toThrow(LexiconError);
    expect(() => compile({ version: '', terms })).toThrow(bound);
  });
});
