import { conflicts } from '@weir/look/actions/action.ts';
import { describe, expect, it } from 'vitest';
import { EVIDENCE_ACTIONS } from './actions.ts';
import { beside, lineAt, marksAround, reachOf, recalledIn, shareOf, windowOf } from './moment.ts';

const T = Date.parse('2026-11-24T03:00:00.000Z');
const at = (seconds: number): string => new Date(T + seconds * 1_000).toISOString();
const line = (seconds: number, kind = 'message.published', id = `${seconds}`) => ({
  log: 'content' as const,
  n: seconds,
  ts: at(seconds),
  kind,
  id,
});

describe('a moment of a broadcast', () => {
  const reach = { from: T, to: T + 150_000 };
  it('lies in what was recorded, which ends some seconds ago while it is still written', () => {
    expect(reachOf([], T)).toBeUndefined();
    expect(
      reachOf(
        [
          { from: at(0), to: at(10) },
          { from: at(60), to: at(150) },
        ],
        T + 9e6,
      ),
    ).toEqual(reach);
    expect(reachOf([{ from: at(0), to: null }], T + 60_000)).toEqual({ from: T, to: T + 48_000 });
    expect(reachOf([{ from: at(0), to: null }], T + 1)).toEqual({ from: T, to: T + 1_000 });
  });
  it('belongs to one window, and windows follow one another', () => {
    expect(windowOf(reach, T + 61_000)).toEqual({ from: T + 60_000, to: T + 120_000 });
    expect(windowOf(reach, T + 9e6)).toEqual({ from: T + 120_000, to: T + 150_000 });
    expect(windowOf(reach, 0)).toEqual({ from: T, to: T + 60_000 });
    const middle = windowOf(reach, T + 61_000);
    expect(beside(reach, middle, 1)).toBe(T + 120_000);
    expect(beside(reach, middle, -1)).toBe(T);
    expect(beside(reach, windowOf(reach, T), -1)).toBeUndefined();
    expect(beside(reach, windowOf(reach, T + 130_000), 1)).toBeUndefined();
  });
  it('has a line before it, a share of the whole, and a clip around it that stays inside', () => {
    const lines = [line(3), line(9), line(20)];
    expect([lineAt(lines, T), lineAt(lines, T + 9_000), lineAt(lines, T + 99_000)]).toEqual([-1, 1, 2]);
    expect(shareOf(reach, T + 75_000)).toBe(0.5);
    expect(marksAround(reach, T + 145_000)).toEqual({ from: T + 115_000, to: T + 150_000 });
  });
  it('knows what was taken back later', () => {
    expect(recalledIn([line(1), line(2, 'message.recalled', '1')])).toEqual(new Set(['1']));
  });
});

describe('the keys of the timeline', () => {
  it('are each on one action', () => expect(conflicts(EVIDENCE_ACTIONS)).toEqual([]));
});
