import { readFileSync } from 'node:fs';
import { beforeAll, describe, expect, test } from 'vitest';
import { compile } from '../engine/compile.ts';
import { Engine } from '../engine/engine.ts';
import { parseLexicon } from '../lexicon/parse.ts';
import { SPELLINGS, stageBit } from '../stage.ts';
import { inventedTerms, neutralMessages } from '../testing/neutral.ts';
import { pick, seeded } from '../testing/terms.ts';
import { Across, type AcrossHit } from './across.ts';

const MOST = 0.001;
const PERSONS = 25;
const SPACING_MS = 400;
/** Messages of a run; with WEIR_TEST_FULL all of them. */
const SAMPLE = process.env['WEIR_TEST_FULL'] ? Number.POSITIVE_INFINITY : 10_000;
const PATIENCE_MS = 180_000;

type Said = { person: string; text: string };

/** The neutral messages as a room hears them: many persons in turn, each message whole. */
function talk(messages: readonly string[]): Said[] {
  const random = seeded(3);
  return messages.map((text) => ({ person: `p${Math.floor(random() * PERSONS)}`, text }));
}

/** The same from a few persons who send a line for every few characters, as people do who type fast. */
function chopped(messages: readonly string[]): Said[] {
  const random = seeded(4);
  return messages
    .filter((_, i) => i % 6 === 0)
    .flatMap((text) => {
      const person = `p${Math.floor(random() * PERSONS)}`;
      const said: Said[] = [];
      for (let at = 0; at < text.length; ) {
        const length = pick(random, [1, 2, 2, 3, 4, 5, 6, 8]);
        said.push({ person, text: text.slice(at, at + length) });
        at += length;
      }
      return said;
    });
}

describe('neutral talk', () => {
  let messages: string[];
  let engines: Record<string, Engine>;

  beforeAll(() => {
    const all = neutralMessages();
    const step = Math.max(1, Math.floor(all.length / SAMPLE));
    messages = all.filter((_, i) => i % step === 0);
    const sample = readFileSync(new URL('../sample.csv', import.meta.url), 'utf8');
    engines = {
      sample: new Engine(compile(parseLexicon(sample))),
      invented: new Engine(compile({ version: '1', terms: inventedTerms(all) })),
    };
  });

  /** A term that is what was said, line breaks aside, is no false hit. */
  const isSaid = ({ stages }: AcrossHit): boolean =>
    stages.every((stage) => stage === 'across' || (stageBit(stage) & SPELLINGS) !== 0);

  test.each([
    ['of whole messages', talk, 'sample', false],
    ['of whole messages', talk, 'invented', false],
    ['line by line', chopped, 'sample', false],
    ['line by line', chopped, 'invented', true],
  ] as const)(
    '%s makes up no term (%#)',
    (_, of, lexicon, saidCounts) => {
      const across = new Across(engines[lexicon] as Engine);
      const said = of(messages);
      const wrong = said.flatMap(({ person, text }, k) => {
        const { hits } = across.read({ room: 'r', person, id: String(k), text, at: k * SPACING_MS });
        const bad = saidCounts ? hits.filter((hit) => !isSaid(hit)) : hits;
        return bad.map(
          (hit) =>
            `${hit.term} by ${hit.stages}: ${hit.parts.map(({ id, start, end }) => said[Number(id)]?.text.slice(start, end)).join(' | ')}`,
        );
      });
      expect(said.length).toBeGreaterThan(9_000);
      expect(wrong.length / said.length, wrong.slice(0, 20).join('\n')).toBeLessThanOrEqual(MOST);
    },
    PATIENCE_MS,
  );
});
