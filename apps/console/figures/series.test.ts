import { describe, expect, it } from 'vitest';
import { KEPT, line, Series } from './series.ts';

describe('figures over time', () => {
  it('are one a second, and no more than two minutes of them', () => {
    const series = new Series();
    for (let ms = 0; ms < 200_000; ms += 100) series.add('a', { viewers: ms, bitrate: 1 }, ms);
    expect(series.of('a')).toHaveLength(KEPT);
    expect(series.of('a').at(-1)?.viewers).toBeGreaterThan(198_000);
    series.keep(new Set(['b']));
    expect(series.of('a')).toEqual([]);
  });

  it('are drawn with the newest at the right and zero at the bottom', () => {
    expect(line([10, 0], 100, 20, 3)).toBe('50.0,1.0 100.0,19.0');
    expect(line([5], 100, 20)).toBe('');
    expect(line([0, 0], 100, 20, 2)).toBe('0.0,19.0 100.0,19.0');
  });
});
