import { flvHeader, scriptBody, TAG_AUDIO, TAG_SCRIPT, TAG_VIDEO } from '../flv/index.ts';
import type { AudioPacket, Packet, Release, VideoPacket } from '../packet.ts';
import { type Framed, frameBytes, frameTags, type Tag, tagBytes } from './frame.ts';

/** A piece is sealed at this size even before it is due, so that slow viewers are counted in small steps. */
const PIECE_BYTES = 262_144;
/** Output time within which a second track must have shown itself to be named in the header. */
const SETTLE_MS = 500;
/** Output time without a video frame, while audio goes on, after which newcomers start with audio alone. */
const VIDEO_IDLE_MS = 10_000;
/** A stream without video can be joined this often. */
const AUDIO_START_MS = 1_000;

/**
 * Output time after which stamps begin again at 0, 12.4 days. An FLV stamp is a signed 32-bit number of ms (FLV 10.1,
 * E.4.1), and players read it so: after 24.8 days it would be negative, after 49.7 it would wrap.
 */
export const REEL_MS = 2 ** 30;

/** The tracks a stream carries. */
export type Tracks = { readonly video: boolean; readonly audio: boolean };

/** A run of whole tags that every viewer gets as the same bytes. */
export type Piece = Framed & {
  /** Numbers without gaps. */
  readonly seq: number;
  /** Where decoding may start here: the configuration in force at its first tag. */
  readonly start?: { readonly preamble: Framed; readonly version: number };
  /** Version of the configuration after its last tag. */
  readonly version: number;
  /** How often stamps had begun again before it: nobody may get pieces of two. */
  readonly turn: number;
};

/** What a newcomer is given before it runs with the others. */
export type Opening = {
  /** File header with the flags of the tracks; left out for one who has it. */
  readonly header: Framed;
  /** Metadata and configuration in force at the first piece. */
  readonly preamble: readonly Framed[];
  readonly pieces: readonly Piece[];
  /** Number and configuration version of the last piece. */
  readonly seq: number;
  readonly version: number;
  readonly turn: number;
};

type Group = { at: number; preamble: Framed; version: number; pieces: Piece[]; bytes: number };

/** CodecIDs and SoundFormats of FLV, fourCCs as numbers for those of enhanced RTMP v2. */
const CODEC_NUMBERS: Record<Packet['codec'], number> = {
  h264: 7,
  hevc: 0x68766331,
  av1: 0x61763031,
  aac: 10,
  opus: 0x4f707573,
};

/**
 * Turns releases into pieces, and remembers the present group of pictures for those who come late.
 * Keeps at most `limitBytes` of the group (a longer one cannot be joined) and as much of pieces not yet taken.
 */
export class Reel {
  readonly #limitBytes: number;
  #pending: Tag[] = [];
  #pendingBytes = 0;
  /** Set where the pending tags begin with a start. */
  #pendingStart: Piece['start'];
  #out: Piece[] = [];
  #outBytes = 0;
  #seq = 0;
  #group: Group | undefined;
  #video: VideoPacket | undefined;
  #audio: AudioPacket | undefined;
  #version = 0;
  /** Output time that is stamped 0. */
  #zeroAt = 0;
  #turn = 0;
  #firstAt: number | undefined;
  #lastAt = 0;
  #videoAt = 0;
  #videoLive = false;

  constructor(limitBytes: number) {
    this.#limitBytes = limitBytes;
  }

  /** The stamp of the newest packet, ms. */
  get at(): number {
    return this.#stamp(this.#lastAt);
  }

  /** True while there is something to take. */
  get waiting(): boolean {
    return this.#out.length > 0 || this.#pending.length > 0;
  }

