import type { AudioCodec, AudioPacket, Packet, VideoCodec, VideoPacket } from '../packet.ts';
import type { Entry } from './source.ts';
import type { Place } from './spill.ts';

/** Part of a stretch that moves between memory and disk as one. Without `entries` it is on disk only. */
export type Chunk = {
  entries: Entry[] | undefined;
  /** What the entries cost in memory. */
  bytes: number;
  place: Place | undefined;
  moving: boolean;
  /** Its stretch was dropped while it moved: what arrives is thrown away. */
  dead: boolean;
  /** Configurations its entries name; they stay in memory. */
  readonly configs: Packet[];
};

export const emptyChunk = (): Chunk => ({
  entries: [],
  bytes: 0,
  place: undefined,
  moving: false,
  dead: false,
  configs: [],
});

/** What an entry costs beside its bytes: objects, views, the slot in its array. Measured at 330 to 400 bytes. */
const ENTRY_BYTES = 400;

/** Memory that holding `entry` after `before` costs; a configuration counts once a run. */
export function cost(entry: Entry, before: Entry | undefined): number {
  const config = entry.config === before?.config ? 0 : (entry.config?.tag.length ?? 0);
  return entry.packet.tag.length + config + ENTRY_BYTES;
}

/**
 * One record per entry: flags 1, config index 4 (0 = none), src 8, dts 8, cts 4, arrived 8, connection 4, tag 4,
 * payload offset 4, payload 4 bytes; then the tag.
 */
const RECORD_BYTES = 49;
const VIDEO = ['h264', 'hevc', 'av1'] as const satisfies readonly VideoCodec[];
const AUDIO = ['aac', 'opus'] as const satisfies readonly AudioCodec[];
const VIDEO_FLAG = 1;
const KEY_FLAG = 2;
const STARTS_FLAG = 4;

/** The entries as bytes; configurations go into `configs` by index. */
export function encode(entries: readonly Entry[], configs: Packet[]): Buffer {
  const size = entries.reduce((sum, e) => sum + RECORD_BYTES + e.packet.tag.length, 0);
  const out = Buffer.allocUnsafe(size);
  let at = 0;
  for (const { packet, config, src, arrived, connection, starts } of entries) {
    const codec = packet.track === 'video' ? VIDEO.indexOf(packet.codec) : AUDIO.indexOf(packet.codec);
    let index = 0;
    if (config) {
      index = configs.lastIndexOf(config) + 1;
      if (index === 0) index = configs.push(config);
    }
    const flags =
      (packet.track === 'video' ? VIDEO_FLAG : 0) |
      (packet.role === 'key' ? KEY_FLAG : 0) |
      (starts ? STARTS_FLAG : 0) |
      (codec << 3);
    at = out.writeUInt8(flags, at);
    at = out.writeUInt32BE(index, at);
    at = out.writeDoubleBE(src, at);
    at = out.writeDoubleBE(packet.dts, at);
    at = out.writeInt32BE(packet.cts, at);
    at = out.writeDoubleBE(arrived, at);
    at = out.writeUInt32BE(connection, at);
    at = out.writeUInt32BE(packet.tag.length, at);
    at = out.writeUInt32BE(packet.payload.byteOffset - packet.tag.byteOffset, at);
    at = out.writeUInt32BE(packet.payload.length, at);
    at += packet.tag.copy(out, at);
  }
  return out;
}

/** What `encode` wrote; the bytes were authenticated, so they are taken as they are. */
export function decode(bytes: Buffer, configs: readonly Packet[]): Entry[] {
  const entries: Entry[] = [];
  for (let at = 0; at < bytes.length; ) {
    const flags = bytes.readUInt8(at);
    const tagFrom = at + RECORD_BYTES;
    const tag = bytes.subarray(tagFrom, tagFrom + bytes.readUInt32BE(at + 37));
    const payloadFrom = bytes.readUInt32BE(at + 41);
    const src = bytes.readDoubleBE(at + 5);
    const timed = {
      dts: bytes.readDoubleBE(at + 13),
      cts: bytes.readInt32BE(at + 21),
      tag,
      payload: tag.subarray(payloadFrom, payloadFrom + bytes.readUInt32BE(at + 45)),
    };
    entries.push({
      packet: packetOf(flags, timed),
      src,
      pts: src + timed.cts,
      arrived: bytes.readDoubleBE(at + 25),
      starts: (flags & STARTS_FLAG) !== 0,
      config: configs[bytes.readUInt32BE(at + 1) - 1],
      connection: bytes.readUInt32BE(at + 33),
    });
    at = tagFrom + tag.length;
  }
  return entries;
}

function packetOf(flags: number, timed: Pick<Packet, 'dts' | 'cts' | 'tag' | 'payload'>): Packet {
  const codec = flags >> 3;
  if (flags & VIDEO_FLAG) {
    const role = flags & KEY_FLAG ? 'key' : 'frame';
    return { track: 'video', codec: VIDEO[codec] ?? 'h264', role, ...timed } satisfies VideoPacket;
  }
  return { track: 'audio', codec: AUDIO[codec] ?? 'aac', role: 'frame', ...timed } satisfies AudioPacket;
}
