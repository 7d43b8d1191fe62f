import { Problem } from '@weir/kit';
import { type Picture, sane } from './avc.ts';
import { Bits } from './bits.ts';

const SEQUENCE_HEADER = 1;
const two = (n: number): string => String(n).padStart(2, '0');

/**
 * What an AV1CodecConfigurationRecord (AV1 in ISOBMFF section 2.3) says of the picture. Records without the
 * sequence header OBU are refused: nobody could size the picture before its first frame.
 * @throws Problem `bad_request` where the record is malformed
 */
export function readAv1(record: Buffer): Picture {
  if (record.length < 4 || record[0] !== 0x81)
    throw new Problem('bad_request', 'Not an AV1 configuration record');
  const [profile, level] = [record.readUInt8(1) >> 5, record.readUInt8(1) & 31];
  const more = record.readUInt8(2);
  const depth = more & 0x40 ? (more & 0x20 ? 12 : 10) : 8;
  const codecs = `av01.${profile}.${two(level)}${more & 0x80 ? 'H' : 'M'}.${two(depth)}`;
  return { codecs, ...readSequenceHeader(new Bits(findSequenceHeader(record.subarray(4)))) };
}

/** Walks open bitstream units (AV1 section 5.3) to the first sequence header. */
function findSequenceHeader(units: Buffer): Buffer {
  let at = 0;
  while (at < units.length) {
    const header = units.readUInt8(at);
    at += header & 4 ? 2 : 1;
    let length = units.length - at;
    if (header & 2) {
      length = 0;
      for (let i = 0; ; i++) {
        const byte = units[at++];
        if (byte === undefined || i > 3)
          throw new Problem('bad_request', 'The AV1 configuration is cut short');
        length += (byte & 127) * 2 ** (7 * i);
        if (byte < 128) break;
      }
    }
    if (((header >> 3) & 15) === SEQUENCE_HEADER) return units.subarray(at, at + length);
    at += length;
  }
  throw new Problem('bad_request', 'The AV1 configuration has no sequence header');
}

/** sequence_header_obu(), AV1 section 5.5.1, as far as the frame's size. */
function readSequenceHeader(bits: Bits): { width: number; height: number } {
  bits.skip(4);
  if (bits.flag()) bits.skip(5);
  else readOperatingPoints(bits);
  const widthBits = bits.read(4) + 1;
  const heightBits = bits.read(4) + 1;
  const width = bits.read(widthBits) + 1;
  return sane(width, bits.read(heightBits) + 1);
}

function readOperatingPoints(bits: Bits): void {
  let delayBits = 0;
  let decoderModel = false;
  if (bits.flag()) {
    bits.skip(64);
    if (bits.flag()) bits.ue();
    decoderModel = bits.flag();
    if (decoderModel) {
      delayBits = bits.read(5) + 1;
      bits.skip(42);
    }
  }
  const initialDelay = bits.flag();
  const points = bits.read(5) + 1;
  for (let i = 0; i < points; i++) {
    bits.skip(12);
    if (bits.read(5) > 7) bits.skip(1);
    if (decoderModel && bits.flag()) bits.skip(2 * delayBits + 1);
    if (initialDelay && bits.flag()) bits.skip(4);
  }
}

/**
 * A temporal unit without its leading temporal delimiter: samples shall not carry one (AV1 in ISOBMFF section 2.4),
 * and some encoders send it.
 */
export function withoutDelimiter(unit: Buffer): Buffer {
  return unit[0] === 0x12 && unit[1] === 0 ? unit.subarray(2) : unit;
}
