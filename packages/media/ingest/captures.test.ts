import { describe, expect, it } from 'vitest';
import { census } from './testing/desk.ts';
import { capture, pieces, replay } from './testing/replay.ts';

const EXPECTED = {
  ffmpeg: {
    feature: 'digest handshake, H.264 and AAC on chunks of 128 bytes',
    cause: 'finished',
    packets: {
      'video h264 config': 1,
      'video h264 key': 1,
      'video h264 frame': 9,
      'audio aac config': 1,
      'audio aac frame': 45,
    },
    times: [0, 1021],
  },
  'ffmpeg-extended': {
    feature: 'extended timestamps, repeated on type-3 chunks',
    cause: 'finished',
    packets: { 'video h264 config': 1, 'video h264 key': 1, 'video h264 frame': 19 },
    times: [16_776_500, 16_778_400],
  },
  'nginx-extended': {
    feature: 'extended timestamps, not repeated on type-3 chunks; chunk streams of its own',
    cause: 'lost',
    packets: {
      'video h264 config': 1,
      'video h264 key': 1,
      'video h264 frame': 19,
      'audio aac config': 1,
      'audio aac frame': 88,
    },
    times: [16_776_177, 16_778_197],
  },
  gstreamer: {
    feature: 'plain handshake, a change of resolution',
    cause: 'finished',
    packets: { 'video h264 config': 2, 'video h264 key': 4, 'video h264 frame': 16 },
    times: [0, 1900],
  },
  librtmp: {
    feature: "librtmp's headers",
    cause: 'finished',
    packets: {
      'video h264 config': 1,
      'video h264 key': 1,
      'video h264 frame': 9,
      'audio aac config': 1,
      'audio aac frame': 20,
    },
    times: [0, 900],
  },
  'ffmpeg8-hevc': {
    feature: 'enhanced RTMP, HEVC by fourCC',
    cause: 'lost',
    packets: {
      'video hevc config': 1,
      'video hevc key': 1,
      'video hevc frame': 9,
      'audio aac config': 1,
      'audio aac frame': 45,
    },
    times: [0, 1198],
  },
  'ffmpeg8-av1-opus': {
    feature: 'enhanced RTMP, AV1 and Opus by fourCC',
    cause: 'lost',
    packets: {
      'video av1 config': 1,
      'video av1 key': 1,
      'video av1 frame': 9,
      'audio opus config': 1,
      'audio opus frame': 51,
    },
    times: [0, 1001],
  },
  'ffmpeg8-multitrack': {
    feature: 'enhanced RTMP v2, a second video track',
    cause: 'codec_unsupported',
    packets: { 'video h264 config': 1 },
    times: [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY],
  },
  'ffmpeg-mp3': {
    feature: 'MP3',
    cause: 'codec_unsupported',
    packets: {},
    times: [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY],
  },
} as const;

describe.each(Object.entries(EXPECTED))('the capture %s', (name, { cause, packets, times }) => {
  it.each([
    ['in one read', [Number.MAX_SAFE_INTEGER]],
    ['byte by byte', [1]],
    ['in odd pieces', [7, 1460, 3, 64]],
  ])('gives the same packets %s', async (_how, sizes) => {
    const replayed = await replay(pieces(capture(name), sizes));
    expect(census(replayed.packets)).toEqual(packets);
    expect(replayed.cause?.code).toBe(cause);
    const frames = replayed.packets.filter(({ role }) => role !== 'config').map(({ dts }) => dts);
    expect([Math.min(...frames), Math.max(...frames)]).toEqual(times);
  });
});

it('turns the capture of a player away', async () => {
  const { turnedAway, packets } = await replay(pieces(capture('rtmpdump-play'), [100]));
  expect({ turnedAway, packets }).toEqual({ turnedAway: ['play'], packets: [] });
});
