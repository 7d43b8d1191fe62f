import { box, fullBox, u16, u32 } from './box.ts';
import type { Coding } from './coding.ts';

/** The one track of a file; video and audio travel apart. */
export const TRACK = 1;

const MATRIX = u32(0x10000, 0, 0, 0, 0x10000, 0, 0, 0, 0x40000000);

/**
 * The initialization segment of one track (ISO/IEC 14496-12 section 8.16, as EXT-X-MAP names it): `ftyp` and a `moov`
 * without samples. Time starts at the first fragment's `tfdt`; there is no edit list.
 */
export function initSegment(coding: Coding): Buffer {
  const ftyp = box('ftyp', Buffer.from('iso6'), u32(1), Buffer.from('iso6mp41'));
  const mvhd = fullBox(
    'mvhd',
    0,
    0,
    u32(0, 0, 1000, 0, 0x10000),
    u16(0x100, 0),
    u32(0, 0),
    MATRIX,
    u32(0, 0, 0, 0, 0, 0, 2),
  );
  const trex = fullBox('trex', 0, 0, u32(TRACK, 1, 0, 0, 0));
  return Buffer.concat([ftyp, box('moov', mvhd, trak(coding), box('mvex', trex))]);
}

function trak(coding: Coding): Buffer {
  const video = coding.track === 'video';
  const size = video ? u32(coding.width * 65_536, coding.height * 65_536) : u32(0, 0);
  const volume = u16(0, 0, video ? 0 : 0x100, 0);
  const tkhd = fullBox('tkhd', 0, 3, u32(0, 0, TRACK, 0, 0, 0, 0), volume, MATRIX, size);
  // 0x55c4 is "und" in ISO 639-2/T packing.
  const mdhd = fullBox('mdhd', 0, 0, u32(0, 0, coding.timescale, 0), u16(0x55c4, 0));
  const handler = video ? 'vide' : 'soun';
  const hdlr = fullBox('hdlr', 0, 0, u32(0), Buffer.from(handler), u32(0, 0, 0), Buffer.from([0]));
  const head = video ? fullBox('vmhd', 0, 1, u16(0, 0, 0, 0)) : fullBox('smhd', 0, 0, u16(0, 0));
  const dinf = box('dinf', fullBox('dref', 0, 0, u32(1), fullBox('url ', 0, 1)));
  const stbl = box(
    'stbl',
    fullBox('stsd', 0, 0, u32(1), coding.entry),
    fullBox('stts', 0, 0, u32(0)),
    fullBox('stsc', 0, 0, u32(0)),
    fullBox('stsz', 0, 0, u32(0, 0)),
    fullBox('stco', 0, 0, u32(0)),
  );
  return box('trak', tkhd, box('mdia', mdhd, hdlr, box('minf', head, dinf, stbl)));
}
