import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SimulatedClock, silentLog } from '@weir/kit';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { flvHeader, packetTag } from '../flv/index.ts';
import { Gate, type GateSettings } from './gate.ts';
import { film, Projector } from './testing/film.ts';

const CHANGES = 1000;
const MODES: GateSettings[] = [
  { mode: 'open', delayMs: 0 },
  { mode: 'open', delayMs: 0 },
  { mode: 'delay', delayMs: 1000 },
  { mode: 'delay', delayMs: 2500 },
  { mode: 'review', delayMs: 0 },
  { mode: 'closed', delayMs: 0 },
];

let dir: string;
beforeAll(() => {
  dir = mkdtempSync(join(tmpdir(), 'weir-readers-'));
});
afterAll(() => rmSync(dir, { recursive: true }));

/** A small deterministic generator (mulberry32), so that a failure can be seen again. */
function random(seed: number): () => number {
  let a = seed;
  return () => {
    a = (a + 0x6d2b79f5) | 0;
    let t = Math.imul(a ^ (a >>> 15), 1 | a);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** The FLV that viewers get while orders fall at random on publishers who come, go, and differ. */
function record(path: string, films: Parameters<typeof film>[0][]): { elapsedMs: number } {
  const clock = new SimulatedClock();
  const next = random(7);
  const out: Buffer[] = [flvHeader(true, true)];
  const gate = new Gate({
    ...{ clock, settings: { mode: 'open', delayMs: 0 }, spillDir: dir, memoryBytes: 32 << 20, spillBytes: 0 },
    outlet: { write: ({ packet, at }) => out.push(packetTag(packet, at)) },
    log: silentLog,
  });
  const projectors = films.map((f) => new Projector(clock, film(f), (packet) => gate.push(packet)));
  let on = projectors[0];
  on?.start();
  clock.advance(1500);
  for (let change = 0; change < CHANGES; change++) {
    const settings = MODES[Math.floor(next() * MODES.length)];
    if (settings) gate.set(settings);
    clock.advance(Math.round(next() * 900));
    const held = gate.desk().filter((stretch) => stretch.state === 'held');
    if (held[0] && next() < 0.6) gate.release(held[0].id);
    else if (held[0] && next() < 0.3) gate.drop(held[0].id);
    if (next() < 0.05) {
      on?.stop();
      gate.sourceLost();
      clock.advance(Math.round(next() * 2000));
      gate.sourceBack();
      on = projectors[Math.floor(next() * projectors.length)];
      on?.start();
    }
  }
  gate.cut();
  writeFileSync(path, Buffer.concat(out));
  return { elapsedMs: clock.mono() };
}

test('ffprobe sees rising times over 1,000 changes, and ffmpeg decodes every frame of it', () => {
  const path = join(dir, 'changes.flv');
  const { elapsedMs } = record(path, [
    { size: '160x90', gop: 25 },
    { size: '90x160', gop: 10, bframes: 0, rate: 48_000 },
    { size: '128x96', gop: 1 },
  ]);
  const lines = execFileSync(
    'ffprobe',
    ['-v', 'error', '-show_entries', 'packet=codec_type,dts', '-of', 'csv=p=0', path],
    { maxBuffer: 1 << 28, stdio: ['ignore', 'pipe', 'ignore'] },
  );
  const last: Record<string, number> = {};
  const steps: Record<string, number> = { video: 0, audio: 0 };
  let packets = 0;
  for (const line of lines.toString().trim().split('\n')) {
    const [track = '', dts = ''] = line.split(',');
    if (track === '') continue;
    const step = Number(dts) - (last[track] ?? -1);
    if (!(step > 0)) throw new Error(`${track} fell to ${dts} after ${last[track]}`);
    steps[track] = Math.max(steps[track] ?? 0, step);
    last[track] = Number(dts);
    packets++;
  }
  expect(packets).toBeGreaterThan(20_000);
  expect(Math.max(...Object.values(steps))).toBeLessThanOrEqual(320);
  expect(elapsedMs - (last.video ?? 0)).toBeLessThan(3000);
  // Without its parser, which keeps to the first parameter sets whatever the file says later; the decoder follows.
  const decoded = spawnSync('ffmpeg', [
    ...['-v', 'error', '-fflags', 'nofillin+noparse', '-i', path, '-vsync', 'passthrough'],
    ...['-enc_time_base', '-1', '-f', 'null', '-'],
  ]);
  expect(decoded.stderr.toString()).toBe('');
}, 120_000);