  /** The tracks that a newcomer will get, once that is known. */
  get tracks(): Tracks | undefined {
    const settled = this.#firstAt !== undefined && this.#lastAt - this.#firstAt >= SETTLE_MS;
    if (!settled && !(this.#videoLive && this.#audio)) return undefined;
    return { video: this.#videoLive, audio: this.#audio !== undefined };
  }

  write({ packet, at }: Release): void {
    this.#firstAt ??= at;
    this.#lastAt = at;
    if (packet.role === 'config') this.#configure(packet, at);
    else if (packet.track === 'video') this.#picture(packet, at);
    else this.#sound(packet, at);
  }

  /** Everything not yet taken, sealed. */
  take(): Piece[] {
    this.#seal();
    const out = this.#out;
    this.forget();
    return out;
  }

  /** Drops what nobody is there to take; the group for newcomers stays. */
  forget(): void {
    this.#out = [];
    this.#outBytes = 0;
  }

  /** Seals what is pending, so that `opening` reaches up to now. */
  seal(): void {
    this.#seal();
  }

  /** What a newcomer starts with; undefined while there is no frame to start at. */
  opening(): Opening | undefined {
    const tracks = this.tracks;
    const group = this.#group;
    if (!tracks || !group) return undefined;
    const last = group.pieces.at(-1);
    return {
      header: frameBytes(flvHeader(tracks.video, tracks.audio)),
      // At 0 wherever the stream is: FFmpeg takes metadata at any other time for a track of text.
      preamble: [frameTags([{ type: TAG_SCRIPT, at: 0, body: this.#metadata() }]), group.preamble],
      pieces: group.pieces,
      seq: this.#seq,
      version: last?.version ?? group.version,
      turn: this.#turn,
    };
  }

  #configure(packet: VideoPacket | AudioPacket, at: number): void {
    const before = packet.track === 'video' ? this.#video : this.#audio;
    const same = before?.codec === packet.codec && before.tag.equals(packet.tag);
    if (packet.track === 'video') {
      this.#videoAt = at;
      this.#video = packet;
      if (same && this.#videoLive) return;
      this.#showVideo();
    } else {
      this.#audio = packet;
      if (same) return;
    }
    this.#version++;
    this.#push(packet, at);
  }

  #picture(packet: VideoPacket, at: number): void {
    this.#videoAt = at;
    if (!this.#videoLive) {
      if (!this.#video) return;
      // Back after a pause: those who began with audio alone have no configuration yet.
      this.#showVideo();
      this.#version++;
      this.#push(this.#video, at);
    }
    if (packet.role === 'key') this.#begin(at);
    this.#push(packet, at);
  }

  #sound(packet: AudioPacket, at: number): void {
    if (this.#videoLive && at - this.#videoAt > VIDEO_IDLE_MS) this.#videoLive = false;
    if (!this.#videoLive && (!this.#group || at - this.#group.at >= AUDIO_START_MS)) this.#begin(at);
    this.#push(packet, at);
  }

  /** A group of audio alone is no start any more: newcomers wait for the key frame. */
  #showVideo(): void {
    if (!this.#videoLive) this.#group = undefined;
    this.#videoLive = true;
  }

  /** A new group: what comes next is a frame that decoding may start at. */
  #begin(at: number): void {
    this.#seal();
    if (at - this.#zeroAt >= REEL_MS) {
      this.#zeroAt = at;
      this.#turn++;
    }
    const stamp = this.#stamp(at);
    const tags: Tag[] = [];
    if (this.#video && this.#videoLive) tags.push({ type: TAG_VIDEO, at: stamp, body: this.#video.tag });
    if (this.#audio) tags.push({ type: TAG_AUDIO, at: stamp, body: this.#audio.tag });
    const preamble = frameTags(tags);
    this.#group = { at, preamble, version: this.#version, pieces: [], bytes: 0 };
    this.#pendingStart = { preamble, version: this.#version };
  }

  /** Sound from just before the picture that begins a turn is stamped with it. */
  #stamp(at: number): number {
    return Math.max(0, at - this.#zeroAt);
  }

  #metadata(): Buffer {
    const video = this.#videoLive ? this.#video : undefined;
    return scriptBody('onMetaData', {
      hasVideo: video !== undefined,
      hasAudio: this.#audio !== undefined,
      ...(video ? { videocodecid: CODEC_NUMBERS[video.codec] } : {}),
      ...(this.#audio ? { audiocodecid: CODEC_NUMBERS[this.#audio.codec] } : {}),
    });
  }

  #push(packet: Packet, at: number): void {
    const type = packet.track === 'video' ? TAG_VIDEO : TAG_AUDIO;
    const tag: Tag = { type, at: this.#stamp(at), body: packet.tag };
    this.#pending.push(tag);
    this.#pendingBytes += tagBytes(tag.body);
    if (this.#pendingBytes >= PIECE_BYTES) this.#seal();
  }

  #seal(): void {
    if (this.#pending.length === 0) return;
    const { http, ws } = frameTags(this.#pending);
    const piece: Piece = {
      http,
      ws,
      seq: ++this.#seq,
      version: this.#version,
      turn: this.#turn,
      ...(this.#pendingStart ? { start: this.#pendingStart } : {}),
    };
    this.#pending = [];
    this.#pendingBytes = 0;
    this.#pendingStart = undefined;
    // Whoever misses a number skips to the next start, so dropping here is safe.
    if (this.#outBytes + http.length > this.#limitBytes) this.forget();
    this.#out.push(piece);
    this.#outBytes += http.length;
    const group = this.#group;
    if (!group) return;
    group.pieces.push(piece);
    group.bytes += http.length;
    if (group.bytes > this.#limitBytes) this.#group = undefined;
  }
}
