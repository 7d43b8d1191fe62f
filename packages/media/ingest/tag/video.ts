import type { VideoCodec, VideoPacket } from '../../packet.ts';
import { startsAvc } from '../codec/avc.ts';
import { readVideoConfiguration } from '../codec/configuration.ts';
import { startsHevc } from '../codec/hevc.ts';
import { Malformed, Refusal } from '../refusal.ts';
import { PACKET_TYPE, readEnhancedHeader } from './enhanced.ts';

const ENHANCED = 0x80;
const FRAME = { key: 1, inter: 2, command: 5 } as const;
/** Codec ids of FLV (annex E.4.3.1); 12 is what many encoders wrote for HEVC before there was a fourCC. */
const LEGACY: Readonly<Record<number, string>> = {
  2: 'Sorenson H.263',
  3: 'Screen video',
  4: 'VP6',
  5: 'VP6 with alpha',
  6: 'Screen video 2',
  8: 'H.263',
  9: 'MPEG-4 part 2',
};
const AVC_ID = 7;
const HEVC_ID = 12;
const FOUR_CC: Readonly<Record<string, VideoCodec>> = { avc1: 'h264', hvc1: 'hevc', av01: 'av1' };
const CODE: Readonly<Record<VideoCodec, Buffer>> = {
  h264: Buffer.from('avc1'),
  hevc: Buffer.from('hvc1'),
  av1: Buffer.from('av01'),
};

/** A video tag taken apart: the body lies at `bodyAt`, and at least five bytes before it are ours to write. */
type Parts = { codec: VideoCodec; type: number; cts: number; bodyAt: number; written: 'legacy' | 'enhanced' };

/** The video of one publication: what its configuration said, and packets from tag bodies. */
export class VideoTrack {
  codec: VideoCodec | undefined;
  width: number | undefined;
  height: number | undefined;
  #lengthBytes = 4;
  #trackId: number | undefined;

  /**
   * A packet from an FLV video tag body, or nothing for what is no media (commands, end of sequence, frames before a configuration).
   * May write into the bytes before the body: enhanced H.264 leaves as plain FLV, whatever else in its shortest form.
   * @throws Malformed, Refusal `codec_unsupported`
   */
  packet(dts: number, tag: Buffer): VideoPacket | undefined {
    if (tag.length === 0) return undefined;
    const first = tag[0] as number;
    const frame = (first >> 4) & 7;
    if (frame === FRAME.command) return undefined;
    const parts = first & ENHANCED ? this.#enhanced(tag) : this.#legacy(tag, first & 0x0f);
    if (!parts) return undefined;
    const { codec, type, cts } = parts;
    if (type === PACKET_TYPE.sequenceStart) {
      const body = normalised(tag, parts, 1);
      this.#configure(codec, body.payload);
      return { track: 'video', role: 'config', codec, dts, cts: 0, ...body };
    }
    if (codec !== this.codec) return undefined;
    if (parts.bodyAt >= tag.length) return undefined;
    const body = normalised(tag, parts, frame);
    const role = frame === FRAME.key && this.#starts(codec, body.payload) ? 'key' : 'frame';
    return { track: 'video', role, codec, dts, cts, ...body };
  }

  #enhanced(tag: Buffer): Parts | undefined {
    const { packetType, fourCc, trackId, bodyAt } = readEnhancedHeader(tag, PACKET_TYPE.videoMultitrack);
    const codec = FOUR_CC[fourCc];
    if (!codec)
      throw new Refusal(
        'codec_unsupported',
        `video ${JSON.stringify(fourCc)}; H.264, HEVC and AV1 are carried`,
      );
    this.#only(trackId);
    const common = { codec, bodyAt, cts: 0, written: 'enhanced' } as const;
    switch (packetType) {
      case PACKET_TYPE.sequenceStart:
        return { ...common, type: PACKET_TYPE.sequenceStart };
      case PACKET_TYPE.codedFrames:
        if (codec === 'av1') return { ...common, type: PACKET_TYPE.codedFrames };
        if (bodyAt + 3 > tag.length) throw new Malformed('video tag without composition time');
        return {
          ...common,
          type: PACKET_TYPE.codedFrames,
          cts: tag.readIntBE(bodyAt, 3),
          bodyAt: bodyAt + 3,
        };
      case PACKET_TYPE.codedFramesX:
        return { ...common, type: PACKET_TYPE.codedFrames };
      case PACKET_TYPE.sequenceEnd:
      case PACKET_TYPE.metadata:
        return undefined;
      default:
        throw new Refusal('codec_unsupported', `video packet type ${packetType}`);
    }
  }

  #legacy(tag: Buffer, id: number): Parts | undefined {
    if (id !== AVC_ID && id !== HEVC_ID)
      throw new Refusal(
        'codec_unsupported',
        `${LEGACY[id] ?? `video codec ${id}`} is not carried; choose H.264`,
      );
    this.#only(0);
    if (tag.length < 5) throw new Malformed('video tag cut short');
    const type = tag[1] as number;
    if (type > PACKET_TYPE.codedFrames) return undefined;
    const codec = id === AVC_ID ? 'h264' : 'hevc';
    return { codec, type, cts: tag.readIntBE(2, 3), bodyAt: 5, written: 'legacy' };
  }

  /** Plain FLV is track 0. */
  #only(trackId: number): void {
    this.#trackId ??= trackId;
    if (trackId !== this.#trackId) throw new Refusal('codec_unsupported', 'more than one video track');
  }

  #configure(codec: VideoCodec, record: Buffer): void {
    const config = readVideoConfiguration(codec, record);
    this.#lengthBytes = config.lengthBytes;
    this.codec = codec;
    this.width = config.width;
    this.height = config.height;
  }

  /** An encoder's mark alone is not enough: some mark every I picture. AV1 has no cheaper evidence than the mark. */
  #starts(codec: VideoCodec, payload: Buffer): boolean {
    if (codec === 'h264') return startsAvc(payload, this.#lengthBytes);
    if (codec === 'hevc') return startsHevc(payload, this.#lengthBytes);
    return true;
  }
}

/** The tag as every player takes it, written into the bytes before the body where there is room, and the body. */
function normalised(tag: Buffer, parts: Parts, frame: number): { tag: Buffer; payload: Buffer } {
  const { codec, type, cts, bodyAt } = parts;
  if (codec === 'h264') {
    if (parts.written === 'enhanced') {
      tag[bodyAt - 5] = (frame << 4) | AVC_ID;
      tag[bodyAt - 4] = type;
      tag.writeIntBE(cts, bodyAt - 3, 3);
    }
    return { tag: tag.subarray(bodyAt - 5), payload: tag.subarray(bodyAt) };
  }
  const timed = type === PACKET_TYPE.codedFrames && cts !== 0;
  const size = timed ? 8 : 5;
  if (bodyAt < size) {
    const wider = Buffer.allocUnsafe(size + tag.length - bodyAt);
    tag.copy(wider, size, bodyAt);
    return normalised(wider, { ...parts, bodyAt: size }, frame);
  }
  const at = bodyAt - size;
  const untimed = type === PACKET_TYPE.sequenceStart || codec === 'av1' ? type : PACKET_TYPE.codedFramesX;
  tag[at] = ENHANCED | (frame << 4) | (timed ? PACKET_TYPE.codedFrames : untimed);
  CODE[codec].copy(tag, at + 1);
  if (timed) tag.writeIntBE(cts, at + 5, 3);
  return { tag: tag.subarray(at), payload: tag.subarray(bodyAt) };
}
