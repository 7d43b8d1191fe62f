import { readFileSync } from 'node:fs';
import { beforeAll, describe, expect, test } from 'vitest';
import { parseLexicon } from '../lexicon/parse.ts';
import { SPELLINGS, stageBit } from '../stage.ts';
import { inventedTerms, neutralMessages } from '../testing/neutral.ts';
import { compile } from './compile.ts';
import { Engine } from './engine.ts';
import type { Hit } from './verdict.ts';

/** Share of neutral messages that may be hit. */
const MOST = 0.001;
const LEAST_MESSAGES = 50_000;
const PATIENCE_MS = 180_000;

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

  test(
    'are left alone by the sample lexicon',
    () => {
      const sample = readFileSync(new URL('../sample.csv', import.meta.url), 'utf8');
      const wrong = falseHits(new Engine(compile(parseLexicon(sample))));
      expect(wrong.length / messages.length, wrong.slice(0, 20).join('\n')).toBeLessThanOrEqual(MOST);
    },
    PATIENCE_MS,
  );

  test(
    'are left alone by 10,000 invented terms',
    () => {
      const wrong = falseHits(new Engine(compile({ version: '1', terms: inventedTerms(messages) })));
      expect(wrong.length / messages.length, wrong.slice(0, 20).join('\n')).toBeLessThanOrEqual(MOST);
    },
    PATIENCE_MS,
  );
});
