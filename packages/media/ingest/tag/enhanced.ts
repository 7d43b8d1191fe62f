import { Malformed, Refusal } from '../refusal.ts';

/** Packet types of enhanced RTMP (v2, "ExVideoTagHeader" and "ExAudioTagHeader"). */
export const PACKET_TYPE = {
  sequenceStart: 0,
  codedFrames: 1,
  sequenceEnd: 2,
  /** Video only: coded frames whose composition time is 0 and not written. */
  codedFramesX: 3,
  /** Video: metadata. Audio: multichannel configuration. */
  metadata: 4,
  multitrack: 5,
  videoMultitrack: 6,
  modEx: 7,
} as const;

const MULTITRACK = { one: 0, many: 1, manyCodecs: 2 } as const;
/** ModEx records before the packet type; encoders write one. */
const MAX_MODEX = 8;

/** The header after everything optional was read off: where the body begins and ends, and what it is. */
export type EnhancedHeader = {
  readonly packetType: number;
  readonly fourCc: string;
  /** 0 where there is no multitrack header: that is the default track. */
  readonly trackId: number;
  readonly bodyAt: number;
};

/**
 * Reads an extended header up to the body (composition time not included).
 * @param multitrackType the packet type that means multitrack: 6 in video, 5 in audio
 * @throws Malformed cut short @throws Refusal `codec_unsupported` for more tracks than one
 */
export function readEnhancedHeader(tag: Buffer, multitrackType: number): EnhancedHeader {
  let packetType = byte(tag, 0) & 0x0f;
  let at = 1;
  for (let i = 0; packetType === PACKET_TYPE.modEx; i++) {
    if (i === MAX_MODEX) throw new Malformed('too many ModEx records');
    let size = byte(tag, at++) + 1;
    if (size === 256) {
      size = byte(tag, at) * 256 + byte(tag, at + 1) + 1;
      at += 2;
    }
    at += size;
    packetType = byte(tag, at++) & 0x0f;
  }
  let trackId = 0;
  let kind: number = MULTITRACK.one;
  const multitrack = packetType === multitrackType;
  if (multitrack) {
    const both = byte(tag, at++);
    kind = both >> 4;
    packetType = both & 0x0f;
    if (kind > MULTITRACK.manyCodecs || packetType === multitrackType)
      throw new Malformed('multitrack header');
  }
  const fourCc = tag.toString('latin1', at, at + 4);
  at += 4;
  if (multitrack) {
    trackId = byte(tag, at++);
    if (kind !== MULTITRACK.one) {
      const size = byte(tag, at) * 65_536 + byte(tag, at + 1) * 256 + byte(tag, at + 2);
      at += 3;
      if (at + size > tag.length) throw new Malformed('multitrack body past its tag');
      if (at + size < tag.length) throw new Refusal('codec_unsupported', 'more than one track of a kind');
    }
  }
  if (at > tag.length) throw new Malformed('enhanced header cut short');
  return { packetType, fourCc, trackId, bodyAt: at };
}

function byte(tag: Buffer, at: number): number {
  const value = tag[at];
  if (value === undefined) throw new Malformed('enhanced header cut short');
  return value;
}
