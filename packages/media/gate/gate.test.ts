import { tmpdir } from 'node:os';
import { SimulatedClock, silentLog } from '@weir/kit';
import { describe, expect, test } from 'vitest';
import { Gate, type GateSettings, type Waiting } from './gate.ts';
import { Audience, audioConfig, type Plan, Publisher, videoConfig } from './testing/studio.ts';

const open: GateSettings = { mode: 'open', delayMs: 0 };
const closed: GateSettings = { mode: 'closed', delayMs: 0 };
const review: GateSettings = { mode: 'review', delayMs: 0 };
const delay = (delayMs: number): GateSettings => ({ mode: 'delay', delayMs });

const STEP_MS = 20;

function stage(settings: GateSettings, plan: Partial<Plan> = {}, memoryBytes = 64 << 20) {
  const clock = new SimulatedClock();
  const audience = new Audience(() => clock.mono());
  const waits: Waiting[] = [];
  const gate = new Gate({
    ...{ clock, outlet: audience, settings, spillDir: tmpdir(), memoryBytes, spillBytes: 0, log: silentLog },
    onWaiting: (waiting) => waits.push(waiting),
  });
  const publisher = new Publisher((packet) => gate.push(packet), plan);
  const born = new Map<number, number>();
  const run = (ms: number, publishing = true): void => {
    for (let t = 0; t < ms; t += STEP_MS) {
      clock.advance(STEP_MS);
      const from = publisher.mark;
      if (publishing) publisher.run(STEP_MS);
      for (let mark = from + 1; mark <= publisher.mark; mark++) born.set(mark, clock.mono());
    }
  };
  publisher.connect();
  return { clock, audience, gate, publisher, run, waits, born };
}
type Stage = ReturnType<typeof stage>;

/** Laws that hold whatever happens: see Timeline. */
function expectOneTimeline({ audience }: Stage, holeMs = 320): void {
  const last: Record<string, number> = {};
  const fresh: Record<string, boolean> = {};
  for (const { packet, at } of audience.got) {
    const { track, role } = packet;
    if (role === 'config') {
      fresh[track] = true;
      expect(at).toBeGreaterThanOrEqual(last[track] ?? 0);
      continue;
    }
    expect(at).toBeGreaterThan(last[track] ?? -1);
    if (last[track] !== undefined) expect(at - last[track]).toBeLessThanOrEqual(holeMs);
    if (track === 'video' && fresh[track]) expect(role).toBe('key');
    fresh[track] = false;
    last[track] = at;
  }
}

/** Latency of the publisher's frames that left since `since`: their ages, ms. */
const ages = ({ audience, born }: Stage, since: number): number[] =>
  audience.media.filter((r) => r.now > since).map((r) => r.now - (born.get(r.mark) ?? Number.NaN));

describe('a gate in open', () => {
  test('lets a frame pass before push returns', () => {
    const s = stage(open);
    s.run(3000);
    expect(Math.max(...ages(s, 0))).toBe(0);
    expect(s.audience.media).toHaveLength(s.publisher.mark);
    expect(s.waits).toEqual([]);
    expectOneTimeline(s);
  });

  test('starts at 0 whatever the publisher counts from, and swallows a repeated configuration', () => {
    const s = stage(open, { startDts: 123_456 });
    s.run(1000);
    s.gate.push(videoConfig());
    s.gate.push(audioConfig());
    s.run(1000);
    expect(s.audience.got[0]?.at).toBe(0);
    expect(s.audience.got.filter((r) => r.packet.role === 'config')).toHaveLength(2);
  });

  test('passes a changed configuration with the IDR that follows it, and no picture between', () => {
    const s = stage(open);
    s.run(500);
    s.gate.push(videoConfig(7));
    s.run(1500);
    const configs = s.audience.got.filter((r) => r.packet.role === 'config' && r.packet.track === 'video');
    expect(configs).toHaveLength(2);
    expectOneTimeline(s, 600);
  });

  test('absorbs stamps that leap, fall or wrap', () => {
    const s = stage(open);
    for (const by of [2 ** 24, -5000, 2 ** 31, -(2 ** 32), 60_000]) {
      s.run(2000);
      s.publisher.leap(by);
    }
    s.run(2000);
    expect(s.audience.media).toHaveLength(s.publisher.mark);
    expectOneTimeline(s);
    expect(s.gate.outputMs).toBeGreaterThan(11_000);
    expect(s.gate.outputMs).toBeLessThan(13_000);
  });

  test('fills a lost publisher with slate and takes the next one at its IDR, from 0 and with other parameters', () => {
    const s = stage(open);
    s.run(3000);
    s.gate.sourceLost();
    s.run(5000, false);
    s.gate.sourceBack();
    s.publisher.connect({ startDts: 0 }, 9);
    s.run(3000);
    expect(s.waits).toEqual(['slate', 'none']);
    expectOneTimeline(s);
    expect(Math.abs(s.gate.outputMs - 11_000)).toBeLessThan(400);
  });

  test('puts silence under pictures without sound', () => {
    const s = stage(open, { audio: false });
    s.run(5000);
    const sounds = s.audience.got.filter((r) => r.packet.track === 'audio' && r.packet.role === 'frame');
    expect(sounds.length).toBeGreaterThan(4500 / 22);
    expectOneTimeline(s);
  });

  test('carries sound alone', () => {
    const s = stage(open, { video: false });
    s.run(4000);
    s.gate.set(closed);
    s.run(2000);
    s.gate.set(open);
    s.run(2000);
    expect(s.audience.got.every((r) => r.packet.track === 'audio')).toBe(true);
    expect(s.waits).toEqual(['slate', 'none']);
    expectOneTimeline(s);
  });
});

