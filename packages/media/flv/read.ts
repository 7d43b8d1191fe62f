import { Problem } from '@weir/kit';
import type { Packet } from '../packet.ts';
import { audioPacket, videoPacket } from './body.ts';
import { BACK_POINTER_BYTES, FLV_HEADER_BYTES, TAG_AUDIO, TAG_HEADER_BYTES, TAG_VIDEO } from './header.ts';

export type FlvLimits = {
  /** Bytes of the whole file. */
  bytes: number;
  /** Tags of all kinds. */
  tags: number;
};

/** What a file of ours stays far under: an hour of 4 Mbit/s is 1.8 GB and is no file for memory. */
export const FLV_LIMITS: FlvLimits = { bytes: 64 * 1024 * 1024, tags: 200_000 };

const bad = (why: string): Problem => new Problem('bad_request', `Not an FLV file: ${why}`);

/**
 * Reads a whole FLV file (Adobe FLV 10.1, annex E) into packets in file order; `dts` is the tag's own time in ms.
 * Tags that carry no packet (script data, unknown codecs) are left out; a last tag cut short ends the list.
 * @throws Problem `bad_request` where the bytes are no FLV, `too_large` beyond the limits
 */
export function readFlv(bytes: Buffer, limits: FlvLimits = FLV_LIMITS): Packet[] {
  if (bytes.length > limits.bytes) throw new Problem('too_large', `More than ${limits.bytes} bytes of FLV`);
  if (bytes.length < FLV_HEADER_BYTES || bytes.toString('latin1', 0, 3) !== 'FLV') throw bad('no signature');
  const packets: Packet[] = [];
  let at = bytes.readUInt32BE(5) + BACK_POINTER_BYTES;
  if (at < FLV_HEADER_BYTES) throw bad('its header is too short');
  for (let tags = 0; at + TAG_HEADER_BYTES <= bytes.length; tags++) {
    if (tags >= limits.tags) throw new Problem('too_large', `More than ${limits.tags} tags of FLV`);
    const type = bytes[at] ?? 0;
    const size = bytes.readUIntBE(at + 1, 3);
    const dts = bytes.readUIntBE(at + 4, 3) + (bytes[at + 7] ?? 0) * 2 ** 24;
    const from = at + TAG_HEADER_BYTES;
    const end = from + size;
    if (end > bytes.length) break;
    const tag = bytes.subarray(from, end);
    const packet =
      type === TAG_VIDEO ? videoPacket(tag, dts) : type === TAG_AUDIO ? audioPacket(tag, dts) : undefined;
    if (packet) packets.push(packet);
    at = end + BACK_POINTER_BYTES;
  }
  return packets;
}
