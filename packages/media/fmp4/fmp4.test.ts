import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { BufferSource, EncodedPacketSink, Input, MP4 } from 'mediabunny';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Packet } from '../packet.ts';
import { readCoding, sampleOf } from './coding.ts';
import { fragment, type Sample } from './fragment.ts';
import { initSegment } from './init.ts';
import { still } from './still.ts';
import { type Clip, makeClip } from './testing/clip.ts';
import { readMp4 } from './testing/mp4.ts';

const run = promisify(execFile);
/** Not at 0, and past 32 bits of any timescale: a broadcast of two months. */
const BEGIN_MS = 5_000_000_000;
const PER_FRAGMENT = 7;

type Case = { name: string; clip: Clip; codecs: RegExp; width?: number; height?: number };
const picture = { rate: 25, keySeconds: 1 };
const CASES: Case[] = [
  {
    name: 'H.264 with B-frames',
    clip: { seconds: 2, video: { codec: 'h264', size: '426x240', bFrames: 2, ...picture } },
    codecs: /^avc1\.6400[01]\w$/,
    width: 426,
    height: 240,
  },
  {
    name: 'H.264 of odd height',
    clip: { seconds: 1, video: { codec: 'h264', size: '200x154', ...picture } },
    codecs: /^avc1\./,
    width: 200,
    height: 154,
  },
  {
    name: 'HEVC',
    clip: { seconds: 2, video: { codec: 'hevc', size: '426x240', ...picture } },
    codecs: /^hvc1\.1\.6\.L\d+\.90$/,
    width: 426,
    height: 240,
  },
  {
    name: 'AV1',
    clip: { seconds: 2, video: { codec: 'av1', size: '426x240', ...picture } },
    codecs: /^av01\.0\.\d\dM\.08$/,
    width: 426,
    height: 240,
  },
  {
    name: 'AAC at 44.1 kHz',
    clip: { seconds: 2, audio: { codec: 'aac', rate: 44_100 } },
    codecs: /^mp4a\.40\.2$/,
  },
  {
    name: 'AAC, one channel',
    clip: { seconds: 2, audio: { codec: 'aac', rate: 48_000, channels: 1 } },
    codecs: /^mp4a\.40\.2$/,
  },
  { name: 'Opus', clip: { seconds: 2, audio: { codec: 'opus', rate: 48_000 } }, codecs: /^opus$/i },
];

/** Frames as samples the way a segmenter would place them. */
function samplesOf(packets: Packet[], timescale: number, ticks: (frame: Buffer) => number): Sample[] {
  const frames = packets.filter((packet) => packet.role !== 'config');
  const scale = (ms: number): number => Math.round((ms * timescale) / 1000);
  let next = scale(BEGIN_MS);
  return frames.map((packet, i) => {
    const after = frames[i + 1]?.dts ?? packet.dts + 40;
    const start = packet.track === 'video' ? scale(BEGIN_MS + packet.dts) : next;
    const duration = packet.track === 'video' ? scale(after - packet.dts) : ticks(packet.payload);
    next = start + duration;
    const sync = packet.track === 'audio' || packet.role === 'key';
    return { data: sampleOf(packet), start, duration, offset: scale(packet.cts), sync };
  });
}

describe('the fMP4 writer', () => {
  let directory = '';
  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), 'weir-fmp4-'));
  });
  afterAll(() => rm(directory, { recursive: true }));

  async function decode(
    bytes: Buffer,
    name: string,
  ): Promise<{ packets: number; frames: number; start: number }> {
    const path = join(directory, `${name.replace(/\W/g, '')}.mp4`);
    await writeFile(path, bytes);
    const decoded = await run('ffmpeg', [
      '-hide_banner',
      '-loglevel',
      'warning',
      '-i',
      path,
      '-f',
      'null',
      '-',
    ]);
    expect(decoded.stderr).toBe('');
    const fields = 'stream=nb_read_packets,nb_read_frames,start_time';
    const probe = [
      '-v',
      'error',
      '-count_packets',
      '-count_frames',
      '-show_entries',
      fields,
      '-of',
      'json',
      path,
    ];
    const [stream] = JSON.parse((await run('ffprobe', probe)).stdout).streams;
    return { packets: +stream.nb_read_packets, frames: +stream.nb_read_frames, start: +stream.start_time };
  }

  describe.each(CASES)('$name', ({ name, clip, codecs, width, height }) => {
    let samples: Sample[] = [];
    let file = Buffer.alloc(0);
    let codec = '';
    let timescale = 0;

    beforeAll(async () => {
      const packets = await makeClip(clip);
      const config = packets.find((packet) => packet.role === 'config');
      if (!config) throw new Error('no configuration');
      const coding = readCoding(config);
      ({ codecs: codec, timescale } = coding);
      samples = samplesOf(packets, timescale, coding.track === 'audio' ? coding.ticks : () => 0);
      const fragments: Buffer[] = [];
      for (let i = 0; i < samples.length; i += PER_FRAGMENT) {
        const [first, ...rest] = samples.slice(i, i + PER_FRAGMENT);
        if (first) fragments.push(fragment(fragments.length + 1, [first, ...rest]));
      }
      file = Buffer.concat([initSegment(coding), ...fragments]);
      expect(samples.length).toBeGreaterThan(20);
    });

    it('is decoded by ffmpeg without a warning, every frame of it', async () => {
      const { packets, frames, start } = await decode(file, name);
      expect(packets).toBe(samples.length);
      expect(frames).toBe(samples.length);
      const first = samples[0];
      expect(start).toBeCloseTo(((first?.start ?? 0) + (first?.offset ?? 0)) / timescale, 4);
    });

    it('is read by mp4box with the same bytes, times and key frames', () => {
      const [track] = readMp4(file);
      expect(track?.codec).toMatch(codecs);
      expect(track?.codec.toLowerCase()).toBe(codec.toLowerCase());
      expect(track?.samples.map(({ dts, cts, duration, sync }) => ({ dts, cts, duration, sync }))).toEqual(
        samples.map(({ start, offset, duration, sync }) => ({
          dts: start,
          cts: start + offset,
          duration,
          sync,
        })),
      );
      expect(track?.samples.every(({ data }, i) => samples[i]?.data.equals(data))).toBe(true);
    });

    it('is read by mediabunny with the same codec, size and packets', async () => {
      const input = new Input({ source: new BufferSource(file), formats: [MP4] });
      const [track] = await input.getTracks();
      // It calls every HEVC track hev1, whichever the sample entry says.
      expect((await track?.getCodecParameterString())?.replace('hev1', 'hvc1')).toMatch(codecs);
      if (track?.isVideoTrack()) {
        expect([await track.getCodedWidth(), await track.getCodedHeight()]).toEqual([width, height]);
      }
      if (!track) throw new Error('no track');
      const seen: number[] = [];
      for await (const packet of new EncodedPacketSink(track).packets()) seen.push(packet.data.length);
      expect(seen).toEqual(samples.map(({ data }) => data.length));
    });
  });

  it.each(CASES.filter(({ clip }) => clip.video))(
    'makes a poster of one picture from $name',
    async ({ name, clip }) => {
      const packets = await makeClip(clip);
      const config = packets.find((packet) => packet.role === 'config');
      const key = packets.find((packet) => packet.role === 'key');
      if (config?.track !== 'video' || key?.track !== 'video') throw new Error('no key frame');
      const coding = readCoding(config);
      if (coding.track !== 'video') throw new Error('no picture');
      expect(await decode(still(coding, key), `${name} poster`)).toMatchObject({
        packets: 1,
        frames: 1,
        start: 0,
      });
    },
  );
});
