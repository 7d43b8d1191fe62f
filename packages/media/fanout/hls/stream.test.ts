import { SimulatedClock, silentLog } from '@weir/kit';
import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { makeClip } from '../../fmp4/testing/clip.ts';
import { readMp4 } from '../../fmp4/testing/mp4.ts';
import type { Packet } from '../../packet.ts';
import { LIMITS, type Limits } from './limits.ts';
import { mediaPlaylist } from './playlist.ts';
import type { Rendition } from './rendition.ts';
import { Stream } from './stream.ts';
import { type Playlist, readPlaylist } from './testing/m3u8.ts';

const RUNS = process.env['WEIR_TEST_FULL'] ? 1_000 : 40;
const FRAME_MS = 40;
const AAC = [Buffer.from([0x11, 0x90]), Buffer.from([0x12, 0x10])] as const;
const AAC_FRAME_MS = [1_024_000 / 48_000, 1_024_000 / 44_100] as const;

/** Sequence headers of three pictures, from a real encoder. */
const avc: Buffer[] = [];
beforeAll(async () => {
  for (const size of ['320x180', '640x360', '180x320']) {
    const packets = await makeClip({ seconds: 1, video: { codec: 'h264', size, rate: 5, keySeconds: 1 } });
    const config = packets.find((packet) => packet.role === 'config');
    if (config) avc.push(config.payload);
  }
});

/** One stretch of a broadcast: what changes at its beginning, its key-frame distance and length. */
type Stretch = {
  picture: number;
  sound: number;
  keyFrames: number;
  frames: number;
  jumpMs: number;
  stallMs: number;
};
const stretch = fc.record({
  picture: fc.nat(2),
  sound: fc.nat(1),
  keyFrames: fc.constantFrom(12, 25, 50, 60, 130),
  frames: fc.integer({ min: 1, max: 250 }),
  jumpMs: fc.constantFrom(0, 0, 7, 80, 900),
  stallMs: fc.constantFrom(0, 0, 5_000),
});

const frame = (
  track: 'video' | 'audio',
  role: 'config' | 'key' | 'frame',
  payload: Buffer,
  cts = 0,
): Packet => {
  const timed = { dts: 0, cts, tag: payload, payload };
  if (track === 'video') return { track, codec: 'h264', role, ...timed };
  return { track, codec: 'aac', role: role === 'config' ? 'config' : 'frame', ...timed };
};

/** Plays stretches into a stream as a gate would: one timeline, sound and picture interleaved, headers at each start. */
function play(
  stretches: Stretch[],
  tracks: string,
  limits: Partial<Limits>,
  look: (stream: Stream) => void,
): Stream {
  const clock = new SimulatedClock();
  const stream = new Stream(clock, silentLog, { ...LIMITS, ...limits }, Buffer.alloc(32));
  let at = 0;
  let soundAt = 0;
  for (const { picture, sound, keyFrames, frames, jumpMs, stallMs } of stretches) {
    at += jumpMs;
    clock.advance(jumpMs + stallMs);
    soundAt = Math.max(at, soundAt);
    if (tracks.includes('v'))
      stream.write({ packet: frame('video', 'config', avc[picture] ?? Buffer.alloc(0)), at });
    if (tracks.includes('a')) stream.write({ packet: frame('audio', 'config', AAC[sound] ?? AAC[0]), at });
    for (let i = 0; i < frames; i++, at += FRAME_MS) {
      const payload = Buffer.alloc(200 + (i % 7), i);
      const role = i % keyFrames === 0 ? 'key' : 'frame';
      if (tracks.includes('v'))
        stream.write({ packet: frame('video', role, payload, (i % 3) * FRAME_MS), at });
      for (; tracks.includes('a') && soundAt < at + FRAME_MS; soundAt += AAC_FRAME_MS[sound] ?? 20)
        stream.write({ packet: frame('audio', 'frame', payload), at: Math.round(soundAt) });
      clock.advance(FRAME_MS);
      look(stream);
    }
  }
  return stream;
}

const bytesOf = (rendition: Rendition, name: string): Buffer => {
  const stored = rendition.stored.get(name);
  if (!stored) throw new Error(`${name} is listed and not there`);
  return Buffer.concat(stored.chunks);
};

