import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { flvHeader, packetTag, readFlv, scriptTag, tagHeader } from './index.ts';

const RUNS = process.env.WEIR_TEST_FULL ? 20_000 : 2_000;

describe('FLV', () => {
  let dir: string;
  let file: Buffer;
  beforeAll(() => {
    dir = mkdtempSync(join(tmpdir(), 'weir-flv-'));
    const out = join(dir, 'a.flv');
    execFileSync('ffmpeg', [
      ...['-v', 'error', '-f', 'lavfi', '-i', 'testsrc2=s=160x90:r=25:d=2', '-f', 'lavfi'],
      ...['-i', 'sine=r=44100:d=2', '-c:v', 'libx264', '-g', '25', '-preset', 'ultrafast', '-bf', '2'],
      ...['-c:a', 'aac', '-y', out],
    ]);
    file = readFileSync(out);
  });
  afterAll(() => rmSync(dir, { recursive: true }));

  test('a file of ffmpeg is read with its key frames, configurations and reordering', () => {
    const packets = readFlv(file);
    const video = packets.filter((p) => p.track === 'video');
    const audio = packets.filter((p) => p.track === 'audio');
    expect(video.map((p) => p.role).filter((r) => r !== 'frame')).toEqual(['config', 'key', 'key']);
    expect(video.filter((p) => p.role !== 'config')).toHaveLength(50);
    expect(audio[0]?.role).toBe('config');
    expect(audio.length).toBeGreaterThan(85);
    expect(packets.every((p) => p.codec === (p.track === 'video' ? 'h264' : 'aac'))).toBe(true);
  });

  test('what we write of it, ffprobe reads: same packets, same times', () => {
    const out = join(dir, 'b.flv');
    const tags = readFlv(file).map((p) => packetTag(p, p.dts));
    writeFileSync(
      out,
      Buffer.concat([flvHeader(true, true), scriptTag('onMetaData', { width: 160, ours: true }, 0), ...tags]),
    );
    const probe = (path: string): string =>
      execFileSync('ffprobe', [
        ...['-v', 'error', '-show_entries', 'packet=stream_index,dts,pts,size,flags', '-of', 'csv', path],
      ]).toString();
    expect(probe(out)).toBe(probe(join(dir, 'a.flv')));
  });

  test('times beyond 24 bits use the extension byte and wrap at 32', () => {
    expect(readTime(tagHeader(9, 5, 2 ** 24 + 7))).toBe(2 ** 24 + 7);
    expect(readTime(tagHeader(9, 5, 2 ** 31 + 7))).toBe(2 ** 31 + 7);
    expect(readTime(tagHeader(9, 5, 2 ** 32 + 7))).toBe(7);
  });

  test('hostile bytes end in packets or a problem, never in another error', () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.nat(4000), fc.nat(255)), { maxLength: 20 }),
        fc.nat(4000),
        (flips, cut) => {
          const bytes = Buffer.from(file.subarray(0, 4000));
          for (const [at, value] of flips) bytes[at % bytes.length] = value;
          try {
            for (const p of readFlv(bytes.subarray(0, cut)))
              expect(p.payload.length).toBeLessThanOrEqual(p.tag.length);
          } catch (why) {
            expect(why).toHaveProperty('name', 'Problem');
          }
        },
      ),
      { numRuns: RUNS },
    );
  });

  test('a file beyond the limits is refused', () => {
    expect(() => readFlv(file, { bytes: 100, tags: 10 })).toThrow('too_large');
    expect(() => readFlv(file, { bytes: file.length, tags: 10 })).toThrow('too_large');
  });
});

const readTime = (header: Buffer): number => header.readUIntBE(4, 3) + (header[7] ?? 0) * 2 ** 24;
