import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type Facts, playerState, SHOWING } from './state.ts';

const live: Facts = {
  broadcast: 'live',
  gate: { mode: 'open', delayMs: 0, rule: 'default' },
  cut: false,
  ageGated: false,
  unsupported: false,
  paused: false,
  media: 'moving',
  slate: false,
  muted: true,
};
const delay = { mode: 'delay', delayMs: 8000, rule: 'order' } as const;
const review = { mode: 'review', delayMs: 0, rule: 'order' } as const;
const closed = { mode: 'closed', delayMs: 0, rule: 'order' } as const;

const facts: fc.Arbitrary<Facts> = fc.record({
  broadcast: fc.constantFrom('created', 'live', 'interrupted', 'ended', 'cut', undefined),
  gate: fc.constantFrom(live.gate, delay, review, closed, undefined),
  cut: fc.boolean(),
  ageGated: fc.boolean(),
  unsupported: fc.boolean(),
  paused: fc.boolean(),
  media: fc.constantFrom('none', 'connecting', 'moving', 'still'),
  slate: fc.constantFrom(true, false, undefined),
  muted: fc.boolean(),
});

test('each of the thirteen states is reached by its own facts', () => {
  const cases: [Partial<Facts>, string][] = [
    [{ broadcast: 'created', media: 'none' }, 'idle'],
    [{ paused: true, media: 'none' }, 'idle'],
    [{ media: 'connecting' }, 'connecting'],
    [{}, 'muted'],
    [{ muted: false }, 'playing'],
    [{ gate: delay }, 'delayed'],
    [{ gate: review, slate: true }, 'waiting'],
    [{ gate: delay, media: 'connecting' }, 'waiting'],
    [{ broadcast: 'interrupted', slate: true }, 'interrupted'],
    [{ media: 'still' }, 'stalled'],
    [{ ageGated: true }, 'age_gated'],
    [{ gate: closed }, 'closed'],
    [{ cut: true }, 'cut'],
    [{ broadcast: 'ended', media: 'none' }, 'ended'],
    [{ unsupported: true }, 'unsupported'],
  ];
  for (const [part, state] of cases) expect([part, playerState({ ...live, ...part })]).toEqual([part, state]);
  expect(new Set(cases.map(([, state]) => state)).size).toBe(13);
});

test('after a cut nothing else is ever said', () => {
  fc.assert(fc.property(facts, (f) => playerState({ ...f, cut: true }) === 'cut'));
});

test('a picture is never shown while the gate is closed, for minors, or when the stand-in runs', () => {
  fc.assert(
    fc.property(facts, (f) => {
      const running = f.broadcast === 'live' || f.broadcast === 'interrupted';
      const hidden = f.cut || f.ageGated || (f.gate?.mode === 'closed' && running) || f.slate === true;
      const state = playerState(f);
      if (hidden && f.media === 'moving') expect(SHOWING.has(state)).toBe(false);
    }),
  );
});

test('a delayed picture plays on when the publisher has gone, until the stand-in comes', () => {
  expect(playerState({ ...live, gate: delay, broadcast: 'interrupted' })).toBe('delayed');
  expect(playerState({ ...live, gate: delay, broadcast: 'interrupted', slate: true })).toBe('interrupted');
});
