import { Problem } from '@weir/kit';
import { Bits, rawPayload } from './bits.ts';

/** Picture size in pixels after cropping, and the RFC 6381 codec string. */
export type Picture = { codecs: string; width: number; height: number };

/** profile_idc values that carry chroma format and scaling lists (H.264 section 7.3.2.1.1). */
const HIGH = new Set([100, 110, 122, 244, 44, 83, 86, 118, 128, 138, 139, 134, 135]);

const hex = (byte: number): string => byte.toString(16).padStart(2, '0');

/**
 * What an AVCDecoderConfigurationRecord (ISO/IEC 14496-15 section 5.3.3) says of the picture.
 * @throws Problem `bad_request` where the record or its parameter set is malformed
 */
export function readAvc(record: Buffer): Picture {
  if (record.length < 8 || record[0] !== 1 || (record.readUInt8(5) & 31) === 0)
    throw new Problem('bad_request', 'Not an AVC configuration record with a sequence parameter set');
  const length = record.readUInt16BE(6);
  if (length < 4 || 8 + length > record.length)
    throw new Problem('bad_request', 'The sequence parameter set is cut short');
  const size = readSps(new Bits(rawPayload(record.subarray(9, 8 + length))));
  const codecs = `avc1.${hex(record.readUInt8(1))}${hex(record.readUInt8(2))}${hex(record.readUInt8(3))}`;
  return { codecs, ...size };
}

function skipScalingList(bits: Bits, size: number): void {
  let last = 8;
  let next = 8;
  for (let i = 0; i < size; i++) {
    if (next !== 0) next = (last + bits.se() + 256) % 256;
    last = next === 0 ? last : next;
  }
}

/** seq_parameter_set_data(), H.264 section 7.3.2.1.1, as far as the frame's size. */
function readSps(bits: Bits): { width: number; height: number } {
  const profile = bits.read(8);
  bits.skip(16);
  bits.ue();
  let chroma = 1;
  if (HIGH.has(profile)) {
    chroma = bits.ue();
    if (chroma === 3) bits.skip(1);
    bits.ue();
    bits.ue();
    bits.skip(1);
    if (bits.flag()) {
      for (let i = 0; i < (chroma === 3 ? 12 : 8); i++)
        if (bits.flag()) skipScalingList(bits, i < 6 ? 16 : 64);
    }
  }
  bits.ue();
  const order = bits.ue();
  if (order === 0) bits.ue();
  else if (order === 1) {
    bits.skip(1);
    bits.se();
    bits.se();
    const cycle = bits.ue();
    if (cycle > 255) throw new Problem('bad_request', 'The sequence parameter set has an impossible cycle');
    for (let i = 0; i < cycle; i++) bits.se();
  }
  bits.ue();
  bits.skip(1);
  const columns = bits.ue() + 1;
  const rows = bits.ue() + 1;
  const progressive = bits.flag();
  if (!progressive) bits.skip(1);
  bits.skip(1);
  const fields = progressive ? 1 : 2;
  let width = columns * 16;
  let height = rows * 16 * fields;
  if (bits.flag()) {
    const unitX = chroma === 1 || chroma === 2 ? 2 : 1;
    const unitY = (chroma === 1 ? 2 : 1) * fields;
    width -= (bits.ue() + bits.ue()) * unitX;
    height -= (bits.ue() + bits.ue()) * unitY;
  }
  return sane(width, height);
}

/** Holds a size to what the 16-bit fields of a sample entry can carry. @throws Problem `bad_request` */
export function sane(width: number, height: number): { width: number; height: number } {
  if (!(width > 0 && height > 0 && width <= 16_384 && height <= 16_384))
    throw new Problem('bad_request', 'The picture has an impossible size');
  return { width, height };
}
