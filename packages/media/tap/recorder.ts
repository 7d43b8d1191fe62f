import { type Clock, type Log, Problem, type Timer } from '@weir/kit';
import { flvHeader, packetTag, scriptTag } from '../flv/index.ts';
import type { Packet } from '../packet.ts';
import { onBeat } from './beat.ts';
import { isPlaceable } from './place.ts';
import { salvage } from './recover.ts';
import { type RecordedSegment, Segment } from './segment.ts';

export type { RecordedSegment } from './segment.ts';

/** Age at which a segment ends at the next key frame (sound alone: at the next frame). */
const SEGMENT_MS = 10_000;
/** Age at which it ends without one: a publisher may never send a second key frame. */
const LONGEST_MS = 60_000;
/** Longest that packets wait in memory before they are given to the disk; with the write itself under 1 s. */
const FLUSH_MS = 500;
/** Bytes that make a flush come sooner. */
const FLUSH_BYTES = 1024 * 1024;
/** Bytes that may wait for a slow disk: over 3 s of the highest bitrate an encoder may send. */
const UNWRITTEN_BYTES = 8 * 1024 * 1024;
/** Segments that may wait for a disk that hangs; then the last one grows. */
const UNFINISHED = 4;
/** Pause after the disk refused, before another segment is tried. */
const RETRY_MS = 1_000;
/** Wall time that leaps by more ends a segment at the next key frame: what it says of itself would be wrong. */
const WALL_LEAP_MS = 2_000;
/** Times in FLV are modulo 2^32: a leap of half of that cannot be told from a wrap, so it begins a new segment. */
const LEAP_MS = 2 ** 31;

export type RecorderOptions = {
  /** DATA/media. */
  dir: string;
  broadcast: string;
  session: string;
  clock: Clock;
  log: Log;
  /** Whether a segment is fdatasync'd before it is reported; default true. */
  sync?: boolean;
  /** Bytes that may wait for the disk before the oldest are dropped. */
  unwrittenBytes?: number;
  /** Called for each whole segment, after it has its final name. */
  onSegment: (segment: RecordedSegment) => void;
};

/**
 * Records everything that came in for one broadcast, before any gate, as FLV segments of about 10 s. Each begins with
 * the configurations, so that it plays alone; its packets keep their `dts`.
 *
 * After kill -9 at most 1 s is missing: packets wait ≤ 500 ms in memory, and the kernel keeps what was written.
 * A disk that is slow or refuses costs recording, never the stream: the oldest waiting bytes are dropped, `failed` is
 * set and logged, and another segment is tried each second.
 */
export class Recorder {
  readonly #options: RecorderOptions;
  readonly #timer: Timer;
  readonly #configs = new Map<Packet['track'], Packet>();
  /** Oldest first; the last may still grow. */
  #segments: Segment[] = [];
  #current: Segment | undefined;
  #dts = 0;
  #lastFromMs = 0;
  #failed = false;
  #retryAt = Number.NEGATIVE_INFINITY;
  #draining: Promise<void> | undefined;
  #closed = false;

  constructor(options: RecorderOptions) {
    if (!isPlaceable(options.broadcast) || !isPlaceable(options.session))
      throw new Problem('bad_request', 'Ids of recordings are letters, digits and hyphens');
    this.#options = options;
    this.#timer = onBeat(options.clock, FLUSH_MS, () => void this.#drain());
  }

  /** True once anything was lost: the recording of this session has a hole. */
  get failed(): boolean {
    return this.#failed;
  }

