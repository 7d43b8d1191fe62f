import { Problem } from '@weir/kit';
import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import type { Packet } from '../packet.ts';
import { readCoding } from './coding.ts';
import { initSegment } from './init.ts';
import { opusSamples } from './opus.ts';
import { makeClip } from './testing/clip.ts';

const RUNS = process.env['WEIR_TEST_FULL'] ? 100_000 : 5_000;
const CODECS = ['h264', 'hevc', 'av1', 'aac', 'opus'] as const;

/** A configuration packet around any bytes. */
function configOf(codec: (typeof CODECS)[number], payload: Buffer): Packet {
  const timed = { role: 'config', dts: 0, cts: 0, tag: payload, payload } as const;
  return codec === 'aac' || codec === 'opus'
    ? { track: 'audio', codec, ...timed }
    : { track: 'video', codec, ...timed };
}

/** Reads it, or answers the problem; anything else that is thrown fails the test. */
function read(packet: Packet): ReturnType<typeof readCoding> | Problem {
  try {
    return readCoding(packet);
  } catch (why) {
    if (why instanceof Problem && why.code === 'bad_request') return why;
    throw why;
  }
}

describe('codec configurations', () => {
  const real = new Map<string, Buffer>();
  beforeAll(async () => {
    const picture = { size: '320x180', rate: 10, keySeconds: 1 };
    const clips = await Promise.all([
      makeClip({ seconds: 1, video: { codec: 'h264', ...picture }, audio: { codec: 'aac', rate: 48_000 } }),
      makeClip({ seconds: 1, video: { codec: 'hevc', ...picture }, audio: { codec: 'opus', rate: 48_000 } }),
      makeClip({ seconds: 1, video: { codec: 'av1', ...picture } }),
    ]);
    for (const packet of clips.flat()) if (packet.role === 'config') real.set(packet.codec, packet.payload);
  });

  it.each(CODECS)('of %s may be anything: it is read or refused, and a size stays possible', (codec) => {
    const seed = real.get(codec);
    if (!seed) throw new Error(`no configuration of ${codec}`);
    const mutated = fc
      .array(fc.tuple(fc.nat(seed.length - 1), fc.nat(255)), { minLength: 1, maxLength: 6 })
      .chain((edits) => fc.nat(seed.length).map((cut) => ({ edits, cut })))
      .map(({ edits, cut }) => {
        const bytes = Buffer.from(seed);
        for (const [at, value] of edits) bytes[at] = value;
        return cut % 3 === 0 ? bytes.subarray(0, cut) : bytes;
      });
    const noise = fc.uint8Array({ maxLength: 96 }).map((bytes) => Buffer.from(bytes));
    fc.assert(
      fc.property(fc.oneof(mutated, noise), (bytes) => {
        const coding = read(configOf(codec, bytes));
        if (coding instanceof Problem) return;
        expect(initSegment(coding).length).toBeGreaterThan(300);
        expect(coding.timescale).toBeGreaterThan(0);
        if (coding.track === 'video') expect(coding.carry(bytes).length).toBeGreaterThanOrEqual(bytes.length);
      }),
      { numRuns: RUNS },
    );
  });

  it('name explicit high-efficiency AAC by its extension and time it by its core', () => {
    // AOT 5, core 24 kHz, stereo, extension 48 kHz, core AOT 2 (ISO/IEC 14496-3 section 1.6.2.1).
    const config = Buffer.from([0b0010_1011, 0b0001_0001, 0b1000_1000]);
    const coding = readCoding(configOf('aac', config));
    expect(coding).toMatchObject({ codecs: 'mp4a.40.5', timescale: 24_000, channels: 2 });
    expect(coding.track === 'audio' && coding.ticks(Buffer.alloc(1))).toBe(1024);
  });

  it('tell the length of every form of Opus packet', () => {
    expect(opusSamples(Buffer.from([31 << 3]))).toBe(960);
    expect(opusSamples(Buffer.from([(16 << 3) | 1]))).toBe(240);
    expect(opusSamples(Buffer.from([(3 << 3) | 3, 2]))).toBe(5760);
    expect(opusSamples(Buffer.from([13 << 3]))).toBe(960);
    expect(opusSamples(Buffer.alloc(0))).toBe(0);
  });

  it.each(['h264', 'hevc'] as const)('of %s go into a key frame, behind its delimiter', (codec) => {
    const coding = readCoding(configOf(codec, real.get(codec) ?? Buffer.alloc(0)));
    if (coding.track !== 'video') throw new Error('no picture');
    const [delimiter, slice] =
      codec === 'h264'
        ? [
            [9, 0xf0],
            [0x65, 1],
          ]
        : [
            [35 << 1, 1],
            [19 << 1, 1],
          ];
    const nal = (...bytes: number[]): Buffer => Buffer.from([0, 0, 0, bytes.length, ...bytes]);
    const types = (frame: Buffer): number[] => {
      const found: number[] = [];
      for (let at = 0; at < frame.length; at += 4 + frame.readUInt32BE(at)) {
        const first = frame.readUInt8(at + 4);
        found.push(codec === 'h264' ? first & 31 : (first >> 1) & 63);
      }
      return found;
    };
    const sets = codec === 'h264' ? [7, 8] : [32, 33, 34];
    // x265 adds its own message (39) to the sets.
    const bare = types(coding.carry(nal(...slice)));
    const delimited = types(coding.carry(Buffer.concat([nal(...delimiter), nal(...slice)])));
    const last = codec === 'h264' ? 5 : 19;
    expect(bare.filter((type) => type !== 39)).toEqual([...sets, last]);
    expect(delimited).toEqual([codec === 'h264' ? 9 : 35, ...bare]);
  });
});
