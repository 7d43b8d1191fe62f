import { readFileSync } from 'node:fs';
import { beforeAll, describe, expect, test } from 'vitest';
import { characters } from '../data/characters.ts';
import { parseLexicon } from '../lexicon/parse.ts';
import { SPELLINGS, stageBit } from '../stage.ts';
import { neutralMessages } from '../testing/neutral.ts';
import { pick, seeded, term } from '../testing/terms.ts';
import { compile } from './compile.ts';
import { Engine } from './engine.ts';
import type { Hit } from './verdict.ts';

/** Share of neutral messages that may be hit. */
const MOST = 0.001;
const LEAST_MESSAGES = 50_000;
const INVENTED_TERMS = 10_000;
/** Characters in use that invented terms are drawn from, and how long the terms are. */
const CHARACTERS = 2_000;
const LENGTHS = [2, 3, 3, 3, 4, 4, 4, 4, 5, 6];

/** Whether a text has the term as it is, in whatever spelling: no false hit. */
const isWritten = ({ stages }: Hit): boolean => stages.every((stage) => (stageBit(stage) & SPELLINGS) !== 0);

describe('neutral messages', () => {
  let messages: string[];

  beforeAll(() => {
    messages = neutralMessages();
  });

  const falseHits = (engine: Engine): string[] =>
    messages.flatMap((text) => {
      const { hits, verdict } = engine.check(text);
      const wrong = hits.filter((hit) => !isWritten(hit));
      if (wrong.length === 0 && (verdict === 'pass' || hits.length > 0)) return [];
      return [`${text} → ${wrong.map(({ term, stages }) => `${term} by ${stages}`).join('; ') || verdict}`];
    });

  test('are many', () => {
    expect(messages.length).toBeGreaterThanOrEqual(LEAST_MESSAGES);
  });

  test('are left alone by the sample lexicon', () => {
    const sample = readFileSync(new URL('../sample.csv', import.meta.url), 'utf8');
    const wrong = falseHits(new Engine(compile(parseLexicon(sample))));
    expect(wrong.length / messages.length, wrong.slice(0, 20).join('\n')).toBeLessThanOrEqual(MOST);
  });

  test('are left alone by 10,000 invented terms', () => {
    const wrong = falseHits(new Engine(compile({ version: '1', terms: inventedFrom(messages) })));
    expect(wrong.length / messages.length, wrong.slice(0, 20).join('\n')).toBeLessThanOrEqual(MOST);
  });
});

/** Terms of the characters that the messages themselves use most, in simplified spelling. */
function inventedFrom(messages: readonly string[]) {
  const uses = new Map<string, number>();
  for (const text of messages)
    for (const char of text.match(/\p{Script=Han}/gu) ?? []) uses.set(char, (uses.get(char) ?? 0) + 1);
  const { simple } = characters();
  const common = [...uses]
    .filter(([char]) => char.length === 1 && !simple.has(char))
    .sort((a, b) => b[1] - a[1])
    .slice(0, CHARACTERS)
    .map(([char]) => char);
  const random = seeded(7);
  const texts = new Set<string>();
  while (texts.size < INVENTED_TERMS)
    texts.add(Array.from({ length: pick(random, LENGTHS) }, () => pick(random, common)).join(''));
  return [...texts].map((text) => term(text));
}
