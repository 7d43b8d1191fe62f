/**
 * The one form in which media moves inside the edge. Bytes are never copied on the way:
 * `tag` is the FLV tag body as it arrived (Adobe FLV 10.1 annex E, enhanced RTMP v2), `payload` a view into it.
 */
export type VideoCodec = 'h264' | 'hevc' | 'av1';
export type AudioCodec = 'aac' | 'opus';

type Timed = {
  /** Decoding time in ms on the publisher's timeline, unwrapped past 2^32; may jump or restart at 0. */
  readonly dts: number;
  /** Presentation minus decoding time, ms. */
  readonly cts: number;
  /** FLV tag body: what goes on the wire of HTTP-FLV between tag header and back pointer. */
  readonly tag: Buffer;
  /** AVCC/HVCC length-prefixed NAL units, AV1 OBUs, raw AAC frame, Opus packet; or the configuration record. */
  readonly payload: Buffer;
};

/** `config` is the sequence header, `key` a frame decoding can start at (IDR), `frame` any other. */
export type VideoPacket = Timed & {
  readonly track: 'video';
  readonly codec: VideoCodec;
  readonly role: 'config' | 'key' | 'frame';
};
export type AudioPacket = Timed & {
  readonly track: 'audio';
  readonly codec: AudioCodec;
  readonly role: 'config' | 'frame';
};
export type Packet = VideoPacket | AudioPacket;

/**
 * What leaves a gate: a packet on the broadcast's one output timeline.
 * `at` is its decoding time there in ms: starts at 0, never falls, never leaps (per track within the whole).
 * A configuration packet whose bytes differ from the track's last one marks a splice.
 */
export type Release = { readonly packet: Packet; readonly at: number };

/** Whoever takes what a gate lets out: fan-out by FLV, HLS, posters. Never throws, never keeps `packet` unbounded. */
export interface Outlet {
  write(release: Release): void;
}
