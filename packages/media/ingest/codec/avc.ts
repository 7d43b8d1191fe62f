import { type Picture, readAvc } from '../../fmp4/avc.ts';
import { Malformed } from '../refusal.ts';

const NAL = { idr: 5, sei: 6, sps: 7, pps: 8 } as const;
/** Payload type of the recovery point SEI (H.264 annex D.1): decoders start there too. */
const RECOVERY_POINT = 6;
/** NAL units that are looked at for the kind of a frame; its first slice comes long before. */
const MAX_NALS = 64;

/**
 * Reads an AVCDecoderConfigurationRecord whole (ISO/IEC 14496-15 section 5.3.3.1): picture, and bytes of a NAL length.
 * @throws Malformed, Problem where a length passes the record, a set is missing or the SPS does not parse
 */
export function readAvcRecord(record: Buffer): Picture & { lengthBytes: number } {
  if (record.length < 7 || record[0] !== 1) throw new Malformed('no AVC configuration record');
  const lengthBytes = (record.readUInt8(4) & 3) + 1;
  if (lengthBytes === 3) throw new Malformed('NAL lengths of three bytes');
  const end = passSets(record, 5, 0x1f, NAL.sps);
  passSets(record, end, 0xff, NAL.pps);
  return { ...readAvc(record), lengthBytes };
}

/** Walks a counted list of parameter sets of one type; answers where it ends. */
function passSets(record: Buffer, at: number, mask: number, type: number): number {
  const count = (record[at] ?? 0) & mask;
  if (count === 0) throw new Malformed('configuration record without SPS or PPS');
  let cursor = at + 1;
  for (let i = 0; i < count; i++) {
    if (cursor + 3 > record.length) throw new Malformed('configuration record cut short');
    const size = record.readUInt16BE(cursor);
    cursor += 2;
    if (size < 1 || cursor + size > record.length) throw new Malformed('parameter set past its record');
    if ((record.readUInt8(cursor) & 0x1f) !== type) throw new Malformed('parameter set of another type');
    cursor += size;
  }
  return cursor;
}

/** True where decoding can start at this frame: it holds an IDR slice or a recovery point. Bad lengths: false. */
export function startsAvc(payload: Buffer, lengthBytes: number): boolean {
  let at = 0;
  for (let i = 0; i < MAX_NALS && at + lengthBytes < payload.length; i++) {
    const size = payload.readUIntBE(at, lengthBytes);
    at += lengthBytes;
    if (size < 1 || at + size > payload.length) return false;
    const type = payload.readUInt8(at) & 0x1f;
    if (type === NAL.idr) return true;
    if (type === NAL.sei && payload[at + 1] === RECOVERY_POINT) return true;
    at += size;
  }
  return false;
}
