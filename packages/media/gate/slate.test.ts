import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { flvHeader, packetTag } from '../flv/index.ts';
import { readCoding } from '../fmp4/coding.ts';
import { orientation, SLATES } from './slate.ts';

const SECONDS = 6;
let dir: string;
beforeAll(() => {
  dir = mkdtempSync(join(tmpdir(), 'weir-slate-'));
});
afterAll(() => rmSync(dir, { recursive: true }));

/** The slate as a wait would write it: headers once, its pictures round and round, silence under them. */
function written(name: 'landscape' | 'portrait'): string {
  const { video, audio } = SLATES[name];
  const tags = [
    { at: 0, packet: video.config },
    { at: 0, packet: audio.config },
  ];
  for (let i = 0; i * video.intervalMs < SECONDS * 1000; i++) {
    const packet = video.frames[i % video.frames.length];
    if (packet) tags.push({ at: Math.round(i * video.intervalMs), packet });
  }
  for (let i = 0; i * audio.intervalMs < SECONDS * 1000; i++)
    tags.push({ at: Math.floor(i * audio.intervalMs), packet: audio.silence });
  const head = tags.slice(0, 2);
  const rest = tags.slice(2).toSorted((a, b) => a.at - b.at);
  const path = join(dir, `${name}.flv`);
  const bytes = [...head, ...rest].map(({ at, packet }) => packetTag(packet, at));
  writeFileSync(path, Buffer.concat([flvHeader(true, true), ...bytes]));
  return path;
}

describe.each([
  ['landscape', 16 / 9],
  ['portrait', 9 / 16],
] as const)('the %s slate', (name, ratio) => {
  it('has its shape, and begins with a picture that playing can begin at', () => {
    const coding = readCoding(SLATES[name].video.config);
    if (coding.track !== 'video') throw new Error('no pictures');
    expect(coding.width / coding.height).toBeCloseTo(ratio, 2);
    expect(SLATES[name].video.frames[0]?.role).toBe('key');
    expect(orientation(SLATES[name].video.config)).toBe(name);
  });

  it('is decoded without a complaint however often it goes round, and what is heard is silence', () => {
    const { stderr, status } = spawnSync(
      'ffmpeg',
      ['-v', 'info', '-i', written(name), '-af', 'volumedetect', '-f', 'null', '-'],
      { encoding: 'utf8' },
    );
    expect(status).toBe(0);
    expect(stderr).not.toMatch(/error|invalid|corrupt|concealing/i);
    expect(Number(/max_volume: (\S+) dB/.exec(stderr)?.[1])).toBeLessThanOrEqual(-90);
    const frames = Number([...stderr.matchAll(/frame=\s*(\d+)/g)].at(-1)?.[1]);
    expect(frames).toBeGreaterThanOrEqual(Math.floor((SECONDS * 1000) / SLATES[name].video.intervalMs));
  });
});