  /** Takes a packet. Never throws, never waits; after `close` it does nothing. */
  write(packet: Packet): void {
    if (this.#closed) return;
    const now = this.#options.clock.mono();
    if (this.#current && this.#splits(packet, this.#current, now)) this.#end();
    if (packet.role === 'config') this.#configs.set(packet.track, packet);
    const segment = this.#current ?? this.#begin(packet, now);
    if (!segment) return;
    segment.gather.tag(packet);
    segment.toMs = Math.round(segment.place.fromMs + (now - segment.startedAt));
    if (packet.role !== 'config' && packet.track === 'video') segment.hasVideo = true;
    this.#dts = packet.dts;
    this.#bound();
    if (segment.gather.bytes >= FLUSH_BYTES) void this.#drain();
  }

  /** Ends the last segment and resolves when all are closed and reported. */
  async close(): Promise<void> {
    this.#closed = true;
    this.#timer.cancel();
    this.#end();
    void this.#drain();
    while (this.#draining) await this.#draining;
  }

  #splits(packet: Packet, current: Segment, now: number): boolean {
    if (Math.abs(packet.dts - this.#dts) >= LEAP_MS) return true;
    if (this.#segments.length > UNFINISHED) return false;
    if (packet.role === 'config') {
      const before = this.#configs.get(packet.track);
      return packet.track === 'video' && before !== undefined && !before.tag.equals(packet.tag);
    }
    const ageMs = now - current.startedAt;
    if (ageMs >= LONGEST_MS) return true;
    const mayEnd = packet.track === 'video' ? packet.role === 'key' : !current.hasVideo;
    if (!mayEnd) return false;
    const leap = Math.abs(this.#options.clock.now() - current.place.fromMs - ageMs);
    return ageMs >= SEGMENT_MS || leap >= WALL_LEAP_MS;
  }

  #begin(packet: Packet, now: number): Segment | undefined {
    const { dir, broadcast, session, clock } = this.#options;
    // Configurations go into the head: a segment begins with what they configure.
    if (packet.role === 'config' || now < this.#retryAt) return undefined;
    // After a hole decoding starts at a key frame; at the very beginning whatever came is kept.
    const decodable = packet.track === 'video' ? packet.role === 'key' : !this.#configs.has('video');
    if (this.#retryAt > 0 && !decodable) return undefined;
    const wallMs = clock.now();
    const fromMs = wallMs === this.#lastFromMs ? wallMs + 1 : wallMs;
    this.#lastFromMs = fromMs;
    const segment = new Segment(dir, { broadcast, session, fromMs }, now);
    const has = (track: Packet['track']): boolean => packet.track === track || this.#configs.has(track);
    segment.gather.head(
      Buffer.concat([
        flvHeader(has('video'), has('audio')),
        scriptTag(
          'onMetaData',
          { weirWallMs: fromMs, weirDts: packet.dts, weirBroadcast: broadcast, weirSession: session },
          packet.dts,
        ),
        ...[...this.#configs.values()].map((config) => packetTag(config, packet.dts)),
      ]),
    );
    this.#segments.push(segment);
    this.#current = segment;
    return segment;
  }

  #end(): void {
    if (this.#current) this.#current.ended = true;
    this.#current = undefined;
    // Closed with the next beat, beside those of others; several at once are not kept waiting.
    if (this.#segments.length > 1) void this.#drain();
  }

  #bound(): void {
    const bound = this.#options.unwrittenBytes ?? UNWRITTEN_BYTES;
    let waiting = 0;
    for (const segment of this.#segments) waiting += segment.waitingBytes;
    for (const segment of this.#segments) {
      while (waiting > bound) {
        const dropped = segment.gather.drop();
        if (dropped === 0) break;
        waiting -= dropped;
        this.#fail({ dropped }, 'the disk does not keep up: recording dropped');
      }
    }
  }

  #drain(): Promise<void> {
    this.#draining ??= this.#write().finally(() => {
      this.#draining = undefined;
      if (this.#segments[0]?.ended) void this.#drain();
    });
    return this.#draining;
  }

  async #write(): Promise<void> {
    for (;;) {
      const segment = this.#segments[0];
      if (!segment) return;
      try {
        await segment.flush();
        if (!segment.ended) return;
        if (segment.gather.bytes > 0) continue;
        const closed = await segment.close(this.#options.sync ?? true);
        this.#segments.shift();
        this.#report(closed);
      } catch (why) {
        await this.#giveUp(segment, why);
      }
    }
  }

  /** Leaves a segment that the disk refused, and saves what of it is there. */
  async #giveUp(segment: Segment, why: unknown): Promise<void> {
    this.#fail({ err: why, path: segment.openPath }, 'the disk refused a recording');
    this.#retryAt = Math.max(1, this.#options.clock.mono() + RETRY_MS);
    this.#segments = this.#segments.filter((other) => other !== segment);
    if (this.#current === segment) this.#current = undefined;
    if (!(await segment.abandon())) return;
    try {
      const saved = await salvage(this.#options.dir, segment.place);
      if (saved) this.#report(saved);
    } catch (again) {
      this.#options.log.error({ err: again, path: segment.openPath }, 'left for the next start to close');
    }
  }

  #report(segment: RecordedSegment): void {
    try {
      this.#options.onSegment(segment);
    } catch (why) {
      this.#options.log.error({ err: why, path: segment.path }, 'nobody took note of a recorded segment');
    }
  }

  #fail(fields: object, message: string): void {
    const { log, broadcast, session } = this.#options;
    if (this.#failed) log.debug({ broadcast, session, ...fields }, message);
    else log.error({ broadcast, session, ...fields }, message);
    this.#failed = true;
  }
}
