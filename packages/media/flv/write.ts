import type { Packet } from '../packet.ts';
import { backPointer, TAG_AUDIO, TAG_VIDEO, tagHeader } from './header.ts';

/** A packet as a whole FLV tag at `atMs`, header to back pointer; copies. For files; fan-out writes without copies. */
export function packetTag(packet: Packet, atMs: number): Buffer {
  const type = packet.track === 'video' ? TAG_VIDEO : TAG_AUDIO;
  const bytes = packet.tag.length;
  return Buffer.concat([tagHeader(type, bytes, atMs), packet.tag, backPointer(bytes)]);
}
