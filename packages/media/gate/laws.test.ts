import { tmpdir } from 'node:os';
import { SimulatedClock, silentLog } from '@weir/kit';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Release } from '../packet.ts';
import { Gate, type GateSettings } from './gate.ts';
import { markOf, type Plan, Publisher } from './testing/studio.ts';

const RUNS = process.env.WEIR_TEST_FULL ? 20_000 : 1000;
const STEP_MS = 20;
const MEMORY_BYTES = 1 << 20;

type Step =
  | { do: 'set'; settings: GateSettings }
  | { do: 'release' | 'drop'; nth: number }
  | { do: 'leap'; byMs: number }
  | { do: 'lose'; forMs: number; plan: Partial<Plan>; variant: number }
  | { do: 'stall'; forMs: number }
  | { do: 'reconfigure'; variant: number }
  | { do: 'cut' };

const settings: fc.Arbitrary<GateSettings> = fc.record({
  mode: fc.constantFrom('open', 'delay', 'review', 'closed'),
  delayMs: fc.constantFrom(1000, 2500, 4000, 8000),
});
const plan: fc.Arbitrary<Partial<Plan>> = fc
  .record({
    gopMs: fc.constantFrom(500, 1000, 2000, 4000),
    frameMs: fc.constantFrom(20, 33, 40, 67),
    startDts: fc.constantFrom(0, 0, 5000, 2 ** 24 - 2000, 2 ** 31 - 2000, 2 ** 32 - 2000),
    tracks: fc.constantFrom('both', 'both', 'both', 'video', 'audio'),
    ctsMs: fc.constantFrom(0, 0, 80),
    bytes: fc.constantFrom(64, 64, 4000, 20_000),
  })
  .map(({ tracks, ...rest }) => ({ ...rest, video: tracks !== 'audio', audio: tracks !== 'video' }));
const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 6, arbitrary: settings.map((s) => ({ do: 'set' as const, settings: s })) },
  { weight: 4, arbitrary: fc.nat(5).map((nth) => ({ do: 'release' as const, nth })) },
  { weight: 2, arbitrary: fc.nat(5).map((nth) => ({ do: 'drop' as const, nth })) },
  {
    weight: 2,
    arbitrary: fc
      .constantFrom(2 ** 24, -(2 ** 24), 2 ** 31, -(2 ** 32), 5000, -5000, 700)
      .map((byMs) => ({ do: 'leap' as const, byMs })),
  },
  {
    weight: 3,
    arbitrary: fc
      .tuple(fc.integer({ min: 0, max: 5000 }), plan, fc.nat(3))
      .map(([forMs, p, variant]) => ({ do: 'lose' as const, forMs, plan: p, variant })),
  },
  {
    weight: 1,
    arbitrary: fc.integer({ min: 100, max: 6000 }).map((forMs) => ({ do: 'stall' as const, forMs })),
  },
  { weight: 1, arbitrary: fc.nat(9).map((variant) => ({ do: 'reconfigure' as const, variant })) },
  { weight: 1, arbitrary: fc.constant({ do: 'cut' as const }) },
);
const scene = fc.record({
  settings,
  plan,
  steps: fc.array(fc.tuple(step, fc.integer({ min: 20, max: 4000 })), { minLength: 4, maxLength: 14 }),
});

/** Watches one gate: every release is held against every law as it comes. */
class Watch {
  readonly #clock: SimulatedClock;
  #mode: GateSettings = { mode: 'closed', delayMs: 0 };
  readonly born = new Map<number, number>();
  /** Marks that a person released, and marks that must never be seen again. */
  readonly released = new Set<number>();
  readonly gone = new Set<number>();
  /** Everything up to this mark came before the gate closed. */
  closedUpTo = 0;
  isCut = false;
  readonly #last = { video: -1, audio: -1 };
  readonly #fresh = { video: true, audio: true };
  releases = 0;
  media = 0;

  constructor(clock: SimulatedClock) {
    this.#clock = clock;
  }

  set(mode: GateSettings, mark: number): void {
    this.#mode = mode;
    if (mode.mode === 'closed') this.closedUpTo = mark;
  }

