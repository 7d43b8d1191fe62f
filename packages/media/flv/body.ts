import type { AudioCodec, AudioPacket, VideoCodec, VideoPacket } from '../packet.ts';

/** FourCCs of enhanced RTMP v2 that Weir carries. */
const VIDEO_FOURCC: Readonly<Record<string, VideoCodec>> = { avc1: 'h264', hvc1: 'hevc', av01: 'av1' };
const AUDIO_FOURCC: Readonly<Record<string, AudioCodec>> = { mp4a: 'aac', Opus: 'opus' };

/** NAL units looked at in one picture before it is taken for one without an IDR. */
const NALS_PER_PICTURE = 64;
const NAL_IDR = 5;

/** True where a length-prefixed H.264 picture holds an IDR slice (ISO 14496-10, 7.4.1; 4-byte lengths). */
function hasIdr(payload: Buffer): boolean {
  let at = 0;
  for (let n = 0; n < NALS_PER_PICTURE && at + 5 <= payload.length; n++) {
    if (((payload[at + 4] ?? 0) & 0x1f) === NAL_IDR) return true;
    at += 4 + payload.readUInt32BE(at);
  }
  return false;
}

/**
 * Reads the body of a video tag (annex E.4.3.1; enhanced RTMP v2, "Enhanced Video").
 * `tag` is kept, not copied. Undefined for what carries no picture (end of sequence, commands, HDR metadata),
 * for codecs Weir does not carry and for bytes that end too soon.
 */
export function videoPacket(tag: Buffer, dts: number): VideoPacket | undefined {
  const first = tag[0];
  if (first === undefined || tag.length < 5) return undefined;
  const isKey = ((first >> 4) & 7) === 1;
  if ((first & 0x80) === 0) {
    if ((first & 0x0f) !== 7) return undefined;
    return picture(tag, dts, 'h264', tag[1] ?? 255, 5, tag.readIntBE(2, 3), isKey);
  }
  const codec = VIDEO_FOURCC[tag.toString('latin1', 1, 5)];
  if (!codec) return undefined;
  const type = first & 0x0f;
  if (type === 0) return picture(tag, dts, codec, 0, 5, 0, isKey);
  if (type === 3) return picture(tag, dts, codec, 1, 5, 0, isKey);
  if (type !== 1) return undefined;
  if (codec === 'av1') return picture(tag, dts, codec, 1, 5, 0, isKey);
  return tag.length < 8 ? undefined : picture(tag, dts, codec, 1, 8, tag.readIntBE(5, 3), isKey);
}

function picture(
  tag: Buffer,
  dts: number,
  codec: VideoCodec,
  type: number,
  from: number,
  cts: number,
  isKey: boolean,
): VideoPacket | undefined {
  if (type > 1 || tag.length <= from) return undefined;
  const payload = tag.subarray(from);
  const timed = { track: 'video', codec, dts, tag, payload } as const;
  if (type === 0) return { ...timed, cts: 0, role: 'config' };
  const starts = isKey && (codec !== 'h264' || hasIdr(payload));
  return { ...timed, cts, role: starts ? 'key' : 'frame' };
}

/**
 * Reads the body of an audio tag (annex E.4.2.1; enhanced RTMP v2, "Enhanced Audio").
 * `tag` is kept, not copied. Undefined for other codecs, multichannel descriptions and bytes that end too soon.
 */
export function audioPacket(tag: Buffer, dts: number): AudioPacket | undefined {
  const first = tag[0];
  if (first === undefined) return undefined;
  const format = first >> 4;
  if (format === 10) return tag.length > 2 ? sound(tag, dts, 'aac', tag[1] ?? 255, 2) : undefined;
  if (format !== 9 || tag.length <= 5) return undefined;
  const codec = AUDIO_FOURCC[tag.toString('latin1', 1, 5)];
  return codec && sound(tag, dts, codec, first & 0x0f, 5);
}

function sound(
  tag: Buffer,
  dts: number,
  codec: AudioCodec,
  type: number,
  from: number,
): AudioPacket | undefined {
  if (type > 1) return undefined;
  const role = type === 0 ? 'config' : 'frame';
  return { track: 'audio', codec, role, dts, cts: 0, tag, payload: tag.subarray(from) };
}
