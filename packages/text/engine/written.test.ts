import { expect, test } from 'vitest';
import { engineOf } from '../testing/terms.ts';
import { readWritten } from '../testing/written.ts';

/** Share of evasions that are found exactly where they stand. */
const RECALL = 0.92;

test('evasions as people write them are found where they stand', () => {
  const written = readWritten('written.tsv');
  const engine = engineOf([...new Set(written.map(({ term }) => term))]);
  const missed = written.filter(
    ({ term, text, start, end }) =>
      !engine.check(text).hits.some((hit) => hit.term === term && hit.start === start && hit.end === end),
  );
  expect(written.length).toBeGreaterThanOrEqual(300);
  expect(
    1 - missed.length / written.length,
    missed.map(({ term, text }) => `${term}: ${text}`).join('\n'),
  ).toBeGreaterThanOrEqual(RECALL);
});
