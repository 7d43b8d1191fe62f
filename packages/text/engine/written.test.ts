import { describe, expect, test } from 'vitest';
import { inventedTerms, neutralMessages } from '../testing/neutral.ts';
import { engineOf } from '../testing/terms.ts';
import { readWritten } from '../testing/written.ts';

/** Lists of evasions, the least they hold, and the share that is found exactly where it stands. */
const LISTS = [
  ['as people write them', 'written.tsv', 300, 0.92],
  ['drawn from tables that others published (NOTICE)', 'unseen.tsv', 150, 0.88],
] as const;

const crowd = inventedTerms(neutralMessages());

describe.each(LISTS)('evasions %s', (_, name, least, recall) => {
  const written = readWritten(name);
  const meant = [...new Set(written.map(({ term }) => term))];

  test.each([
    ['by themselves', meant],
    ['in a lexicon of 10,000 terms more', [...crowd, ...meant]],
  ] as const)('are found where they stand, their terms %s', (_, terms) => {
    const engine = engineOf(terms);
    const missed = written.filter(
      ({ term, text, start, end }) =>
        !engine.check(text).hits.some((hit) => hit.term === term && hit.start === start && hit.end === end),
    );
    expect(written.length).toBeGreaterThanOrEqual(least);
    expect(
      1 - missed.length / written.length,
      missed.map(({ term, text }) => `${term}: ${text}`).join('\n'),
    ).toBeGreaterThanOrEqual(recall);
  });
});
