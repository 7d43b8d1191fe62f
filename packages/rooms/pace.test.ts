import { SimulatedClock } from '@weir/kit';
import { describe, expect, it } from 'vitest';
import { MAX_SPEAKERS } from './limits.ts';
import { Pace } from './pace.ts';

function start(limits: { messagesPerPerson?: number; messagesPerSecond?: number } = {}) {
  const clock = new SimulatedClock();
  const pace = new Pace(clock, { messagesPerPerson: 5, messagesPerSecond: 200, ...limits });
  let said = 0;
  return {
    clock,
    pace,
    /** A new text each time; the refusal's code, or `ok`. */
    say: (user: string, slowMs = 0): string => pace.admit(user, `text ${++said}`, slowMs)?.code ?? 'ok',
  };
}

describe('one person', () => {
  it('may say five things in ten seconds, is told when again, and costs nobody else anything', () => {
    const { clock, pace, say } = start();
    expect(Array.from({ length: 6 }, () => say('ann'))).toEqual(['ok', 'ok', 'ok', 'ok', 'ok', 'rate']);
    expect(say('bob')).toBe('ok');
    clock.advance(4_000);
    expect(pace.admit('ann', 'again', 0)).toMatchObject({ code: 'rate', waitMs: 6_000 });
    clock.advance(6_001);
    expect(say('ann')).toBe('ok');
  });

  it('is told how many may still follow, and when there will be more', () => {
    const { clock, pace, say } = start();
    expect(pace.allowance('ann')).toEqual({ left: 5, renewMs: 0 });
    say('ann');
    clock.advance(1_000);
    say('ann');
    expect(pace.allowance('ann')).toEqual({ left: 3, renewMs: 9_000 });
    clock.advance(9_500);
    expect(pace.allowance('ann')).toEqual({ left: 4, renewMs: 500 });
    expect(start({ messagesPerPerson: 0 }).pace.allowance('ann')).toBeUndefined();
  });

  it('may not say the same a third time, and may after the window', () => {
    const { clock, pace } = start();
    const same = (): string => pace.admit('ann', 'same', 0)?.code ?? 'ok';
    expect([same(), same(), same()]).toEqual(['ok', 'ok', 'rate']);
    clock.advance(10_001);
    expect(same()).toBe('ok');
  });

  it('pauses between two messages in slow mode, each person apart, and refused tries do not prolong it', () => {
    const { clock, say } = start();
    expect([say('ann', 3_000), say('bob', 3_000)]).toEqual(['ok', 'ok']);
    clock.advance(2_900);
    expect(say('ann', 3_000)).toBe('slow');
    clock.advance(101);
    expect(say('ann', 3_000)).toBe('ok');
  });
});

describe('a hot room', () => {
  it('never takes more than its budget and one second’s reserve, however many speak', () => {
    const { clock, say } = start({ messagesPerSecond: 20, messagesPerPerson: 0 });
    let taken = 0;
    for (let second = 1; second <= 30; second++) {
      for (let i = 0; i < 400; i++) {
        if (say(`user ${i}`) === 'ok') taken++;
        clock.advance(2.5);
      }
      expect(taken).toBeLessThanOrEqual(20 * (second + 1));
    }
    expect(taken).toBeGreaterThan(20 * 10);
  });

  it('is fair: one who floods gets no more than one who speaks now and then', () => {
    const { clock, say } = start({ messagesPerSecond: 20, messagesPerPerson: 0 });
    const got = { flood: 0, calm: 0 };
    for (let tick = 0; tick < 60_000; tick += 10) {
      // One sends a hundred a second, three hundred send one in ten seconds each.
      // The first second passes before anybody has looked at the load.
      if (say('flood') === 'ok' && tick >= 1_000) got.flood++;
      if (tick % 1_000 === 0) {
        for (let i = 0; i < 30; i++) if (say(`calm ${((tick / 1_000) % 10) * 30 + i}`) === 'ok') got.calm++;
      }
      clock.advance(10);
    }
    const each = got.calm / 300;
    expect(got.calm).toBeGreaterThan(600);
    expect(got.flood).toBeLessThanOrEqual(Math.ceil(2 * each));
  });

  it('shows the pause that its load demands, and lets go of it when it is calm', () => {
    const { clock, pace, say } = start({ messagesPerSecond: 20, messagesPerPerson: 0 });
    expect(pace.pauseMs).toBe(0);
    for (let i = 0; i < 2_000; i++) {
      say(`user ${i % 200}`);
      clock.advance(5);
    }
    // 200 persons share 20 a second.
    expect(pace.pauseMs).toBe(10_000);
    for (let second = 0; second < 40; second++) {
      clock.advance(1_000);
      pace.look();
    }
    expect(pace.pauseMs).toBe(0);
    expect(say('user 1')).toBe('ok');
  });

  it('keeps a place for whoever has been silent while others fill the budget', () => {
    const { clock, say } = start({ messagesPerSecond: 20, messagesPerPerson: 0 });
    for (let i = 0; i < 40; i++) say(`loud ${i % 10}`);
    clock.advance(40);
    expect(say('loud 1')).toBe('slow');
    clock.advance(40);
    expect(say('silent')).toBe('ok');
  });

  it('remembers a bounded number of persons', () => {
    const { say } = start({ messagesPerPerson: 1, messagesPerSecond: 0 });
    say('first');
    expect(say('first')).toBe('rate');
    for (let i = 0; i < MAX_SPEAKERS; i++) say(`other ${i}`);
    expect(say('first')).toBe('ok');
  });
});
