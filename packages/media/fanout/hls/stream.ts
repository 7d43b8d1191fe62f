import type { Clock, Log } from '@weir/kit';
import { Problem } from '@weir/kit';
import { still } from '../../fmp4/still.ts';
import type { Release, VideoPacket } from '../../packet.ts';
import type { Limits } from './limits.ts';
import { namesUnder } from './names.ts';
import { Rendition, type Targets } from './rendition.ts';

/** How far the output timeline may fall behind the wall clock before EXT-X-PROGRAM-DATE-TIME follows, ms. */
const WALL_DRIFT_MS = 2_000;

/** One epoch of a broadcast as HLS sees it: both renditions, their runs and their place in wall time. */
export class Stream {
  readonly video: Rendition;
  readonly audio: Rendition;
  readonly targets: Targets;
  ended = false;
  readonly #clock: Clock;
  readonly #log: Log;
  #run = 0;
  #spliced = false;
  #wallBase: number | undefined;
  #key: VideoPacket | undefined;
  #poster: Buffer | null = null;

  /** @param secret what the names of segments are derived from */
  constructor(clock: Clock, log: Log, limits: Limits, secret: Buffer) {
    this.#clock = clock;
    this.#log = log;
    this.targets = { targetS: Math.round(limits.segmentMs / 1000), partMs: limits.partMs };
    const names = namesUnder(secret);
    const wall = (ms: number): number => this.#wall(ms);
    this.video = new Rendition('video', names, limits, this.targets, wall);
    this.audio = new Rendition('audio', names, limits, this.targets, wall);
  }

  get version(): number {
    return this.video.version + this.audio.version;
  }

  /** True when every track that has begun has a closed segment: before that a player would miss one. */
  get ready(): boolean {
    const begun = [this.video, this.audio].filter((one) => one.open || one.segments.length > 0);
    return begun.length > 0 && begun.every((one) => one.segments.length > 0);
  }

  write({ packet, at }: Release): void {
    if (this.ended) return;
    const rendition = packet.track === 'video' ? this.video : this.audio;
    if (packet.role === 'config') {
      if (rendition.holds(packet)) return;
      // A track that has nothing in this run yet joins it: a slate's two headers are one splice.
      if (rendition.open?.run === this.#run) this.#spliced = true;
      try {
        rendition.configure(packet);
      } catch (why) {
        if (!(why instanceof Problem)) throw why;
        this.#log.warn(
          { track: packet.track, codec: packet.codec, why: why.detail },
          'unreadable codec configuration',
        );
      }
      return;
    }
    if (this.#spliced) this.#run++;
    this.#spliced = false;
    rendition.add(packet, at, this.#run);
    if (packet.track === 'video' && packet.role === 'key') {
      this.#key = packet;
      this.#poster = null;
    }
  }

  /** Nothing follows: closes what is open. */
  end(): void {
    this.video.finish();
    this.audio.finish();
    this.ended = true;
  }

  /** One-frame file of the last key frame, or null where there is none. Made once a key frame, when asked for. */
  poster(): Buffer | null {
    const { coding } = this.video;
    if (this.#key && coding?.track === 'video') this.#poster ??= still(coding, this.#key);
    return this.#poster;
  }

  /** Wall time of an instant of the output timeline. Moves forward only, so that no two segments share an instant. */
  #wall(ms: number): number {
    const base = this.#clock.now() - ms;
    if (this.#wallBase === undefined || base - this.#wallBase > WALL_DRIFT_MS) this.#wallBase = base;
    return this.#wallBase + ms;
  }
}
