import { execFile, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { SimulatedClock, silentLog } from '@weir/kit';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { FlvFanout } from '../fanout/flv.ts';
import { Gate, type GateSettings } from './gate.ts';
import { film, Projector } from './testing/film.ts';

const run = promisify(execFile);
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

/** Two tools of other people at the socket: ffprobe, which names each packet, and curl, which keeps the bytes. */
async function readersOf(fanout: FlvFanout, path: string) {
  const sockets: Socket[] = [];
  const server = createServer(({ socket }) => {
    sockets.push(socket);
    fanout.addHttp(socket, 'reader');
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/live.flv`;
  const entries = ['-show_entries', 'packet=codec_type,dts', '-of', 'csv=p=0', url];
  const probe = run('ffprobe', ['-v', 'error', ...entries], { maxBuffer: 1 << 28 });
  const keep = run('curl', ['-s', '-o', path, url]);
  while (sockets.length < 2) await sleep(10);
  return {
    /** Simulated time runs fast; nobody may fall behind because of it. */
    read: async () => {
      while (sockets.some((socket) => !socket.destroyed && socket.writableLength > 0)) await sleep(1);
    },
    ended: async () => {
      const [{ stdout }] = await Promise.all([probe, keep]);
      server.close();
      return stdout;
    },
  };
}

/** What viewers get while orders fall at random on publishers who come, go, and differ. */
async function record(path: string, films: Parameters<typeof film>[0][]) {
  const clock = new SimulatedClock();
  const next = random(7);
  const fanout = new FlvFanout({ clock, log: silentLog, limits: { viewerBufferBytes: 64 << 20 } });
  const readers = await readersOf(fanout, path);
  const gate = new Gate({
    ...{ clock, settings: { mode: 'open', delayMs: 0 }, spillDir: dir, memoryBytes: 32 << 20, spillBytes: 0 },
    outlet: fanout,
    log: silentLog,
  });
  const projectors = films.map((f) => new Projector(clock, film(f), (packet) => gate.push(packet)));
  let on = projectors[0];
  const pass = async (ms: number): Promise<void> => {
    clock.advance(ms);
    await readers.read();
  };
  on?.start();
  await pass(1500);
  for (let change = 0; change < CHANGES; change++) {
    const settings = MODES[Math.floor(next() * MODES.length)];
    if (settings) gate.set(settings);
    await pass(Math.round(next() * 900));
    const held = gate.desk().filter((stretch) => stretch.state === 'held');
    if (held[0] && next() < 0.6) gate.release(held[0].id);
    else if (held[0] && next() < 0.3) gate.drop(held[0].id);
    if (next() < 0.05) {
      on?.stop();
      gate.sourceLost();
      await pass(Math.round(next() * 2000));
      gate.sourceBack();
      on = projectors[Math.floor(next() * projectors.length)];
      on?.start();
    }
  }
  gate.cut();
  fanout.end();
  return { elapsedMs: clock.mono(), packets: await readers.ended() };
}

test('ffprobe at the socket sees rising times over 1,000 changes, and ffmpeg decodes every frame of it', async () => {
  const path = join(dir, 'changes.flv');
  const { elapsedMs, packets: lines } = await record(path, [
    { size: '160x90', gop: 25 },
    { size: '90x160', gop: 10, bframes: 0, rate: 48_000 },
    { size: '128x96', gop: 1 },
  ]);
  const last: Record<string, number> = {};
  const steps: Record<string, number> = { video: 0, audio: 0 };
  let packets = 0;
  for (const line of lines.trim().split('\n')) {
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
}, 300_000);
