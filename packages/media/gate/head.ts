import { readCoding } from '../fmp4/coding.ts';
import type { Packet } from '../packet.ts';

/** Longest step that is taken for a track's interval, ms. */
const INTERVAL_MAX_MS = 1000;
/** An audio frame's length where its configuration does not tell: AAC at 44.1 kHz. */
const AUDIO_INTERVAL_MS = 1024 / 44.1;
const VIDEO_INTERVAL_MS = 40;

/** How far one track of the output timeline has come. Times in ms. */
export class Head {
  readonly #track: Packet['track'];
  /** Decoding time of the last frame, -1 before the first. */
  lastAt = -1;
  /** Latest presentation time of any frame. */
  lastPts = -1;
  /** Where the next frame belongs; with fractions, so that audio frames abut. */
  end = 0;
  /** Where the latest picture in presentation order ends. */
  shownUntil = 0;
  /** The configuration players hold. */
  config: Packet | undefined;
  /** True while the last frame was a slate's. */
  slate = false;
  #interval: number;
  #frameMs: ((payload: Buffer) => number) | undefined;

  constructor(track: Packet['track']) {
    this.#track = track;
    this.#interval = track === 'video' ? VIDEO_INTERVAL_MS : AUDIO_INTERVAL_MS;
  }

  get started(): boolean {
    return this.lastAt >= 0;
  }

  /** True where `config` is not, byte for byte, what players hold. */
  differs(config: Packet | undefined): boolean {
    if (!config || config === this.config) return false;
    return !this.config?.tag.equals(config.tag);
  }

  configure(config: Packet): void {
    this.config = config;
    this.#frameMs = undefined;
    if (this.#track === 'video') return;
    try {
      const coding = readCoding(config);
      if (coding.track === 'audio')
        this.#frameMs = (payload) => (coding.ticks(payload) * 1000) / coding.timescale;
    } catch {
      // A configuration that cannot be read passes as it came; lengths are then measured.
    }
  }

  /** Notes a frame of the publisher at `at`. */
  took(packet: Packet, at: number): void {
    if (this.#frameMs) this.#interval = this.#frameMs(packet.payload) || this.#interval;
    else if (this.started && !this.slate)
      this.#interval = Math.min(INTERVAL_MAX_MS, Math.max(1, at - this.lastAt));
    this.#note(packet, at, this.#interval);
    this.slate = false;
    this.end = at + this.#interval;
  }

  /** Notes a frame of the slate at `at`, which lasts `intervalMs`; `end` keeps its fraction. */
  filled(packet: Packet, at: number, intervalMs: number): void {
    const from = Math.max(this.end, this.lastAt);
    this.#note(packet, at, intervalMs);
    this.slate = true;
    this.end = from + intervalMs;
  }

  #note(packet: Packet, at: number, intervalMs: number): void {
    this.lastAt = at;
    this.lastPts = Math.max(this.lastPts, at + packet.cts);
    this.shownUntil = this.lastPts + intervalMs;
  }
}
