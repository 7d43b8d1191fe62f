import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Timeline } from './timeline.ts';

describe('timestamps', () => {
  it.each([24, 31, 32])('go on past 2^%i, audio and video together, however late one of them is', (bits) => {
    const wrap = 2 ** bits;
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.integer({ min: 0, max: 100 }), fc.integer({ min: -300, max: 300 })), {
          minLength: 50,
          maxLength: 200,
        }),
        (steps) => {
          const timeline = new Timeline();
          let at = wrap - 2_000;
          timeline.at(at);
          for (const [step, skew] of steps) {
            at += step;
            expect(timeline.at((at + skew) % wrap)).toBe(at + skew);
          }
        },
      ),
    );
  });

  it('restart at 0 where the encoder does', () => {
    const timeline = new Timeline();
    expect([timeline.at(500_000), timeline.at(0), timeline.at(40)]).toEqual([500_000, 0, 40]);
  });

  it('leap where the encoder leaps', () => {
    const timeline = new Timeline();
    expect([timeline.at(0), timeline.at(86_400_000), timeline.at(86_400_040)]).toEqual([
      0, 86_400_000, 86_400_040,
    ]);
  });
});
