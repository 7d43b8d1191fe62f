import { readFileSync } from 'node:fs';
import { readFlv } from '../flv/index.ts';
import { readCoding } from '../fmp4/coding.ts';
import type { AudioPacket, Packet, VideoPacket } from '../packet.ts';

/** The coded sequence that stands in for the publisher's; intervals in ms, fractions included. */
export type Slate = {
  readonly video: {
    readonly config: VideoPacket;
    /** One group of pictures; the first is an IDR, and the first may follow the last. */
    readonly frames: readonly VideoPacket[];
    readonly intervalMs: number;
  };
  readonly audio: {
    readonly config: AudioPacket;
    readonly silence: AudioPacket;
    readonly intervalMs: number;
  };
};
export type Orientation = 'landscape' | 'portrait';

/** Encoders put their priming into the first frames; by this one silence has settled. */
const SETTLED_FRAME = 8;

function load(name: Orientation): Slate {
  const packets = readFlv(readFileSync(new URL(`./slates/${name}.flv`, import.meta.url)));
  const video = packets.filter((p) => p.track === 'video');
  const audio = packets.filter((p) => p.track === 'audio');
  const frames = video.filter((p) => p.role !== 'config');
  const [first, second] = frames;
  const silence = audio.filter((p) => p.role === 'frame')[SETTLED_FRAME];
  const videoConfig = video.find((p) => p.role === 'config');
  const audioConfig = audio.find((p) => p.role === 'config');
  if (!videoConfig || !audioConfig || first?.role !== 'key' || !second || !silence)
    throw new Error(`the slate ${name} is damaged`);
  const coding = readCoding(audioConfig);
  const ticks = coding.track === 'audio' ? coding.ticks(silence.payload) : 0;
  return {
    video: { config: videoConfig, frames, intervalMs: second.dts - first.dts },
    audio: { config: audioConfig, silence, intervalMs: (ticks * 1000) / coding.timescale },
  };
}

/** Both slates, read once. */
export const SLATES: Readonly<Record<Orientation, Slate>> = {
  landscape: load('landscape'),
  portrait: load('portrait'),
};

/** Which slate stands in for pictures of this configuration; landscape where it cannot be read. */
export function orientation(config: Packet | undefined): Orientation {
  if (!config) return 'landscape';
  try {
    const coding = readCoding(config);
    return coding.track === 'video' && coding.height > coding.width ? 'portrait' : 'landscape';
  } catch {
    return 'landscape';
  }
}
