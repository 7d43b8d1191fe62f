import { expect, test } from 'vitest';
import { progress, STEPS, type TourFacts } from './tour.ts';

const start: TourFacts = { state: 'connecting', sent: false, certified: false, darkMs: undefined };

test('a step is done by what happened, in any order, and stays done', () => {
  const seen: TourFacts[] = [
    start,
    { ...start, state: 'muted' },
    { ...start, state: 'playing', sent: true },
    { ...start, state: 'playing', sent: true, certified: true },
    { ...start, state: 'cut', sent: false, certified: true, darkMs: 60 },
    { ...start, state: 'muted', certified: true, darkMs: 60 },
  ];
  let done: ReadonlySet<(typeof STEPS)[number]> = new Set();
  const counts = seen.map((facts) => {
    done = progress(done, facts);
    return done.size;
  });
  expect(counts).toEqual([0, 1, 2, 3, 4, 5]);
  expect([...done].sort()).toEqual([...STEPS].sort());
});

test('a picture that never went dark was not restored', () => {
  expect(progress(new Set(), { ...start, state: 'playing' }).has('restore')).toBe(false);
});
