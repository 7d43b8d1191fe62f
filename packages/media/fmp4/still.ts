import type { VideoPacket } from '../packet.ts';
import { sampleOf, type VideoCoding } from './coding.ts';
import { fragment } from './fragment.ts';
import { initSegment } from './init.ts';

/** How long the one picture stands, ms: long enough that no browser skips over it. */
const STILL_MS = 1_000;

/** A whole file of one key frame: what a browser draws as a poster without a server that decodes. */
export function still(coding: VideoCoding, key: VideoPacket): Buffer {
  const sample = { data: sampleOf(key), start: 0, duration: STILL_MS, offset: 0, sync: true };
  return Buffer.concat([initSegment(coding), fragment(1, [sample])]);
}
