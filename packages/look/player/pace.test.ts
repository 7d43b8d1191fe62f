import fc from 'fast-check';
import { expect, test } from 'vitest';
import { pace, TARGET_FIRST_MS, targetAfterStall } from './pace.ts';

test('a viewer thrown behind is back at the target within two seconds of media, without a jump past live', () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 60_000 }), (behindMs) => {
      let ahead = behindMs;
      let rate = 1;
      for (let t = 0; t < 20_000; t += 250) {
        const next = pace(ahead, TARGET_FIRST_MS, rate);
        rate = next.rate;
        ahead -= next.jumpToMs ?? 0;
        ahead += 250 - 250 * rate;
        expect(ahead).toBeGreaterThanOrEqual(Math.min(behindMs, TARGET_FIRST_MS - 70));
      }
      expect(ahead).toBeLessThanOrEqual(TARGET_FIRST_MS + 360);
    }),
  );
});

test('a buffer at its target plays at the right speed', () => {
  expect(pace(TARGET_FIRST_MS, TARGET_FIRST_MS, 1)).toEqual({ rate: 1 });
  expect(pace(0, TARGET_FIRST_MS, 1.25)).toEqual({ rate: 1 });
});

test('stalls make the target longer, up to a bound', () => {
  let target = TARGET_FIRST_MS;
  for (let i = 0; i < 100; i++) target = targetAfterStall(target);
  expect(target).toBe(2_000);
});