/** `expect` at a hundredth of its cost: these laws are asked a million times. */
function holds(law: boolean, name: string): void {
  if (!law) throw new Error(`does not hold: ${name}`);
}

/** What must hold between two readings of one playlist. */
function compare(before: Playlist, now: Playlist): void {
  const known = new Map(before.entries.map((entry) => [entry.uri, entry]));
  holds(now.targetS >= before.targetS, 'the target never falls');
  holds((now.entries[0]?.msn ?? -1) >= (before.entries[0]?.msn ?? 0), 'the media sequence never falls');
  for (const entry of now.entries) {
    const same = known.get(entry.uri);
    if (!same) holds(entry.msn > (before.entries.at(-1)?.msn ?? -1), 'segments are added at the end only');
    else
      for (const key of ['msn', 'durationS', 'map', 'discontinuity', 'wallMs'] as const)
        holds(entry[key] === same[key], `a segment's ${key} never changes`);
  }
}

/** What must hold within one playlist. */
function check(playlist: Playlist, rendition: Rendition): void {
  let previous: Playlist['entries'][number] | undefined;
  for (const entry of playlist.entries) {
    const { durationS, discontinuity, map, wallMs, parts, uri } = entry;
    holds(Math.round(durationS) <= playlist.targetS, 'no segment is longer than the target');
    if (previous) {
      holds(discontinuity >= previous.discontinuity, 'the discontinuity sequence never falls');
      holds(map === previous.map || discontinuity > previous.discontinuity, 'a new map is a discontinuity');
      holds(wallMs >= previous.wallMs + previous.durationS * 1000 - 1.5, 'no two segments share an instant');
    }
    if (parts.length > 0) {
      const whole = Buffer.concat(parts.map((part) => bytesOf(rendition, part.uri)));
      holds(whole.equals(bytesOf(rendition, uri)), 'a segment is its parts');
    }
    previous = entry;
  }
  for (const part of [...playlist.entries.flatMap(({ parts }) => parts), ...playlist.openParts])
    holds(part.durationS <= playlist.partTargetS, 'no part is longer than the part target');
}

