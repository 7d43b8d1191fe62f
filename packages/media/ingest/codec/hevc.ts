import { Malformed } from '../refusal.ts';
import type { VideoConfig } from './avc.ts';
import { BitReader, checkedSize, type Size, unescapeNal } from './bits.ts';

const NAL = { vps: 32, sps: 33, pps: 34 } as const;
/** First and last type of a picture that decoding can start at (ISO/IEC 23008-2 table 7-1). */
const IRAP = { first: 16, last: 23 } as const;
const MAX_NALS = 64;

/**
 * Reads an HEVCDecoderConfigurationRecord (ISO/IEC 14496-15 section 8.3.3.1) and its first SPS.
 * @throws Malformed where a length passes the record, a set is missing or the SPS does not parse
 */
export function readHevcConfig(record: Buffer): VideoConfig {
  if (record.length < 23 || (record[0] as number) > 1)
    throw new Malformed('no HEVCDecoderConfigurationRecord');
  const lengthBytes = ((record[21] as number) & 3) + 1;
  if (lengthBytes === 3) throw new Malformed('NAL lengths of three bytes');
  const arrays = record[22] as number;
  const first = new Map<number, Buffer>();
  let at = 23;
  for (let i = 0; i < arrays; i++) {
    if (at + 3 > record.length) throw new Malformed('configuration record cut short');
    const type = (record[at] as number) & 0x3f;
    const count = record.readUInt16BE(at + 1);
    at += 3;
    for (let n = 0; n < count; n++) {
      if (at + 2 > record.length) throw new Malformed('configuration record cut short');
      const size = record.readUInt16BE(at);
      at += 2;
      if (size < 2 || at + size > record.length) throw new Malformed('parameter set past its record');
      if (!first.has(type)) first.set(type, record.subarray(at, at + size));
      at += size;
    }
  }
  const sps = first.get(NAL.sps);
  if (!sps || !first.has(NAL.vps) || !first.has(NAL.pps))
    throw new Malformed('configuration record without VPS, SPS or PPS');
  return { ...readSps(sps), lengthBytes };
}

/** Picture size of an SPS after cropping (ISO/IEC 23008-2 section 7.3.2.2). @throws Malformed */
function readSps(nal: Buffer): Size {
  const bits = new BitReader(unescapeNal(nal.subarray(2)));
  bits.skip(4);
  const subLayers = bits.bits(3);
  bits.skip(1);
  profileTierLevel(bits, subLayers);
  bits.ue();
  const chroma = bits.ue();
  if (chroma === 3) bits.skip(1);
  const width = bits.ue();
  const height = bits.ue();
  if (!bits.flag()) return checkedSize(width, height);
  const unitX = chroma === 1 || chroma === 2 ? 2 : 1;
  const unitY = chroma === 1 ? 2 : 1;
  const cropX = (bits.ue() + bits.ue()) * unitX;
  const cropY = (bits.ue() + bits.ue()) * unitY;
  return checkedSize(width - cropX, height - cropY);
}

/** Section 7.3.3: 88 bits of profile and 8 of level, then what each sub-layer has of them. */
function profileTierLevel(bits: BitReader, subLayers: number): void {
  bits.skip(96);
  const present: [profile: boolean, level: boolean][] = [];
  for (let i = 0; i < subLayers; i++) present.push([bits.flag(), bits.flag()]);
  if (subLayers > 0) bits.skip((8 - subLayers) * 2);
  for (const [profile, level] of present) bits.skip((profile ? 88 : 0) + (level ? 8 : 0));
}

/** True where decoding can start at this frame: it holds an IRAP picture. Bad lengths: false. */
export function startsHevc(payload: Buffer, lengthBytes: number): boolean {
  let at = 0;
  for (let i = 0; i < MAX_NALS && at + lengthBytes < payload.length; i++) {
    const size = payload.readUIntBE(at, lengthBytes);
    at += lengthBytes;
    if (size < 1 || at + size > payload.length) return false;
    const type = ((payload[at] as number) >> 1) & 0x3f;
    if (type >= IRAP.first && type <= IRAP.last) return true;
    at += size;
  }
  return false;
}