  write({ packet, at }: Release): void {
    const { track, role } = packet;
    const fail = (law: string): never => {
      throw new Error(
        `${law}: ${track} ${role} at ${at} after ${this.#last[track]}, now ${this.#clock.mono()}`,
      );
    };
    this.releases++;
    if (this.isCut) fail('something left after a cut');
    if (!Number.isInteger(at) || at < 0) fail('not a time');
    if (role === 'config') {
      if (at < this.#last[track]) fail('a configuration fell back');
      this.#fresh[track] = true;
      return;
    }
    if (at <= this.#last[track]) fail('decoding time fell');
    if (this.#last[track] >= 0 && at - this.#last[track] > 320) fail('a hole');
    if (track === 'video' && this.#fresh.video && role !== 'key') fail('no IDR after a configuration');
    this.#fresh[track] = false;
    this.#last[track] = at;
    const mark = markOf(packet);
    if (mark === undefined) return;
    this.media++;
    const { mode, delayMs } = this.#mode;
    const age = this.#clock.mono() - (this.born.get(mark) ?? Number.NaN);
    if (mode === 'closed') fail('media left a closed gate');
    if (mark <= this.closedUpTo) fail('media of before the closing left later');
    if (mode === 'review' && !this.released.has(mark)) fail('unreleased media left');
    if (this.gone.has(mark)) fail('dropped media left');
    if (mode === 'delay' && !(age >= delayMs)) fail(`media of age ${age} left a delay of ${delayMs}`);
  }
}

type Scene = typeof scene extends fc.Arbitrary<infer T> ? T : never;

async function play({ settings: first, plan: opening, steps }: Scene): Promise<Watch> {
  const clock = new SimulatedClock();
  const watch = new Watch(clock);
  const publisher = new Publisher((packet) => {
    const mark = markOf(packet);
    if (mark !== undefined) watch.born.set(mark, clock.mono());
    gate.push(packet);
  }, opening);
  const gate = new Gate({
    ...{
      clock,
      settings: first,
      spillDir: tmpdir(),
      memoryBytes: MEMORY_BYTES,
      spillBytes: 0,
      log: silentLog,
    },
    outlet: { write: (release) => watch.write(release) },
  });
  const run = (ms: number, publishing: boolean): void => {
    for (let t = 0; t < ms; t += STEP_MS) {
      clock.advance(STEP_MS);
      if (publishing) publisher.run(STEP_MS);
      if (gate.heldBytes.memory > MEMORY_BYTES) throw new Error('memory beyond its bound');
      const ahead = gate.outputMs - clock.mono();
      if (ahead > 1500) throw new Error(`the output runs ${ahead} ms ahead`);
    }
  };
  const marksOf = async (id: string): Promise<number[]> =>
    (await gate.read(id)).map(markOf).filter((mark) => mark !== undefined);
  watch.set(first, 0);
  publisher.connect();
  for (const [what, forMs] of steps) {
    if (what.do === 'set') {
      watch.set(what.settings, publisher.mark);
      gate.set(what.settings);
    } else if (what.do === 'release') {
      const held = gate.desk().filter((s) => s.state === 'held');
      const upTo = held[what.nth];
      if (upTo) {
        for (const stretch of held.slice(0, what.nth + 1))
          for (const mark of await marksOf(stretch.id)) watch.released.add(mark);
        gate.release(upTo.id);
      }
    } else if (what.do === 'drop') {
      const held = gate.desk().filter((s) => s.state === 'held')[what.nth];
      if (held) {
        for (const mark of await marksOf(held.id)) watch.gone.add(mark);
        gate.drop(held.id);
      }
    } else if (what.do === 'leap') publisher.leap(what.byMs);
    else if (what.do === 'stall') run(what.forMs, false);
    else if (what.do === 'reconfigure') publisher.reconfigure(what.variant);
    else if (what.do === 'lose') {
      gate.sourceLost();
      run(what.forMs, false);
      gate.sourceBack();
      publisher.connect(what.plan, what.variant);
    } else {
      gate.cut();
      watch.isCut = true;
    }
    run(forMs, true);
  }
  await gate.close();
  return watch;
}

test('whatever happens to a gate, its laws hold', async () => {
  let media = 0;
  let releases = 0;
  await fc.assert(
    fc.asyncProperty(scene, async (drawn) => {
      const watch = await play(drawn);
      media += watch.media;
      releases += watch.releases;
    }),
    { numRuns: RUNS },
  );
  // The laws were tried on something.
  expect(media).toBeGreaterThan(RUNS * 100);
  expect(releases).toBeGreaterThan(media);
}, 600_000);
