import type { AudioPacket, Packet, VideoPacket } from '../packet.ts';
import { readAac } from './aac.ts';
import { readAv1, withoutDelimiter } from './av1.ts';
import { readAvc } from './avc.ts';
import { box, fullBox, u8, u16, u32 } from './box.ts';
import { readHevc } from './hevc.ts';
import { opusSamples, readOpusHead } from './opus.ts';
import { type Carrier, carrier } from './sets.ts';

/** How a track is coded, from its configuration packet: all that an init segment and a playlist must know. */
export type Coding = {
  /** RFC 6381 codec string, e.g. `avc1.64001f`. */
  readonly codecs: string;
  /** Ticks a second: 1000 for video, whose packets come in ms; the sampling rate for audio, so that frames abut. */
  readonly timescale: number;
  /** The sample entry of `stsd`. */
  readonly entry: Buffer;
} & (
  | {
      readonly track: 'video';
      readonly width: number;
      readonly height: number;
      /** Lets a key frame carry its parameter sets itself. */
      readonly carry: Carrier;
    }
  | {
      readonly track: 'audio';
      readonly channels: number;
      /** Ticks of one frame. */
      readonly ticks: (frame: Buffer) => number;
    }
);

export type VideoCoding = Extract<Coding, { track: 'video' }>;
export type AudioCoding = Extract<Coding, { track: 'audio' }>;

/**
 * Reads a configuration packet.
 * @throws Problem `bad_request` where the record is malformed
 */
export function readCoding(config: Packet): Coding {
  return config.track === 'video' ? readVideo(config) : readAudio(config);
}

/** The bytes of a frame as a sample holds them. */
export function sampleOf(frame: Packet): Buffer {
  return frame.codec === 'av1' ? withoutDelimiter(frame.payload) : frame.payload;
}

const VIDEO = {
  h264: { read: readAvc, entry: 'avc1', record: 'avcC' },
  hevc: { read: readHevc, entry: 'hvc1', record: 'hvcC' },
  av1: { read: readAv1, entry: 'av01', record: 'av1C' },
} as const;

function readVideo(config: VideoPacket): VideoCoding {
  const form = VIDEO[config.codec];
  const picture = form.read(config.payload);
  const entry = box(
    form.entry,
    // VisualSampleEntry, ISO/IEC 14496-12 section 12.1.3: data reference 1, 72 dpi, one frame a sample, 24 bits deep.
    u8(0, 0, 0, 0, 0, 0, 0, 1),
    Buffer.alloc(16),
    u16(picture.width, picture.height),
    u32(0x480000, 0x480000, 0),
    u16(1),
    Buffer.alloc(32),
    u16(24, 0xffff),
    box(form.record, config.payload),
  );
  const carry = carrier(config.codec, config.payload);
  return { track: 'video', timescale: 1000, entry, carry, ...picture };
}

/** AudioSampleEntry, ISO/IEC 14496-12 section 12.2.3; rates beyond 16 bits are written as 0, the record has them. */
function audioEntry(type: string, channels: number, rate: number, record: Buffer): Buffer {
  const head = [u8(0, 0, 0, 0, 0, 0, 0, 1), u32(0, 0), u16(channels, 16, 0, 0)];
  return box(type, ...head, u32(rate > 0xffff ? 0 : rate * 65_536), record);
}

function readAudio(config: AudioPacket): AudioCoding {
  if (config.codec === 'opus') {
    const head = readOpusHead(config.payload);
    // OpusSpecificBox of "Encapsulation of Opus in ISO BMFF" section 4.3.2: the header's fields, big endian, version 0.
    const gain = head.gain & 0xffff;
    const dops = box(
      'dOps',
      u8(0, head.channels),
      u16(head.preSkip),
      u32(head.inputRate),
      u16(gain),
      head.mapping,
    );
    const entry = audioEntry('Opus', head.channels, 48_000, dops);
    return {
      track: 'audio',
      codecs: 'opus',
      timescale: 48_000,
      entry,
      channels: head.channels,
      ticks: opusSamples,
    };
  }
  const { codecs, rate, channels, frameSamples } = readAac(config.payload);
  const entry = audioEntry('mp4a', channels, rate, esds(config.payload));
  return { track: 'audio', codecs, timescale: rate, entry, channels, ticks: () => frameSamples };
}

/** Elementary stream descriptor (ISO/IEC 14496-1 section 7.2.6.5) around an AudioSpecificConfig. */
function esds(config: Buffer): Buffer {
  const specific = descriptor(0x05, config);
  // Object type 0x40 (MPEG-4 audio), stream type 5 (audio); buffer size and bitrates are unknown to a live writer: 0.
  const decoder = descriptor(0x04, u8(0x40, 0x15, 0, 0, 0), u32(0, 0), specific);
  return fullBox('esds', 0, 0, descriptor(0x03, u16(1), u8(0), decoder, descriptor(0x06, u8(2))));
}

/** Tag, size in the expandable form of ISO/IEC 14496-1 section 8.3.3 with four bytes, content. */
function descriptor(tag: number, ...content: Buffer[]): Buffer {
  const body = Buffer.concat(content);
  const n = body.length;
  return Buffer.concat([
    u8(tag, 0x80 | (n >> 21), 0x80 | ((n >> 14) & 127), 0x80 | ((n >> 7) & 127), n & 127),
    body,
  ]);
}
