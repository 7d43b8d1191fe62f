import fc from 'fast-check';
import { expect, test } from 'vitest';
import { edges, type Flight, Lanes } from './lanes.ts';

const STAGE = 390;
const LAST = 7_000;

test('no two texts of a lane ever touch, however long they are and whenever they come', () => {
  const texts = fc.array(fc.tuple(fc.integer({ min: 0, max: 2_000 }), fc.integer({ min: 16, max: 1_600 })), {
    minLength: 2,
    maxLength: 60,
  });
  fc.assert(
    fc.property(texts, fc.integer({ min: 1, max: 4 }), (list, count) => {
      const lanes = new Lanes();
      const flights: Flight[] = [];
      let now = 0;
      for (const [pause, width] of list) {
        now += pause;
        const flight = lanes.place(count, width, STAGE, LAST, now);
        if (flight) flights.push(flight);
      }
      for (const [i, a] of flights.entries())
        for (const b of flights.slice(i + 1)) {
          if (a.lane !== b.lane) continue;
          const end = Math.min(a.startMs, b.startMs) + LAST;
          for (let t = b.startMs; t <= end; t += 50)
            expect(edges(b, STAGE, t).left).toBeGreaterThan(edges(a, STAGE, t).right);
        }
    }),
  );
});

test('a full stage takes no more, and takes again when the first have passed', () => {
  const lanes = new Lanes();
  expect(lanes.place(1, 200, STAGE, LAST, 0)?.lane).toBe(0);
  expect(lanes.place(1, 200, STAGE, LAST, 10)).toBeUndefined();
  expect(lanes.place(1, 200, STAGE, LAST, LAST)?.lane).toBe(0);
});
