import { execFileSync } from 'node:child_process';
import {
  copyFileSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { type Clock, realClock, SimulatedClock, silentLog } from '@weir/kit';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Packet } from '../packet.ts';
import { readSegment } from './read.ts';
import { type RecordedSegment, Recorder } from './recorder.ts';
import { recordings } from './recordings.ts';
import { recoverRecordings } from './recover.ts';

const fresh = (): string => mkdtempSync(join(tmpdir(), 'weir-tap-'));

/** A picture of `bytes` bytes; the first of each second is one that decoding starts at. */
const picture = (dts: number, bytes = 1_000, isKey = dts % 1_000 === 0): Packet => {
  const tag = Buffer.alloc(bytes, dts % 251);
  tag.set([isKey ? 0x17 : 0x27, 1, 0, 0, 0]);
  // One NAL unit (4-byte length) over the rest: type 5 is an IDR slice, 1 any other.
  tag.writeUInt32BE(bytes - 9, 5);
  tag[9] = isKey ? 5 : 1;
  return {
    track: 'video',
    codec: 'h264',
    role: isKey ? 'key' : 'frame',
    dts,
    cts: 0,
    tag,
    payload: tag.subarray(5),
  };
};

const config = (version: number): Packet => {
  const tag = Buffer.from([0x17, 0, 0, 0, 0, 1, version, 0, 31]);
  return { track: 'video', codec: 'h264', role: 'config', dts: 0, cts: 0, tag, payload: tag.subarray(5) };
};

type Run = { dir: string; recorder: Recorder; segments: RecordedSegment[] };
function start(dir: string, clock: Clock, more: { unwrittenBytes?: number } = {}): Run {
  const segments: RecordedSegment[] = [];
  const recorder = new Recorder({
    dir,
    broadcast: 'b',
    session: 's',
    clock,
    log: silentLog,
    onSegment: (one) => void segments.push(one),
    ...more,
  });
  return { dir, recorder, segments };
}

const readAll = async (dir: string, segments: readonly { path: string }[]): Promise<Packet[]> =>
  (await Promise.all(segments.map(({ path }) => Array.fromAsync(readSegment(join(dir, path)))))).flat();

const turn = (ms: number): Promise<void> => new Promise((done) => setTimeout(done, ms));

describe('a recording', () => {
  it('keeps times through wraps of 2^24, 2^31 and 2^32 ms and a publisher that restarts at 0', async () => {
    const clock = new SimulatedClock();
    const { dir, recorder, segments } = start(fresh(), clock);
    const times = [2 ** 24, 2 ** 31, 2 ** 32, 2 ** 33]
      .flatMap((edge) => Array.from({ length: 20 }, (_, i) => edge - 400 + i * 40))
      .concat([0, 40, 80]);
    recorder.write(config(1));
    for (const dts of times) {
      recorder.write(picture(dts));
      clock.advance(40);
    }
    await recorder.close();
    const back = (await readAll(dir, segments)).filter(({ role }) => role !== 'config');
    expect(back.map(({ dts }) => dts)).toEqual(times);
  });

  it('begins a segment where the configuration changes, so that each has one', async () => {
    const clock = new SimulatedClock();
    const { dir, recorder, segments } = start(fresh(), clock);
    for (const version of [1, 1, 2]) {
      recorder.write(config(version));
      for (let dts = 0; dts < 2_000; dts += 40) recorder.write(picture(version * 10_000 + dts));
      clock.advance(2_000);
    }
    await recorder.close();
    const versions = await Promise.all(
      segments.map(async (one) =>
        (await readAll(dir, [one])).filter(({ role }) => role === 'config').map(({ payload }) => payload[1]),
      ),
    );
    expect(versions.map((each) => new Set(each))).toEqual([new Set([1]), new Set([2])]);
  });

  it('ends a segment after a minute also where no second key frame comes', async () => {
    const clock = new SimulatedClock();
    const { recorder, segments } = start(fresh(), clock);
    for (let dts = 0; dts < 130_000; dts += 1_000) {
      recorder.write(picture(dts, 100, dts === 0));
      clock.advance(1_000);
    }
    await recorder.close();
    expect(segments.map(({ fromMs, toMs }) => Math.round((toMs - fromMs) / 10_000))).toEqual([6, 6, 1]);
  });

  it('drops the oldest where the disk does not keep up, says so, and stays readable', async () => {
    // Nothing reaches the disk before `close`: no timer runs and no turn of the loop passes.
    const { dir, recorder, segments } = start(fresh(), new SimulatedClock(), { unwrittenBytes: 512 * 1024 });
    for (let dts = 0; dts < 4_000; dts += 1) recorder.write(picture(dts));
    expect(recorder.failed).toBe(true);
    await recorder.close();
    const back = await readAll(dir, segments);
    expect(back.length).toBeGreaterThan(300);
    expect(back.length).toBeLessThan(600);
    expect(back.at(-1)?.dts).toBe(3_999);
    expect(statSync(join(dir, segments[0]?.path ?? '')).size).toBe(segments[0]?.bytes);
  });
});