describe('an HLS stream', () => {
  it('keeps the laws of a playlist over random splices, stalls, jumps and key-frame distances', () => {
    fc.assert(
      fc.property(
        fc.array(stretch, { minLength: 1, maxLength: 6 }),
        fc.constantFrom('av', 'av', 'v', 'a'),
        (stretches, tracks) => {
          const last = new Map<Rendition, Playlist>();
          const seen = new Map<Rendition, Map<string, { durationS: number; bytes: Buffer }>>();
          let version = -1;
          const look = (stream: Stream): void => {
            if (stream.version === version) return;
            version = stream.version;
            for (const rendition of [stream.video, stream.audio]) {
              if (rendition.segments.length === 0) continue;
              const playlist = readPlaylist(mediaPlaylist(rendition, stream, true));
              check(playlist, rendition);
              const before = last.get(rendition);
              if (before) compare(before, playlist);
              last.set(rendition, playlist);
              const all = seen.get(rendition) ?? new Map();
              seen.set(rendition, all);
              for (const { uri, map, durationS } of playlist.entries)
                if (!all.has(uri))
                  all.set(uri, {
                    durationS,
                    bytes: Buffer.concat([bytesOf(rendition, map), bytesOf(rendition, uri)]),
                  });
            }
          };
          const stream = play(stretches, tracks, {}, look);
          stream.end();
          look(stream);
          for (const segments of seen.values()) checkTimeline([...segments.values()]);
          const runs = [...last.values()].map((playlist) => playlist.entries.at(-1)?.discontinuity);
          expect(Math.max(...runs.map(Number)) - Math.min(...runs.map(Number))).toBeLessThanOrEqual(1);
        },
      ),
      { numRuns: RUNS },
    );
  }, 600_000);

  /** Reads the segments with mp4box: they abut on one timeline, begin with key frames, and last what was said. */
  function checkTimeline(segments: { durationS: number; bytes: Buffer }[]): void {
    let endMs: number | undefined;
    let lengthS = 0;
    let beginMs = 0;
    for (const { durationS, bytes } of segments) {
      const [track] = readMp4(bytes);
      const [first, last] = [track?.samples[0], track?.samples.at(-1)];
      if (!track || !first || !last) throw new Error('an empty segment');
      const ms = (ticks: number): number => (ticks * 1000) / track.timescale;
      expect(first.sync).toBe(true);
      if (endMs === undefined) beginMs = ms(first.dts);
      else expect(Math.abs(ms(first.dts) - endMs)).toBeLessThan(1);
      endMs = ms(last.dts + last.duration);
      lengthS += durationS;
    }
    expect(Math.abs(lengthS * 1000 - ((endMs ?? 0) - beginMs))).toBeLessThan(segments.length);
  }

  it('takes back the promise of independent segments where no key frame comes in time, and keeps the target', () => {
    const one = { picture: 0, sound: 0, keyFrames: 10_000, frames: 700, jumpMs: 0, stallMs: 0 };
    const stream = play([one], 'av', {}, () => {});
    const playlist = readPlaylist(mediaPlaylist(stream.video, stream, false));
    expect(playlist.independent).toBe(false);
    expect(playlist.targetS).toBe(10);
    expect(readPlaylist(mediaPlaylist(stream.audio, stream, false))).toMatchObject({
      independent: true,
      targetS: 10,
    });
  });

  it('holds no more bytes than it may, whatever comes, and lists at least one segment', () => {
    const renditionBytes = 100_000;
    const many = Array.from({ length: 40 }, (_, i) => ({
      ...{ picture: i % 3, sound: 0, keyFrames: 25, frames: 60 + i * 5, jumpMs: 0, stallMs: 0 },
    }));
    play(many, 'av', { renditionBytes, segmentBytes: 30_000, partBytes: 5_000 }, (stream) => {
      for (const rendition of [stream.video, stream.audio]) {
        const bytes = [...rendition.stored.values()].flatMap(({ chunks }) => chunks);
        const held = [...new Set(bytes)].reduce((sum, chunk) => sum + chunk.length, 0);
        expect(held).toBeLessThan(renditionBytes + 2 * 36_000);
        if (rendition.segments.length > 0) expect(rendition.listed.length).toBeGreaterThan(0);
      }
    });
  });

  it('makes one splice of a slate whose two headers both differ, and none of a header that comes again', () => {
    const one = { keyFrames: 25, frames: 50, jumpMs: 0, stallMs: 0 };
    const stretches = [
      { picture: 0, sound: 0, ...one },
      { picture: 0, sound: 0, ...one },
      { picture: 1, sound: 1, ...one },
      { picture: 0, sound: 0, ...one },
    ];
    const stream = play(stretches, 'av', {}, () => {});
    stream.end();
    for (const rendition of [stream.video, stream.audio]) {
      const { entries } = readPlaylist(mediaPlaylist(rendition, stream, false));
      expect(new Set(entries.map(({ discontinuity }) => discontinuity))).toEqual(new Set([0, 1, 2]));
      expect(new Set(entries.map(({ map }) => map)).size).toBe(3);
    }
  });

  it('goes on over a configuration that nobody can read', () => {
    const clock = new SimulatedClock();
    const stream = new Stream(clock, silentLog, LIMITS, Buffer.alloc(32));
    const key = frame('video', 'key', Buffer.alloc(100));
    stream.write({ packet: frame('video', 'config', Buffer.from([1, 2, 3])), at: 0 });
    stream.write({ packet: key, at: 0 });
    expect(stream.poster()).toBe(null);
    stream.write({ packet: frame('video', 'config', avc[0] ?? Buffer.alloc(0)), at: 40 });
    for (let at = 40; at < 6_000; at += 1_000) stream.write({ packet: key, at });
    expect(stream.video.segments.map(({ startMs, durationMs }) => [startMs, durationMs])).toEqual([
      [40, 2_000],
      [2_040, 2_000],
    ]);
    expect(stream.poster()?.subarray(4, 8).toString()).toBe('ftyp');
  });
});
