import type { Packet } from '../packet.ts';

/** A frame on its way through the gate. Configurations do not travel alone: each frame names its own. */
export type Entry = {
  readonly packet: Packet;
  /** Decoding and presentation time on the gate's input timeline, ms: starts near 0, knows no jump. */
  readonly src: number;
  readonly pts: number;
  /** When it came, ms of the monotonic clock. */
  readonly arrived: number;
  /** Playing may begin here: an IDR, or any frame of a source without pictures. */
  readonly starts: boolean;
  readonly config: Packet | undefined;
  /** Counts publishers' connections: across two of them nothing is continuous. */
  readonly connection: number;
};

/** A step ahead of everything seen, beyond which stamps have jumped. One picture a second is slow, not a jump. */
const LEAP_MS = 1500;
/** A step ahead may be so much longer than the time it took. */
const JITTER_MS = 300;
/** A step back on one track beyond which stamps have restarted; less is disorder and passes. */
const FALL_MS = 1000;
/** Audio alone for so long means a source without pictures. */
const ALONE_MS = 500;
/** Step after a jump where the track has shown no interval yet. */
const STEP_MS = 33;

type Track = { last: number; step: number; config: Packet | undefined };
const fresh = (): Track => ({ last: Number.NEGATIVE_INFINITY, step: STEP_MS, config: undefined });

/**
 * The publisher's side: puts stamps that leap, fall, wrap or restart onto one continuous input timeline, with one
 * offset for both tracks, and gives each frame its configuration.
 */
export class Source {
  #tracks = { video: fresh(), audio: fresh() };
  #offset: number | undefined;
  /** The offset before the last jump: frames of the other track may still come under it. */
  #before: number | undefined;
  #head = 0;
  #headAt = 0;
  #connection = 0;
  #firstAt: number | undefined;
  #pictures = false;

  /** True once this connection has shown pictures. */
  get pictures(): boolean {
    return this.#pictures;
  }

  get videoConfig(): Packet | undefined {
    return this.#tracks.video.config;
  }

  get audioConfig(): Packet | undefined {
    return this.#tracks.audio.config;
  }

  /** True once the connection has shown what it carries: pictures, or sound alone for half a second. */
  known(now: number): boolean {
    return this.#pictures || (this.#firstAt !== undefined && now - this.#firstAt >= ALONE_MS);
  }

  /** A new connection follows: other parameter sets, other stamps. */
  restart(): void {
    this.#tracks = { video: fresh(), audio: fresh() };
    this.#offset = undefined;
    this.#before = undefined;
    this.#connection++;
    this.#firstAt = undefined;
    this.#pictures = false;
  }

  /** The frame as an entry; undefined for configurations, and for frames that nobody could decode. */
  admit(packet: Packet, now: number): Entry | undefined {
    const track = this.#tracks[packet.track];
    this.#firstAt ??= now;
    if (packet.track === 'video') this.#pictures = true;
    if (packet.role === 'config') {
      if (!track.config?.tag.equals(packet.tag)) track.config = packet;
      return undefined;
    }
    if (!track.config && packet.codec !== 'opus') return undefined;
    const src = this.#place(packet, track, now);
    const starts = packet.track === 'video' ? packet.role === 'key' : !this.#pictures && this.known(now);
    return {
      packet,
      src,
      pts: src + packet.cts,
      arrived: now,
      starts,
      config: track.config,
      connection: this.#connection,
    };
  }

  #place(packet: Packet, track: Track, now: number): number {
    const ahead = Math.min(LEAP_MS, JITTER_MS + now - this.#headAt);
    if (this.#offset === undefined) this.#offset = Math.ceil(this.#head) - packet.dts;
    let src = packet.dts + this.#offset;
    if (!this.#fits(src, track, ahead)) {
      const old = this.#before === undefined ? Number.NaN : packet.dts + this.#before;
      if (this.#fits(old, track, ahead)) src = old;
      else {
        this.#before = this.#offset;
        src = this.#head + track.step;
        this.#offset = src - packet.dts;
      }
    }
    const step = src - track.last;
    if (step > 0 && step <= LEAP_MS) track.step = step;
    track.last = src;
    if (src >= this.#head) {
      this.#head = src;
      this.#headAt = now;
    }
    return src;
  }

  #fits(src: number, track: Track, aheadMs: number): boolean {
    return src <= this.#head + aheadMs && src >= Math.max(track.last, this.#head - 10 * FALL_MS) - FALL_MS;
  }
}
