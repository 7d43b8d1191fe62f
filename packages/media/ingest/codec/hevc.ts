import type { Picture } from '../../fmp4/avc.ts';
import { readHevc } from '../../fmp4/hevc.ts';
import { Malformed } from '../refusal.ts';

/** VPS, SPS and PPS (H.265 table 7-1). */
const SETS = [32, 33, 34] as const;
/** First and last type of a picture that decoding can start at (same table). */
const IRAP = { first: 16, last: 23 } as const;
const MAX_NALS = 64;

/**
 * Reads an HEVCDecoderConfigurationRecord whole (ISO/IEC 14496-15 section 8.3.3.1): picture, and bytes of a NAL length.
 * @throws Malformed, Problem where a length passes the record, a set is missing or the SPS does not parse
 */
export function readHevcRecord(record: Buffer): Picture & { lengthBytes: number } {
  if (record.length < 23 || record.readUInt8(0) > 1) throw new Malformed('no HEVC configuration record');
  const lengthBytes = (record.readUInt8(21) & 3) + 1;
  if (lengthBytes === 3) throw new Malformed('NAL lengths of three bytes');
  const present = new Set<number>();
  let at = 23;
  for (let array = record.readUInt8(22); array > 0; array--) {
    if (at + 3 > record.length) throw new Malformed('configuration record cut short');
    const type = record.readUInt8(at) & 0x3f;
    const count = record.readUInt16BE(at + 1);
    at += 3;
    for (let i = 0; i < count; i++) {
      if (at + 2 > record.length) throw new Malformed('configuration record cut short');
      const size = record.readUInt16BE(at);
      at += 2 + size;
      if (size < 2 || at > record.length) throw new Malformed('parameter set past its record');
      present.add(type);
    }
  }
  if (!SETS.every((type) => present.has(type)))
    throw new Malformed('configuration record without VPS, SPS or PPS');
  return { ...readHevc(record), lengthBytes };
}

/** True where decoding can start at this frame: it holds an IRAP picture. Bad lengths: false. */
export function startsHevc(payload: Buffer, lengthBytes: number): boolean {
  let at = 0;
  for (let i = 0; i < MAX_NALS && at + lengthBytes < payload.length; i++) {
    const size = payload.readUIntBE(at, lengthBytes);
    at += lengthBytes;
    if (size < 1 || at + size > payload.length) return false;
    const type = (payload.readUInt8(at) >> 1) & 0x3f;
    if (type >= IRAP.first && type <= IRAP.last) return true;
    at += size;
  }
  return false;
}
