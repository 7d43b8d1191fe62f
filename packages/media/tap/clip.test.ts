import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SimulatedClock, silentLog } from '@weir/kit';
import { beforeAll, describe, expect, it } from 'vitest';
import { readFlv } from '../flv/index.ts';
import type { Packet } from '../packet.ts';
import { type Clip, cutClip } from './clip.ts';
import { framesWithin } from './clipCheck.ts';
import { Recorder } from './recorder.ts';
import { recordings } from './recordings.ts';

const fresh = (): string => mkdtempSync(join(tmpdir(), 'weir-clip-'));
const START = 1_700_000_000_000;

/** 30 s with a key frame each second, made by a foreign encoder. */
function encoded(size: string): Packet[] {
  const path = join(fresh(), 'source.flv');
  const input = [
    '-f',
    'lavfi',
    '-i',
    `testsrc2=size=${size}:rate=25`,
    '-f',
    'lavfi',
    '-i',
    'sine',
    '-t',
    '30',
  ];
  const coding = [
    '-c:v',
    'libx264',
    '-preset',
    'fast',
    '-g',
    '25',
    '-bf',
    '2',
    '-c:a',
    'aac',
    '-f',
    'flv',
    path,
  ];
  execFileSync('ffmpeg', ['-loglevel', 'error', ...input, ...coding]);
  return readFlv(readFileSync(path));
}

/** Records packets in media time from `clock`'s now on, as one session. */
async function record(
  dir: string,
  clock: SimulatedClock,
  session: string,
  packets: readonly Packet[],
): Promise<void> {
  const recorder = new Recorder({ dir, broadcast: 'b', session, clock, log: silentLog, onSegment: () => {} });
  let at = packets[0]?.dts ?? 0;
  for (const packet of packets) {
    clock.advance(Math.max(0, packet.dts - at));
    at = Math.max(at, packet.dts);
    recorder.write(packet);
  }
  await recorder.close();
}

function probe(path: string, ...args: string[]): string {
  return execFileSync('ffprobe', ['-v', 'error', ...args, '-of', 'csv=p=0', path], { encoding: 'utf8' });
}
const decode = (path: string): string =>
  execFileSync('ffmpeg', ['-v', 'error', '-i', path, '-f', 'null', '-'], { encoding: 'utf8', stdio: 'pipe' });

describe('a clip', () => {
  let dir: string;
  let packets: Packet[];
  beforeAll(async () => {
    dir = fresh();
    packets = encoded('160x90');
    const clock = new SimulatedClock(START);
    await record(dir, clock, 's1', packets);
    clock.advance(5_000);
    await record(dir, clock, 's2', encoded('90x160'));
  });
  const cut = async (from: number, to: number): Promise<{ out: string; clip: Clip }> => {
    const out = fresh();
    return { out, clip: await cutClip(dir, 'b', { from: START + from, to: START + to }, out) };
  };

  it('begins at the key frame before, says its exact range, and decodes in a foreign player', async () => {
    const { out, clip } = await cut(12_500, 17_500);
    expect(clip.parts).toHaveLength(1);
    const [part] = clip.parts as [Clip['parts'][0]];
    expect(part.fromMs).toBe(START + 12_000);
    expect(part.toMs).toBeLessThan(START + 17_500);
    expect(part.toMs).toBeGreaterThan(START + 17_400);
    const path = join(out, part.file);
    expect(decode(path)).toBe('');
    expect(Number(probe(path, '-show_entries', 'format=duration'))).toBeCloseTo(5.5, 1);
    const frames = probe(path, '-select_streams', 'v', '-show_entries', 'packet=pts,dts').trim().split('\n');
    expect(frames.length).toBeGreaterThanOrEqual(137);
    expect(frames.length).toBeLessThanOrEqual(139);
  });

  it('holds the recorded frames as they came, and is found out where one was changed', async () => {
    const { out, clip } = await cut(3_000, 23_000);
    const paths = clip.segments.map(({ path }) => join(dir, path));
    const [part] = clip.parts as [Clip['parts'][0]];
    const path = join(out, part.file);
    expect(await framesWithin(path, paths)).toBe(part.frames);
    const bytes = readFileSync(path);
    const at = bytes.indexOf('mdat') + 2_000;
    bytes[at] = (bytes[at] ?? 0) ^ 1;
    writeFileSync(path, bytes);
    expect(await framesWithin(path, paths)).toBeUndefined();
  });

  it('has a part for each coming of the publisher, with the gap between them named', async () => {
    const { out, clip } = await cut(28_000, 40_000);
    expect(clip.parts).toHaveLength(2);
    const [one, two] = clip.parts as [Clip['parts'][0], Clip['parts'][0]];
    expect(two.fromMs - one.toMs).toBeGreaterThan(4_000);
    const size = (file: string): string =>
      probe(join(out, file), '-select_streams', 'v', '-show_entries', 'stream=width,height').trim();
    expect([size(one.file), size(two.file)]).toEqual(['160,90', '90,160']);
  });

  it('goes on over files whose times overlap, as those of an encoder behind an unsteady network do', async () => {
    const unsteady = fresh();
    const clock = new SimulatedClock(START);
    const recorder = new Recorder({
      dir: unsteady,
      broadcast: 'b',
      session: 's',
      clock,
      log: silentLog,
      onSegment: () => {},
    });
    for (const packet of packets) {
      // The first frames come late, the others in time: the second file begins before the first ends.
      const late = packet.dts < 400 ? 400 - packet.dts : 0;
      clock.advance(Math.max(0, START + packet.dts + late - clock.now()));
      recorder.write(packet);
    }
    await recorder.close();
    const out = fresh();
    const { parts } = await cutClip(unsteady, 'b', { from: START + 5_000, to: START + 20_000 }, out);
    expect(parts).toHaveLength(1);
    expect(decode(join(out, parts[0]?.file ?? ''))).toBe('');
  });

  it('is refused where nothing was recorded, where it is empty, too long, or still being written', async () => {
    await expect(cut(-60_000, -50_000)).rejects.toMatchObject({ code: 'not_found' });
    await expect(cut(5, 5)).rejects.toMatchObject({ code: 'bad_request' });
    await expect(cut(0, 3_600_001)).rejects.toMatchObject({ code: 'bad_request' });
    const open = fresh();
    const clock = new SimulatedClock(START);
    const recorder = new Recorder({
      dir: open,
      broadcast: 'b',
      session: 's',
      clock,
      log: silentLog,
      onSegment: () => {},
    });
    for (const packet of packets.slice(0, 200)) recorder.write(packet);
    clock.advance(600);
    await expect
      .poll(async () => (await recordings(open, 'b', { from: START, to: START + 1_000 })).length)
      .toBe(1);
    await expect(cutClip(open, 'b', { from: START, to: START + 1_000 }, fresh())).rejects.toMatchObject({
      code: 'conflict',
    });
    await recorder.close();
  });
});
