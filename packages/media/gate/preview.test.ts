import { describe, expect, test } from 'vitest';
import { makeClip } from '../fmp4/testing/clip.ts';
import { readMp4 } from '../fmp4/testing/mp4.ts';
import type { Packet } from '../packet.ts';
import { preview } from './preview.ts';

const clip = await makeClip({
  seconds: 2,
  video: { codec: 'h264', size: '160x90', rate: 25, keySeconds: 1 },
  audio: { codec: 'aac', rate: 44_100 },
});
/** The clip as a stretch of a later moment. */
const at = (ms: number): Packet[] => clip.map((packet) => ({ ...packet, dts: packet.dts + ms }));
const frames = (track: Packet['track']): Packet[] =>
  clip.filter((packet) => packet.track === track && packet.role !== 'config');

describe('the preview of a held stretch', () => {
  test('is every picture of it at its time, as an independent reader sees it', () => {
    const { type, body } = preview(at(90_000), 'video');
    const [track] = readMp4(body);
    expect(type).toMatch(/^video\/mp4; codecs="avc1\.[0-9a-f]{6}"$/);
    expect([track?.kind, track?.width, track?.samples.length]).toEqual([
      'video',
      160,
      frames('video').length,
    ]);
    expect(track?.samples[0]).toMatchObject({ dts: 90_000 + (frames('video')[0]?.dts ?? 0), sync: true });
    const samples = track?.samples ?? [];
    samples.slice(1).forEach((sample, n) => {
      expect(sample.dts).toBe((samples[n]?.dts ?? 0) + (samples[n]?.duration ?? 0));
    });
  });

  test('is its sound without holes, although stamps are whole milliseconds', () => {
    const { type, body } = preview(at(5_000), 'audio');
    const [track] = readMp4(body);
    expect(type).toBe('audio/mp4; codecs="mp4a.40.2"');
    expect(track?.samples.length).toBe(frames('audio').length);
    expect(new Set(track?.samples.map(({ duration }) => duration))).toEqual(new Set([1024]));
  });

  test('is one sharp picture where only that is asked for', () => {
    const [track] = readMp4(preview(clip, 'still').body);
    expect(track?.samples).toHaveLength(1);
    expect(track?.samples[0]?.data.equals(frames('video')[0]?.payload ?? Buffer.alloc(0))).toBe(true);
  });

  test('begins a new movie where the configuration changes', () => {
    const { body } = preview([...at(0), ...at(2_000)], 'video');
    expect(body.toString('latin1').split('ftyp')).toHaveLength(3);
  });

  test('of a track that is not there is refused', () => {
    const sound = clip.filter(({ track }) => track === 'audio');
    expect(() => preview(sound, 'video')).toThrow(/not_found|no video/);
    expect(() => preview(sound, 'still')).toThrow(/no video/);
    expect(() => preview([], 'audio')).toThrow(/no audio/);
  });
});
