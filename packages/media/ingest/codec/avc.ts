import { Malformed } from '../refusal.ts';
import { BitReader, checkedSize, type Size, unescapeNal } from './bits.ts';

/** What an H.264 configuration record says: bytes of a NAL length (1, 2 or 4) and the picture's size. */
export type VideoConfig = Size & { readonly lengthBytes: number };

const NAL = { idr: 5, sei: 6, sps: 7, pps: 8 } as const;
const SEI_RECOVERY_POINT = 6;
/** NAL units that are looked at for the kind of a frame; the slice comes long before. */
const MAX_NALS = 64;
/** Profiles whose SPS carries chroma format and scaling lists (ISO/IEC 14496-10 section 7.3.2.1.1). */
const HIGH_PROFILES = new Set([100, 110, 122, 244, 44, 83, 86, 118, 128, 138, 139, 134, 135]);

/**
 * Reads an AVCDecoderConfigurationRecord (ISO/IEC 14496-15 section 5.3.3.1) and its first SPS.
 * @throws Malformed where a length passes the record, a set is missing or the SPS does not parse
 */
export function readAvcConfig(record: Buffer): VideoConfig {
  if (record.length < 7 || record[0] !== 1) throw new Malformed('no AVCDecoderConfigurationRecord');
  const lengthBytes = ((record[4] as number) & 3) + 1;
  if (lengthBytes === 3) throw new Malformed('NAL lengths of three bytes');
  const sps = sets(record, 5, 0x1f, NAL.sps);
  const pps = sets(record, sps.end, 0xff, NAL.pps);
  if (!sps.first || !pps.first) throw new Malformed('configuration record without SPS or PPS');
  return { ...readSps(sps.first), lengthBytes };
}

function sets(record: Buffer, at: number, mask: number, type: number): { first?: Buffer; end: number } {
  if (at >= record.length) throw new Malformed('configuration record cut short');
  const count = (record[at] as number) & mask;
  let cursor = at + 1;
  let first: Buffer | undefined;
  for (let i = 0; i < count; i++) {
    if (cursor + 2 > record.length) throw new Malformed('configuration record cut short');
    const size = record.readUInt16BE(cursor);
    cursor += 2;
    if (size < 1 || cursor + size > record.length) throw new Malformed('parameter set past its record');
    const nal = record.subarray(cursor, cursor + size);
    if (((nal[0] as number) & 0x1f) !== type) throw new Malformed('parameter set of another type');
    first ??= nal;
    cursor += size;
  }
  return first ? { first, end: cursor } : { end: cursor };
}

/** Picture size of an SPS after cropping (section 7.3.2.1.1). @throws Malformed */
function readSps(nal: Buffer): Size {
  const bits = new BitReader(unescapeNal(nal.subarray(1)));
  const profile = bits.bits(8);
  bits.skip(16);
  bits.ue();
  let chroma = 1;
  if (HIGH_PROFILES.has(profile)) {
    chroma = bits.ue();
    if (chroma === 3) bits.skip(1);
    bits.ue();
    bits.ue();
    bits.skip(1);
    const lists = bits.flag() ? (chroma === 3 ? 12 : 8) : 0;
    for (let i = 0; i < lists; i++) {
      const present = bits.flag();
      if (present) scalingList(bits, i < 6 ? 16 : 64);
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
    if (cycle > 255) throw new Malformed('picture order cycle');
    for (let i = 0; i < cycle; i++) bits.se();
  }
  bits.ue();
  bits.skip(1);
  const width = (bits.ue() + 1) * 16;
  const mapUnits = bits.ue() + 1;
  const framesOnly = bits.bit();
  if (!framesOnly) bits.skip(1);
  bits.skip(1);
  const height = (2 - framesOnly) * mapUnits * 16;
  if (!bits.flag()) return checkedSize(width, height);
  const unitX = chroma === 1 || chroma === 2 ? 2 : 1;
  const unitY = (chroma === 1 ? 2 : 1) * (2 - framesOnly);
  const cropX = (bits.ue() + bits.ue()) * unitX;
  const cropY = (bits.ue() + bits.ue()) * unitY;
  return checkedSize(width - cropX, height - cropY);
}

function scalingList(bits: BitReader, size: number): void {
  let last = 8;
  let next = 8;
  for (let i = 0; i < size; i++) {
    if (next !== 0) next = (last + bits.se() + 256) % 256;
    last = next === 0 ? last : next;
  }
}

/** True where decoding can start at this frame: it holds an IDR slice or a recovery point. Bad lengths: false. */
export function startsAvc(payload: Buffer, lengthBytes: number): boolean {
  let at = 0;
  for (let i = 0; i < MAX_NALS && at + lengthBytes < payload.length; i++) {
    const size = payload.readUIntBE(at, lengthBytes);
    at += lengthBytes;
    if (size < 1 || at + size > payload.length) return false;
    const type = (payload[at] as number) & 0x1f;
    if (type === NAL.idr) return true;
    if (type === NAL.sei && payload[at + 1] === SEI_RECOVERY_POINT) return true;
    at += size;
  }
  return false;
}
