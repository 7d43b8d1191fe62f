import { expect, it } from 'vitest';
import { WrongUse } from '../cli/misuse.ts';
import { durationOf, MAX_MOVE_MS } from './duration.ts';

it.each([
  ['1s', 1_000],
  ['30m', 1_800_000],
  ['36h', 129_600_000],
  ['59d', 5_097_600_000],
  ['400d', MAX_MOVE_MS],
])('%s are %d ms', (text, ms) => {
  expect(durationOf(text, MAX_MOVE_MS)).toBe(ms);
});

it.each([
  '',
  '0d',
  '0s',
  '-5d',
  '59',
  'd',
  '1.5d',
  '1d2h',
  ' 1d',
  '59w',
  'soon',
  '401d',
  '1e3d',
  '９d',
  '9999999999s',
])('%j is no time to move on by', (text) => {
  expect(() => durationOf(text, MAX_MOVE_MS)).toThrow(WrongUse);
});