describe('a full disk', () => {
  it('costs recording and not the stream; what was written is closed, and it goes on when space returns', async () => {
    const disk = fresh();
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=2m', 'weir-test', disk]);
    try {
      const ballast = join(disk, 'ballast');
      writeFileSync(ballast, Buffer.alloc(1_200_000));
      const { recorder, segments } = start(join(disk, 'media'), realClock);
      let dts = 0;
      const send = async (ms: number): Promise<void> => {
        for (const until = dts + ms; dts < until; dts += 40) recorder.write(picture(dts, 40_000));
        await turn(700);
      };
      await send(400);
      await send(2_000);
      expect(recorder.failed).toBe(true);
      expect(segments).toHaveLength(1);
      rmSync(ballast);
      await turn(1_000);
      await send(1_000);
      await recorder.close();
      expect(segments.length).toBeGreaterThan(1);
      for (const { path, bytes } of segments) expect(statSync(join(disk, 'media', path)).size).toBe(bytes);
      const back = await readAll(join(disk, 'media'), segments);
      expect(back.at(-1)?.dts).toBe(dts - 40);
    } finally {
      execFileSync('umount', ['-l', disk]);
    }
  });
});

describe('a recording cut short', () => {
  it('at any byte is read and closed up to its last whole tag', async () => {
    const { dir, recorder } = start(fresh(), new SimulatedClock(1_000));
    recorder.write(config(1));
    for (let dts = 0; dts < 400; dts += 40) recorder.write(picture(dts, 60));
    await recorder.close();
    const [whole] = await recordings(dir, 'b', { from: 0, to: 1e12 });
    const source = join(dir, whole?.path ?? '');
    const packets = await Array.fromAsync(readSegment(source));
    expect(packets).toHaveLength(11);
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 0, max: statSync(source).size }), async (length) => {
        const copy = fresh();
        const part = join(copy, '.open', '1000.b.s.part');
        mkdirSync(dirname(part));
        copyFileSync(source, part);
        truncateSync(part, length);
        const before = await Array.fromAsync(readSegment(part));
        expect(before.map(({ dts }) => dts)).toEqual(packets.slice(0, before.length).map(({ dts }) => dts));
        const recovered = await recoverRecordings(copy);
        expect(recovered).toHaveLength(before.length === 0 ? 0 : 1);
        expect(await recoverRecordings(copy)).toEqual([]);
        expect(readdirSync(join(copy, '.open'))).toEqual([]);
        for (const { path, bytes } of recovered) {
          expect(readFileSync(join(copy, path))).toHaveLength(bytes);
          expect(await readAll(copy, [{ path }])).toHaveLength(before.length);
        }
        rmSync(copy, { recursive: true });
      }),
      { numRuns: 100 },
    );
  });
});