describe('a gate in delay', () => {
  test('lets each frame leave its delay after it came', () => {
    const s = stage(delay(8000));
    s.run(20_000);
    expect(s.waits).toEqual(['slate', 'none']);
    for (const age of ages(s, 0)) {
      expect(age).toBeGreaterThanOrEqual(8000);
      expect(age).toBeLessThanOrEqual(8000 + 60);
    }
    expectOneTimeline(s);
  });

  test('lowered to open, drops what it holds and is live at the next IDR, without slate', () => {
    const s = stage(delay(8000));
    s.run(20_000);
    s.gate.set(open);
    s.run(1100);
    const caught = s.clock.mono();
    s.run(3000);
    expect(Math.max(...ages(s, caught))).toBe(0);
    expect(s.waits).toEqual(['slate', 'none']);
    expect(Math.abs(s.gate.outputMs - s.clock.mono())).toBeLessThan(400);
    expectOneTimeline(s);
  });

  test('lowered to a shorter delay, never lets a frame leave before that', () => {
    const s = stage(delay(8000));
    s.run(20_000);
    s.gate.set(delay(3000));
    s.run(4000);
    const since = s.clock.mono();
    s.run(4000);
    for (const age of ages(s, since)) expect(Math.abs(age - 3000)).toBeLessThanOrEqual(60);
    expectOneTimeline(s);
  });

  test('raised, holds at once and fills the wait with slate', () => {
    const s = stage(open);
    s.run(4000);
    const ordered = s.clock.mono();
    s.gate.set(delay(5000));
    s.run(12_000);
    for (const age of ages(s, ordered)) expect(age).toBeGreaterThanOrEqual(5000);
    expect(s.waits).toEqual(['slate', 'none']);
    expectOneTimeline(s);
  });

  test('a dropped stretch never leaves, and slate stands in its place', () => {
    const s = stage(delay(8000));
    s.run(13_000);
    const stretch = s.gate.desk().filter((d) => d.state === 'held')[1];
    s.gate.drop(stretch?.id ?? '');
    s.run(12_000);
    const [from, to] = [stretch?.startMs ?? 0, stretch?.endMs ?? 0];
    const bad = s.audience.media.filter(
      (r) => r.packet.track === 'video' && r.packet.dts >= from && r.packet.dts < to,
    );
    expect(to - from).toBeGreaterThanOrEqual(1900);
    expect(bad).toEqual([]);
    expect(s.waits).toEqual(['slate', 'none', 'slate', 'none']);
    expectOneTimeline(s);
  });
});

describe('a gate in review', () => {
  test('passes nothing by itself', () => {
    const s = stage(review);
    s.run(60_000);
    expect(s.audience.media).toEqual([]);
    expect(s.waits).toEqual(['slate']);
    expectOneTimeline(s);
  });

  test('passes what was released, in order and at real time', () => {
    const s = stage(review);
    s.run(11_000);
    const desk = s.gate.desk();
    expect(desk.length).toBeGreaterThanOrEqual(4);
    expect(s.gate.release(desk[1]?.id ?? '')).toEqual({ releasedTo: desk[1]?.id });
    const from = s.clock.mono();
    s.run(10_000);
    const media = s.audience.media;
    const last = media.at(-1);
    expect(media.every((r) => (r.packet.track === 'video' ? r.packet.dts : 0) < (desk[1]?.endMs ?? 0))).toBe(
      true,
    );
    expect(last?.now).toBeGreaterThan(from + 3800);
    expect(last?.now).toBeLessThan(from + 4300);
    expect(s.waits).toEqual(['slate', 'none', 'slate']);
    expectOneTimeline(s);
  });

  test('says what is not there, not held or out of order', () => {
    const s = stage(review);
    s.run(11_000);
    const [a, b, c] = s.gate.desk().map((d) => d.id) as [string, string, string];
    s.gate.drop(a);
    expect(() => s.gate.release(a)).toThrow('not_held');
    expect(() => s.gate.release('x')).toThrow('not_found');
    s.gate.release(c);
    expect(() => s.gate.release(b)).toThrow('out_of_order');
    expect(() => s.gate.drop(a)).toThrow('not_held');
  });

  test('shows the desk a stretch with its configurations', async () => {
    const s = stage(review);
    s.run(7000);
    const packets = await s.gate.read(s.gate.desk()[1]?.id ?? '');
    expect(packets.slice(0, 2).map((p) => p.role)).toEqual(['config', 'key']);
    expect(packets.filter((p) => p.role === 'config')).toHaveLength(2);
    expect(packets.length).toBeGreaterThan(130);
  });

  test('opened, forgets what nobody released', () => {
    const s = stage(review);
    s.run(11_000);
    s.gate.set(open);
    s.run(3000);
    expect(Math.max(...ages(s, 0))).toBe(0);
    expectOneTimeline(s);
  });
});

describe('a gate that closes', () => {
  test('passes nothing of the publisher from the call on, and opens at an IDR', () => {
    const s = stage(delay(2000));
    s.run(6000);
    s.gate.set(closed);
    const at = s.clock.mono();
    s.run(4000);
    expect(ages(s, at)).toEqual([]);
    s.gate.set(open);
    s.run(3000);
    expect(ages(s, at).length).toBeGreaterThan(100);
    expect(s.waits).toEqual(['slate', 'none', 'slate', 'none']);
    expectOneTimeline(s);
  });

  test('by a cut says nothing more, slate or other', () => {
    const s = stage(delay(2000));
    s.run(6000);
    const before = s.audience.got.length;
    s.gate.cut();
    s.run(6000);
    s.gate.set(open);
    s.gate.sourceLost();
    s.gate.sourceBack();
    s.run(6000);
    expect(s.audience.got).toHaveLength(before);
    expect(s.gate.desk().every((d) => d.state !== 'held')).toBe(true);
  });
});
