import type { Packet } from '../packet.ts';

/** Figures of one encoder, as the studio and the console show them. */
export type EncoderHealth = {
  /** bit/s of everything received, mean over the last 10 s or since the connection began. */
  bitrate: number;
  /** Frames per second of media time. */
  fps: number;
  /** Media time between the last two key frames, ms; 0 until there were two. */
  keyIntervalMs: number;
  /** How far media time runs ahead of arrival since the first packet (negative: falls behind), ms. */
  driftMs: number;
  videoCodec?: string;
  audioCodec?: string;
  width?: number;
  height?: number;
};

/** Seconds over which the bitrate is a mean; the limit is judged over the same. */
export const BITRATE_SECONDS = 10;
/** Whole seconds of that, and the one that runs. */
const SLOTS = BITRATE_SECONDS + 1;
/** A leap in media time beyond this is a new timeline: drift and rates are measured afresh. */
const LEAP_MS = 10_000;
/** Video frames over which the frame rate is a mean. */
const RATE_FRAMES = 64;

/** Watches the packets of one connection. Costs a few additions a packet. */
export class HealthMeter {
  /** Bytes of each of the last seconds, the one that runs included. */
  readonly #seconds = new Float64Array(SLOTS);
  #second: number;
  readonly #startedAt: number;
  #anchorDts = Number.NaN;
  #anchorAt = 0;
  #lastDts = Number.NaN;
  #lastAt = 0;
  readonly #frames = new Float64Array(RATE_FRAMES);
  #frameCount = 0;
  #keyDts = Number.NaN;
  #keyIntervalMs = 0;

  constructor(now: number) {
    this.#startedAt = now;
    this.#second = Math.floor(now / 1000);
  }

  /** Bytes that came in at `now` (monotonic ms), whatever they were. */
  received(bytes: number, now: number): void {
    this.#roll(now);
    const slot = this.#second % SLOTS;
    this.#seconds[slot] = (this.#seconds[slot] ?? 0) + bytes;
  }

  /** A media packet that came in at `now`. */
  packet(packet: Packet, now: number): void {
    if (packet.role === 'config') return;
    const { dts } = packet;
    if (!(Math.abs(dts - this.#lastDts) <= LEAP_MS)) this.#anchor(dts, now);
    this.#lastDts = dts;
    this.#lastAt = now;
    if (packet.track !== 'video') return;
    this.#frames[this.#frameCount++ % RATE_FRAMES] = dts;
    if (packet.role === 'key') {
      if (dts > this.#keyDts) this.#keyIntervalMs = dts - this.#keyDts;
      this.#keyDts = dts;
    }
  }

  /** Mean bit/s over the last 10 s, seconds before the connection counting as silent: what the limit judges. */
  bitrate10s(now: number): number {
    this.#roll(now);
    const oldest = this.#seconds[(this.#second + 1) % SLOTS] ?? 0;
    let bytes = -oldest * (now / 1000 - this.#second);
    for (const second of this.#seconds) bytes += second;
    return (bytes * 8) / BITRATE_SECONDS;
  }

  /** The figures at `now`; codecs and size are the caller's. */
  figures(now: number): EncoderHealth {
    const spanS = Math.min(BITRATE_SECONDS, Math.max(1, (now - this.#startedAt) / 1000));
    return {
      bitrate: Math.round((this.bitrate10s(now) * BITRATE_SECONDS) / spanS),
      fps: this.#fps(),
      keyIntervalMs: Math.round(this.#keyIntervalMs),
      driftMs: Number.isNaN(this.#lastDts)
        ? 0
        : Math.round(this.#lastDts - this.#anchorDts - (this.#lastAt - this.#anchorAt)),
    };
  }

  #anchor(dts: number, now: number): void {
    this.#anchorDts = dts;
    this.#anchorAt = now;
    this.#frameCount = 0;
    this.#keyDts = Number.NaN;
  }

  #fps(): number {
    const count = Math.min(this.#frameCount, RATE_FRAMES);
    if (count < 2) return 0;
    const newest = this.#frames[(this.#frameCount - 1) % RATE_FRAMES] as number;
    const oldest = this.#frames[(this.#frameCount - count) % RATE_FRAMES] as number;
    return newest > oldest ? Math.round(((count - 1) * 100_000) / (newest - oldest)) / 100 : 0;
  }

  #roll(now: number): void {
    const second = Math.floor(now / 1000);
    for (let i = Math.max(this.#second, second - SLOTS); i < second; i++) this.#seconds[(i + 1) % SLOTS] = 0;
    this.#second = second;
  }
}
