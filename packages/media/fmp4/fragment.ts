import { box, fullBox, u32, u64 } from './box.ts';
import { TRACK } from './init.ts';

/** One frame in a fragment. Times are in ticks of the track's timescale. */
export type Sample = {
  readonly data: Buffer;
  /** Decoding time. */
  readonly start: number;
  /** Decoding time of the next minus this one's. */
  duration: number;
  /** Presentation minus decoding time; may be negative. */
  readonly offset: number;
  /** True where decoding can start here. */
  readonly sync: boolean;
};

/** sample_depends_on = 2 (on no other). */
const SYNC = 0x02000000;
/** sample_depends_on = 1, sample_is_non_sync_sample. */
const DEPENDENT = 0x01010000;
/** data-offset, duration, size, flags and composition offset present (ISO/IEC 14496-12 section 8.8.8). */
const TRUN = 0x000f01;
const DEFAULT_BASE_IS_MOOF = 0x020000;

/**
 * One movie fragment, `moof` + `mdat`, of at least one sample in decoding order. The samples' bytes are copied
 * here, once for all viewers.
 */
export function fragment(sequence: number, samples: readonly [Sample, ...Sample[]]): Buffer {
  const table = Buffer.allocUnsafe(samples.length * 16);
  let dataBytes = 8;
  let at = 0;
  for (const sample of samples) {
    table.writeUInt32BE(sample.duration, at);
    table.writeUInt32BE(sample.data.length, at + 4);
    table.writeUInt32BE(sample.sync ? SYNC : DEPENDENT, at + 8);
    table.writeInt32BE(sample.offset, at + 12);
    at += 16;
    dataBytes += sample.data.length;
  }
  const tfhd = fullBox('tfhd', 0, DEFAULT_BASE_IS_MOOF, u32(TRACK));
  const tfdt = fullBox('tfdt', 1, 0, u64(samples[0].start));
  const mfhd = fullBox('mfhd', 0, 0, u32(sequence % 2 ** 32));
  // 8 moof + mfhd + 8 traf + tfhd + tfdt + trun (8 box, 4 version and flags, 4 count, 4 offset) + mdat's own header.
  const moofBytes = 8 + mfhd.length + 8 + tfhd.length + tfdt.length + 20 + table.length;
  const trun = fullBox('trun', 1, TRUN, u32(samples.length, moofBytes + 8), table);
  const moof = box('moof', mfhd, box('traf', tfhd, tfdt, trun));
  const data = samples.map((sample) => sample.data);
  return Buffer.concat([moof, u32(dataBytes), Buffer.from('mdat'), ...data], moofBytes + dataBytes);
}
