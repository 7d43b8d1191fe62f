import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdtempSync, readdirSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SimulatedClock, silentLog } from '@weir/kit';
import { beforeAll, describe, expect, it } from 'vitest';
import { readFlv } from '../flv/index.ts';
import type { Packet } from '../packet.ts';
import { type RecordedSegment, Recorder } from './recorder.ts';
import { recordings } from './recordings.ts';
import { recoverRecordings } from './recover.ts';

let clip: Packet[];
let folder: string;
const fresh = (): string => mkdtempSync(join(tmpdir(), 'weir-tap-'));

beforeAll(() => {
  folder = fresh();
  const path = join(folder, 'clip.flv');
  execFileSync('ffmpeg', [
    '-loglevel',
    'error',
    '-f',
    'lavfi',
    '-i',
    'testsrc2=size=160x90:rate=25',
    '-f',
    'lavfi',
    '-i',
    'sine',
    '-t',
    '25',
    '-c:v',
    'libx264',
    '-preset',
    'ultrafast',
    '-g',
    '25',
    '-c:a',
    'aac',
    '-f',
    'flv',
    path,
  ]);
  clip = readFlv(readFileSync(path));
});

const decodes = (path: string): void => {
  const said = execFileSync('ffmpeg', ['-v', 'error', '-f', 'flv', '-i', path, '-f', 'null', '-'], {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  expect(said).toBe('');
};

async function record(packets: readonly Packet[]): Promise<{ dir: string; segments: RecordedSegment[] }> {
  const dir = fresh();
  const clock = new SimulatedClock();
  const segments: RecordedSegment[] = [];
  const recorder = new Recorder({
    dir,
    broadcast: 'b',
    session: 's',
    clock,
    log: silentLog,
    onSegment: (one) => void segments.push(one),
  });
  let last = 0;
  for (const packet of packets) {
    clock.advance(Math.max(0, packet.dts - last));
    last = Math.max(last, packet.dts);
    recorder.write(packet);
  }
  await recorder.close();
  expect(recorder.failed).toBe(false);
  return { dir, segments };
}

describe('the recorder', () => {
  it('cuts at key frames about each ten seconds, and each segment plays alone', async () => {
    const { dir, segments } = await record(clip);
    expect(segments).toHaveLength(3);
    for (const { path } of segments) {
      decodes(join(dir, path));
      const packets = readFlv(readFileSync(join(dir, path)));
      expect(
        packets
          .filter(({ track }) => track === 'video')
          .slice(0, 2)
          .map(({ role }) => role),
      ).toEqual(['config', 'key']);
    }
  });

  it('loses and doubles nothing', async () => {
    const { dir, segments } = await record(clip);
    const back = segments
      .flatMap(({ path }) => readFlv(readFileSync(join(dir, path))))
      .filter(({ role }) => role !== 'config');
    const sent = clip.filter(({ role }) => role !== 'config');
    expect(back.map(({ dts, track }) => [track, dts])).toEqual(sent.map(({ dts, track }) => [track, dts]));
    expect(back.every(({ tag }, i) => sent[i]?.tag.equals(tag))).toBe(true);
  });

  it('names size and hash of what lies on the disk', async () => {
    const { dir, segments } = await record(clip);
    for (const { path, bytes, hash } of segments) {
      const stored = readFileSync(join(dir, path));
      expect([stored.length, createHash('sha256').update(stored).digest('hex')]).toEqual([bytes, hash]);
    }
  });

  it('cuts sound alone by time', async () => {
    const { segments } = await record(clip.filter(({ track }) => track === 'audio'));
    expect(segments).toHaveLength(3);
  });

  it('finds segments by broadcast and time', async () => {
    const { dir, segments } = await record(clip);
    const [first, second] = segments as [RecordedSegment, RecordedSegment];
    const found = async (from: number, to: number): Promise<string[]> =>
      (await recordings(dir, 'b', { from, to })).map(({ path }) => path);
    expect(await found(first.fromMs, first.fromMs + 1)).toEqual([first.path]);
    expect(await found(first.toMs - 1, second.fromMs + 1)).toEqual([first.path, second.path]);
    expect(await found(0, first.fromMs - 1)).toEqual([]);
    expect(await recordings(dir, 'other', { from: 0, to: Number.MAX_SAFE_INTEGER })).toEqual([]);
  });

  it('lets the stream go on where the disk refuses', async () => {
    const dir = fresh();
    const full = new Recorder({
      dir,
      broadcast: 'b',
      session: 's',
      clock: new SimulatedClock(1),
      log: silentLog,
      onSegment: () => {},
    });
    const twin = new Recorder({
      dir,
      broadcast: 'b',
      session: 's',
      clock: new SimulatedClock(1),
      log: silentLog,
      onSegment: () => {},
    });
    for (const packet of clip.slice(0, 50)) {
      full.write(packet);
      twin.write(packet);
    }
    await full.close();
    await twin.close();
    // Both wanted the same file name: one has it, the other says it failed and nothing was thrown.
    expect([full.failed, twin.failed].sort()).toEqual([false, true]);
  });

  it('survives kill -9 with at most a second lost, and recovery closes what was open', async () => {
    const dir = fresh();
    const child: ChildProcess = spawn(
      process.execPath,
      [join(import.meta.dirname, 'recorder.child.ts'), join(folder, 'clip.flv'), dir],
      { stdio: ['ignore', 'pipe', 'inherit'] },
    );
    const sent = await new Promise<number>((resolve) => {
      let at = 0;
      child.stdout?.on('data', (text: Buffer) => {
        at = Number(String(text).trim().split('\n').at(-1));
        if (at > 3_000) {
          child.kill('SIGKILL');
          resolve(at);
        }
      });
    });
    await new Promise((resolve) => child.once('exit', resolve));
    const [segment] = await recoverRecordings(dir);
    if (!segment) throw new Error('nothing was recovered');
    decodes(join(dir, segment.path));
    const last = Math.max(...readFlv(readFileSync(join(dir, segment.path))).map(({ dts }) => dts));
    expect(sent - last).toBeLessThan(1_000);
    expect(segment).toMatchObject({
      broadcast: 'b',
      session: 's',
      bytes: readFileSync(join(dir, segment.path)).length,
    });
    expect(readdirSync(dir, { recursive: true }).filter((name) => String(name).endsWith('.part'))).toEqual(
      [],
    );
  });
});
