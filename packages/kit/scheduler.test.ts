import { describe, expect, it, vi } from 'vitest';
import { type Clock, SimulatedClock } from './clock.ts';
import { MovedClock } from './movedClock.ts';
import { schedule } from './scheduler.ts';

const DAY = 86_400_000;
/** What setTimeout takes; beyond it Node runs the callback after 1 ms. */
const MAX_TIMEOUT_MS = 2 ** 31 - 1;

describe('the scheduler', () => {
  it.each([30, 60, 183, 3 * 365])('waits %d days, to the millisecond, and runs once', (days) => {
    const clock = new SimulatedClock();
    const run = vi.fn();
    schedule(clock, clock.now() + days * DAY, run);
    clock.advance(days * DAY - 1);
    expect(run).not.toHaveBeenCalled();
    clock.advance(1);
    expect(run).toHaveBeenCalledOnce();
    clock.advance(days * DAY);
    expect(run).toHaveBeenCalledOnce();
  });

  it('never asks a clock for more than setTimeout can wait', () => {
    const simulated = new SimulatedClock();
    const asked: number[] = [];
    const clock: Clock = {
      now: () => simulated.now(),
      mono: () => simulated.mono(),
      every: (period, run) => simulated.every(period, run),
      onMove: () => simulated.onMove(),
      after(delay, run) {
        asked.push(delay);
        return simulated.after(delay, run);
      },
    };
    const run = vi.fn();
    schedule(clock, clock.now() + 400 * DAY, run);
    simulated.advance(400 * DAY);
    expect(run).toHaveBeenCalledOnce();
    expect(Math.max(...asked)).toBeLessThanOrEqual(MAX_TIMEOUT_MS);
    expect(asked.length).toBeGreaterThan(10);
  });

  it('runs what is past on the next turn, and forgets what was cancelled between hops', () => {
    const clock = new SimulatedClock();
    const past = vi.fn();
    schedule(clock, clock.now() - DAY, past);
    expect(past).not.toHaveBeenCalled();
    clock.advance(0);
    expect(past).toHaveBeenCalledOnce();
    const never = vi.fn();
    const timer = schedule(clock, clock.now() + 90 * DAY, never);
    clock.advance(40 * DAY);
    timer.cancel();
    clock.advance(90 * DAY);
    expect(never).not.toHaveBeenCalled();
  });

  it('runs what a moved clock makes due, in order of its time, before the order answers', () => {
    const base = new SimulatedClock();
    const clock = new MovedClock(0, base);
    const ran: string[] = [];
    const at = (days: number, name: string) =>
      schedule(clock, clock.now() + days * DAY, () => ran.push(`${name} ${Math.round(clock.mono() / DAY)}`));
    at(60, 'content');
    at(3, 'review');
    at(59, 'term');
    const gone = at(4, 'cancelled');
    gone.cancel();
    clock.moveTo(59 * DAY);
    expect(ran).toEqual(['review 0', 'term 0']);
    base.advance(DAY - 1);
    expect(ran).toHaveLength(2);
    base.advance(1);
    expect(ran).toEqual(['review 0', 'term 0', 'content 1']);
  });

  it('goes on with the others where one throws, and runs what another schedules for a time that is past', () => {
    const base = new SimulatedClock();
    const clock = new MovedClock(0, base);
    const ran: string[] = [];
    schedule(clock, clock.now() + DAY, () => {
      schedule(clock, clock.now() - 9 * DAY, () => ran.push('from within'));
      throw new Error('this one fails');
    });
    schedule(clock, clock.now() + 2 * DAY, () => ran.push('later'));
    expect(() => clock.moveTo(5 * DAY)).toThrow('this one fails');
    base.advance(0);
    expect(ran).toEqual(['from within', 'later']);
  });
});
