import { Malformed } from '../refusal.ts';
import { BitReader, checkedSize, type Size } from './bits.ts';

const OBU_SEQUENCE_HEADER = 1;

/**
 * Reads an AV1CodecConfigurationRecord (AV1 in ISOBMFF section 2.3.3) and, where it carries one, its sequence header.
 * @throws Malformed where it is no record or the header does not parse
 */
export function readAv1Config(record: Buffer): Partial<Size> {
  if (record.length < 4 || record[0] !== 0x81) throw new Malformed('no AV1CodecConfigurationRecord');
  const header = record[4];
  if (header === undefined || ((header >> 3) & 0xf) !== OBU_SEQUENCE_HEADER) return {};
  const extension = (header >> 2) & 1;
  let at = 5 + extension;
  let size = record.length - at;
  if ((header & 2) !== 0) {
    size = 0;
    for (let i = 0; i < 4; i++) {
      const byte = record[at++];
      if (byte === undefined) throw new Malformed('sequence header cut short');
      size += (byte & 0x7f) << (7 * i);
      if (byte < 0x80) break;
    }
  }
  if (size < 1 || at + size > record.length) throw new Malformed('sequence header past its record');
  return readSequenceHeader(new BitReader(record.subarray(at, at + size)));
}

/** Largest picture of a sequence (AV1 section 5.5.1). */
function readSequenceHeader(bits: BitReader): Size {
  bits.skip(4);
  if (bits.flag()) bits.skip(5);
  else {
    let delayBits = 0;
    let decoderModel = false;
    if (bits.flag()) {
      bits.skip(64);
      if (bits.flag()) bits.ue();
      decoderModel = bits.flag();
      if (decoderModel) {
        delayBits = bits.bits(5) + 1;
        bits.skip(42);
      }
    }
    const initialDelay = bits.flag();
    const points = bits.bits(5) + 1;
    for (let i = 0; i < points; i++) {
      bits.skip(12);
      if (bits.bits(5) > 7) bits.skip(1);
      if (decoderModel && bits.flag()) bits.skip(2 * delayBits + 1);
      if (initialDelay && bits.flag()) bits.skip(4);
    }
  }
  const widthBits = bits.bits(4) + 1;
  const heightBits = bits.bits(4) + 1;
  return checkedSize(bits.bits(widthBits) + 1, bits.bits(heightBits) + 1);
}
