import type { VideoCodec } from '../packet.ts';

/** NAL unit types of access unit delimiters: H.264 table 7-1, H.265 table 7-1. */
const AVC_DELIMITER = 9;
const HEVC_DELIMITER = 35;

/** NAL units behind 16-bit lengths, `count` of them from `at`; a last one cut short is left out. */
function nals(record: Buffer, at: number, count: number): { found: Buffer[]; end: number } {
  const found: Buffer[] = [];
  let end = at;
  for (let i = 0; i < count && end + 2 <= record.length; i++) {
    const next = end + 2 + record.readUInt16BE(end);
    if (next > record.length) break;
    found.push(record.subarray(end + 2, next));
    end = next;
  }
  return { found, end };
}

/** Sequence and picture parameter sets of an AVCDecoderConfigurationRecord (ISO/IEC 14496-15 section 5.3.3). */
function avcSets(record: Buffer): Buffer[] {
  const sequence = nals(record, 6, (record[5] ?? 0) & 31);
  return [...sequence.found, ...nals(record, sequence.end + 1, record[sequence.end] ?? 0).found];
}

/** Parameter sets of an HEVCDecoderConfigurationRecord (ISO/IEC 14496-15 section 8.3.3). */
function hevcSets(record: Buffer): Buffer[] {
  const sets: Buffer[] = [];
  let at = 23;
  for (let array = 0; array < (record[22] ?? 0) && at + 3 <= record.length; array++) {
    const { found, end } = nals(record, at + 3, record.readUInt16BE(at + 1));
    sets.push(...found);
    at = end;
  }
  return sets;
}

/** How a key frame is made to carry its own parameter sets. */
export type Carrier = (frame: Buffer) => Buffer;

/**
 * Puts the parameter sets of a configuration record before a key frame's pictures, as its encoder may have done too.
 * Players built on libavformat and GStreamer's hlsdemux skip every EXT-X-MAP after the first, and would decode what
 * follows a splice with the sets of what came before it. AV1 key frames have their sequence header within.
 */
export function carrier(codec: VideoCodec, record: Buffer): Carrier {
  if (codec === 'av1') return (frame) => frame;
  const hevc = codec === 'hevc';
  const lengthBytes = ((record[hevc ? 21 : 4] ?? 3) & 3) + 1;
  const sets = Buffer.concat(
    (hevc ? hevcSets(record) : avcSets(record)).flatMap((nal) => {
      const length = Buffer.alloc(lengthBytes);
      if (nal.length >= 2 ** (8 * lengthBytes)) return [];
      length.writeUIntBE(nal.length, 0, lengthBytes);
      return [length, nal];
    }),
  );
  return (frame) => {
    const first = frame[lengthBytes] ?? 0;
    const delimited = hevc ? ((first >> 1) & 63) === HEVC_DELIMITER : (first & 31) === AVC_DELIMITER;
    if (!delimited || frame.length < lengthBytes) return Buffer.concat([sets, frame]);
    const end = lengthBytes + frame.readUIntBE(0, lengthBytes);
    return Buffer.concat([frame.subarray(0, end), sets, frame.subarray(end)]);
  };
}
