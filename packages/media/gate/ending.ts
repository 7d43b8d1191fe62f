import type { Packet, VideoPacket } from '../packet.ts';

/** A picture's tag that holds one NAL unit, end of sequence, and no picture. */
function ending(codec: VideoPacket['codec'], head: number[], unit: number[]): VideoPacket {
  const tag = Buffer.from([...head, 0, 0, 0, unit.length, ...unit]);
  const payload = tag.subarray(head.length);
  return { track: 'video', codec, role: 'frame', dts: 0, cts: 0, tag, payload };
}

/** H.264 nal_unit_type 10 (7.4.1); HEVC EOS_NUT 36 with temporal id 0 (7.4.2.2), as enhanced RTMP CodedFramesX. */
const H264 = ending('h264', [0x27, 1, 0, 0, 0], [0x0a]);
const HEVC = ending('hevc', [0xa3, 0x68, 0x76, 0x63, 0x31], [0x48, 0x01]);

/** What says in so many words that a coded sequence is over; undefined where a codec has no such unit. */
export function endOfSequence(codec: Packet['codec']): VideoPacket | undefined {
  if (codec === 'h264') return H264;
  return codec === 'hevc' ? HEVC : undefined;
}
