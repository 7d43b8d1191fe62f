import { Problem } from '@weir/kit';

const MAGIC = Buffer.from('OpusHead');
/** Frame sizes in samples at 48 kHz by the configuration number's place in its mode (RFC 6716 table 2). */
const SILK = [480, 960, 1920, 2880];
const HYBRID = [480, 960];
const CELT = [120, 240, 480, 960];

/** Opus identification header (RFC 7845 section 5.1), with or without its magic, as fields. */
export type OpusHead = {
  channels: number;
  preSkip: number;
  inputRate: number;
  gain: number;
  mapping: Buffer;
};

/** @throws Problem `bad_request` where the header is cut short */
export function readOpusHead(config: Buffer): OpusHead {
  const head = config.subarray(0, 8).equals(MAGIC) ? config.subarray(8) : config;
  if (head.length < 11) throw new Problem('bad_request', 'The Opus header is cut short');
  const channels = head.readUInt8(1);
  const family = head.readUInt8(10);
  const mapping = family === 0 ? Buffer.alloc(0) : head.subarray(11, 13 + channels);
  if (channels === 0 || (family === 0 && channels > 2) || (family !== 0 && mapping.length !== channels + 2))
    throw new Problem('bad_request', 'The Opus header has an impossible channel count');
  return {
    channels,
    preSkip: head.readUInt16LE(2),
    inputRate: head.readUInt32LE(4),
    gain: head.readInt16LE(8),
    mapping: Buffer.concat([Buffer.from([family]), mapping]),
  };
}

/** Samples at 48 kHz in one Opus packet, from its first two bytes (RFC 6716 section 3.1). 0 where there is no frame. */
export function opusSamples(packet: Buffer): number {
  const toc = packet[0];
  if (toc === undefined) return 0;
  const config = toc >> 3;
  const frame = (config < 12 ? SILK[config % 4] : config < 16 ? HYBRID[config % 2] : CELT[config % 4]) ?? 0;
  const code = toc & 3;
  const count = code === 0 ? 1 : code < 3 ? 2 : (packet[1] ?? 0) & 63;
  return frame * count;
}
