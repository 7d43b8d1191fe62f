import { expect, test } from 'vitest';
import { addSample, curve, type Sample, warningsOf } from './samples.ts';

const good = { bitrate: 2_000_000, fps: 25, keyIntervalMs: 2_000, driftMs: 10 };
const many = (n: number): Sample[] => Array.from({ length: n }, (_, i) => ({ ...good, at: i * 2_000 }));

test('a healthy encoder brings no warning, and so does none at all', () => {
  expect(warningsOf(many(20), false)).toEqual([]);
  expect(warningsOf([], false)).toEqual([]);
});

test('each fault is named', () => {
  const after = (part: Partial<Sample>) => warningsOf([...many(20), { ...good, at: 0, ...part }], false);
  expect(after({ bitrate: 300_000 })).toEqual(['bitrateDrop']);
  expect(after({ fps: 9 })).toEqual(['fps']);
  expect(after({ keyIntervalMs: 10_000 })).toEqual(['keyInterval']);
  expect(after({ driftMs: -900 })).toEqual(['drift']);
  expect(warningsOf([{ ...good, at: 0, bitrate: 100_000 }], false)).toEqual(['bitrateLow']);
});

test('sound alone is not measured as a picture', () => {
  expect(warningsOf([{ at: 0, bitrate: 128_000, fps: 0, keyIntervalMs: 0, driftMs: 0 }], true)).toEqual([]);
});

test('the curve keeps five minutes and stays in its box', () => {
  let samples: Sample[] = [];
  for (let i = 0; i < 400; i++) samples = addSample(samples, { ...good, bitrate: i * 1e5 }, i);
  expect(samples).toHaveLength(150);
  expect(samples.at(-1)?.at).toBe(399);
  for (const point of curve(
    samples.map((s) => s.bitrate),
    1e6,
    300,
    60,
  ).split(' ')) {
    const [x = -1, y = -1] = point.split(',').map(Number);
    expect(x).toBeGreaterThanOrEqual(0);
    expect(x).toBeLessThanOrEqual(300);
    expect(y).toBeGreaterThanOrEqual(0);
    expect(y).toBeLessThanOrEqual(60);
  }
});
