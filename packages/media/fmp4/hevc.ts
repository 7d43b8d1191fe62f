import { Problem } from '@weir/kit';
import { type Picture, sane } from './avc.ts';
import { Bits, rawPayload } from './bits.ts';

const SPS = 33;

/**
 * What an HEVCDecoderConfigurationRecord (ISO/IEC 14496-15 section 8.3.3) says of the picture.
 * @throws Problem `bad_request` where the record or its parameter set is malformed
 */
export function readHevc(record: Buffer): Picture {
  if (record.length < 23) throw new Problem('bad_request', 'The HEVC configuration record is cut short');
  return { codecs: codecString(record), ...readSps(new Bits(rawPayload(findSps(record).subarray(2)))) };
}

/** ISO/IEC 14496-15 annex E.3: profile space and idc, compatibility flags bit-reversed, tier and level, constraints. */
function codecString(record: Buffer): string {
  const general = record.readUInt8(1);
  const space = ['', 'A', 'B', 'C'][general >> 6];
  let compatibility = 0;
  for (let i = 0, flags = record.readUInt32BE(2); i < 32; i++, flags = Math.floor(flags / 2))
    compatibility = compatibility * 2 + (flags % 2);
  const constraints = [...record.subarray(6, 12)];
  while (constraints.at(-1) === 0) constraints.pop();
  return [
    `hvc1.${space}${general & 31}`,
    compatibility.toString(16),
    `${general & 32 ? 'H' : 'L'}${record[12]}`,
    ...constraints.map((byte) => byte.toString(16)),
  ].join('.');
}

function findSps(record: Buffer): Buffer {
  let at = 23;
  for (let array = 0; array < record.readUInt8(22); array++) {
    if (at + 3 > record.length) break;
    const type = record.readUInt8(at) & 63;
    const count = record.readUInt16BE(at + 1);
    at += 3;
    for (let i = 0; i < count && at + 2 <= record.length; i++) {
      const length = record.readUInt16BE(at);
      const nal = record.subarray(at + 2, at + 2 + length);
      if (nal.length < length) break;
      if (type === SPS && length > 2) return nal;
      at += 2 + length;
    }
  }
  throw new Problem('bad_request', 'The HEVC configuration record has no sequence parameter set');
}

/** seq_parameter_set_rbsp(), H.265 section 7.3.2.2.1, as far as the frame's size. */
function readSps(bits: Bits): { width: number; height: number } {
  bits.skip(4);
  const subLayers = bits.read(3);
  bits.skip(1);
  skipProfileTierLevel(bits, subLayers);
  bits.ue();
  const chroma = bits.ue();
  if (chroma === 3) bits.skip(1);
  let width = bits.ue();
  let height = bits.ue();
  if (bits.flag()) {
    width -= (bits.ue() + bits.ue()) * (chroma === 1 || chroma === 2 ? 2 : 1);
    height -= (bits.ue() + bits.ue()) * (chroma === 1 ? 2 : 1);
  }
  return sane(width, height);
}

/** profile_tier_level(1, subLayers), H.265 section 7.3.3. */
function skipProfileTierLevel(bits: Bits, subLayers: number): void {
  bits.skip(96);
  const present: [profile: boolean, level: boolean][] = [];
  for (let i = 0; i < subLayers; i++) present.push([bits.flag(), bits.flag()]);
  if (subLayers > 0) bits.skip((8 - subLayers) * 2);
  for (const [profile, level] of present) bits.skip((profile ? 88 : 0) + (level ? 8 : 0));
}
