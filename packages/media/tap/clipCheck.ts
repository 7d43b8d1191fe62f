import {
  type EncodedPacket,
  EncodedPacketSink,
  FilePathSource,
  Input,
  type InputTrack,
  MP4,
} from 'mediabunny';
import { sampleOf } from '../fmp4/coding.ts';
import type { Packet } from '../packet.ts';
import { readSegment } from './read.ts';

/**
 * Whether every frame of an MP4 stands in recorded segments, byte for byte and in order: track by track, each frame
 * is searched from the last one found. Memory: one frame of each.
 * @param segments paths of the recorded files, in order
 * @returns frames compared; undefined where one is not found
 * @throws Error where the file is no MP4
 */
export async function framesWithin(clip: string, segments: readonly string[]): Promise<number | undefined> {
  const input = new Input({ source: new FilePathSource(clip), formats: [MP4] });
  try {
    let frames = 0;
    for (const track of await input.getTracks()) {
      const found = await trackWithin(track, segments);
      if (found === undefined) return undefined;
      frames += found;
    }
    return frames;
  } finally {
    input.dispose();
  }
}

async function trackWithin(track: InputTrack, segments: readonly string[]): Promise<number | undefined> {
  const kind = track.isVideoTrack() ? 'video' : 'audio';
  const recorded = framesOf(segments, kind);
  let frames = 0;
  for await (const frame of new EncodedPacketSink(track).packets() as AsyncIterable<EncodedPacket>) {
    if (!(await reaches(recorded, frame.data))) return undefined;
    frames++;
  }
  await recorded.return(undefined);
  return frames;
}

async function reaches(recorded: AsyncIterator<Packet>, data: Uint8Array): Promise<boolean> {
  for (let next = await recorded.next(); !next.done; next = await recorded.next())
    if (sampleOf(next.value).equals(data)) return true;
  return false;
}

async function* framesOf(
  segments: readonly string[],
  track: Packet['track'],
): AsyncGenerator<Packet, undefined> {
  for (const path of segments)
    for await (const packet of readSegment(path))
      if (packet.track === track && packet.role !== 'config') yield packet;
}
