import type { Stretch } from '@weir/look';
import { describe, expect, it } from 'vitest';
import { passedOver, releasable, Seen } from './seen.ts';

const stretch = (n: number, state: Stretch['state'] = 'held'): Stretch => ({
  id: `s${n}`,
  startMs: n * 2_000,
  endMs: (n + 1) * 2_000,
  state,
});
const three = [stretch(0), stretch(1), stretch(2)];

describe('what a person has been shown', () => {
  const play = (seen: Seen, fromMs: number, toMs: number, speed = 1, shown = true): string[] => {
    const found: string[] = [];
    for (let ms = fromMs; ms <= toMs; ms += 40)
      found.push(...seen.at(ms, 1_000_000 + (ms - fromMs) / speed, shown, three));
    return found;
  };

  it('is each stretch once it was played', () => {
    expect(play(new Seen(), 0, 4_100)).toEqual(['s0', 's1']);
  });

  it('is nothing that was jumped over, played faster than real time, or behind another window', () => {
    const jumped = new Seen();
    jumped.at(0, 0, true, three);
    expect(jumped.at(5_900, 5_900, true, three)).toEqual([]);
    expect(play(new Seen(), 0, 2_100, 4)).toEqual([]);
    expect(play(new Seen(), 0, 6_000, 1, false)).toEqual([]);
  });

  it('adds up over a pause', () => {
    const seen = new Seen();
    expect(play(seen, 0, 1_000)).toEqual([]);
    seen.at(1_000, 0, false, three);
    expect(play(seen, 1_000, 2_000)).toEqual(['s0']);
  });
});

describe('how far a release reaches', () => {
  it('no further than the cursor and than what was seen, in order', () => {
    const seen = new Set(['s0', 's2']);
    expect(releasable(three, seen, 's2')?.id).toBe('s0');
    expect(releasable(three, new Set(['s0', 's1', 's2']), 's1')?.id).toBe('s1');
    expect(releasable(three, new Set(), 's1')).toBeUndefined();
    expect(passedOver(three, seen, 's2')?.id).toBe('s1');
    expect(passedOver(three, seen, 's1')).toBeUndefined();
    const dropped = [stretch(0), stretch(1, 'dropped'), stretch(2)];
    expect(releasable(dropped, seen, 's2')?.id).toBe('s2');
  });
});
