import type { Engine } from './engine/engine.ts';
import { pace, TARGET_FIRST_MS, targetAfterStall } from './pace.ts';
import type { Facts } from './state.ts';

/** No movement for so long is a stall that is said. */
const STILL_MS = 1_500;
/** No byte and no movement for so long: the connection is dead, whatever it says. */
const DEAD_MS = 20_000;
/** A gap in the buffer up to this is jumped. */
const GAP_S = 3;

/** What a look at the element found: it moved, it has just stalled, nothing has come for too long. */
export type Seen = { moved: boolean; stalled: boolean; dead: boolean };

/**
 * Whether the picture moves. `none` without an engine, `connecting` until it first moves, then `moving` or `still`.
 * Keeps a live close to its newest, and goes over holes.
 */
export class Motion {
  #media: Facts['media'] = 'none';
  #movedAt = 0;
  #bytesAt = 0;
  #position = -1;
  #targetMs = TARGET_FIRST_MS;

  get media(): Facts['media'] {
    return this.#media;
  }

  /** An engine begins; times are ms of one clock. */
  begin(now: number): void {
    this.#media = 'connecting';
    this.#position = -1;
    this.#bytesAt = this.#movedAt = now;
  }

  /** The engine is gone and another will come. */
  fail(): void {
    this.#media = 'still';
  }

  stop(): void {
    this.#media = 'none';
  }

  bytes(now: number): void {
    this.#bytesAt = now;
  }

  look(video: HTMLVideoElement, now: number): Seen {
    let [moved, stalled] = [false, false];
    if (video.currentTime !== this.#position) {
      if (this.#position >= 0 && video.readyState >= 2) {
        this.#media = 'moving';
        this.#movedAt = now;
        moved = true;
      }
      this.#position = video.currentTime;
    } else if (this.#media === 'moving' && now - this.#movedAt > STILL_MS) {
      this.#media = 'still';
      this.#targetMs = targetAfterStall(this.#targetMs);
      stalled = true;
    }
    return { moved, stalled, dead: now - Math.max(this.#bytesAt, this.#movedAt) > DEAD_MS };
  }

  /** Brings what plays by FLV back to its newest, faster or at once. */
  keepClose(video: HTMLVideoElement, engine: Engine): void {
    const ahead = engine.behindMs();
    if (ahead === undefined || video.readyState < 2) return;
    const { rate, jumpToMs } = pace(ahead, this.#targetMs, video.playbackRate);
    if (jumpToMs !== undefined) video.currentTime += jumpToMs / 1000;
    if (video.playbackRate !== rate) video.playbackRate = rate;
  }
}

/** Media that begins after the playhead, at the start or behind a hole, is gone to. */
export function jumpGap(video: HTMLVideoElement): void {
  const { buffered, currentTime } = video;
  if (video.readyState > 2 || video.seeking) return;
  for (let i = 0; i < buffered.length; i++) {
    const start = buffered.start(i);
    const near = currentTime === 0 || start - currentTime < GAP_S;
    if (start > currentTime && near && buffered.end(i) - start > 0.1) {
      video.currentTime = start + 0.02;
      return;
    }
  }
}
