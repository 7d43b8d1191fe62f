import { describe, expect, it, vi } from 'vitest';
import { type Clock, SimulatedClock } from './clock.ts';
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
});
