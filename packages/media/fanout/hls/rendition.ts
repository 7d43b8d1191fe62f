import { Problem } from '@weir/kit';
import { type Coding, readCoding, sampleOf } from '../../fmp4/coding.ts';
import { fragment, type Sample } from '../../fmp4/fragment.ts';
import { initSegment } from '../../fmp4/init.ts';
import type { Packet } from '../../packet.ts';
import type { Limits } from './limits.ts';
import type { Names } from './names.ts';
import type { Part, Segment, Stored } from './segment.ts';

/** What both renditions of a broadcast share: both playlists state the same targets. They rise, they never fall. */
export type Targets = { targetS: number; partMs: number };

/** Audio further than this from its timestamps is set right by a longer frame or a dropped one, ms. */
const AUDIO_DRIFT_MS = 30;
/** Farthest that a frame is shown from its decoding, ms: deeper reordering does not exist. */
const REORDER_MS = 2_000;
/** Duration of a last frame that has no forerunner, ms. */
const LONE_FRAME_MS = 40;

/** Cuts one track into segments and parts. Knows nothing of HTTP. */
export class Rendition {
  readonly track: 'video' | 'audio';
  /** Closed segments, oldest first; those before `listedFrom` have left the playlist and are kept a little longer. */
  readonly segments: Segment[] = [];
  readonly stored = new Map<string, Stored>();
  open: Segment | undefined;
  coding: Coding | undefined;
  listedFrom = 0;
  /** Grows with each part and segment that becomes public. */
  version = 0;
  readonly #names: Names;
  readonly #limits: Limits;
  readonly #targets: Targets;
  readonly #wall: (ms: number) => number;
  #config: Packet | undefined;
  #init: Stored | undefined;
  #keyNeeded = true;
  #pending: Sample[] = [];
  #pendingBytes = 0;
  #next: number | undefined;
  #lastMs = LONE_FRAME_MS;
  /**
   * How long the last key frame waits to be shown. Decoding times are written later by so much, so that a segment
   * begins with the instant it is shown from: players that set their clock by it would drift at each splice.
   */
  #reorderMs = 0;
  #maps = 0;
  #parts = 0;
  #msn = 0;

  constructor(
    track: 'video' | 'audio',
    names: Names,
    limits: Limits,
    targets: Targets,
    wall: (ms: number) => number,
  ) {
    this.track = track;
    this.#names = names;
    this.#limits = limits;
    this.#targets = targets;
    this.#wall = wall;
  }

  /** Segments that the playlist lists. */
  get listed(): Segment[] {
    return this.segments.filter((segment) => segment.msn >= this.listedFrom);
  }

  /** The name that the next part will have, whichever segment it falls into. */
  get nextPart(): string {
    return this.#names(`${this.track} part ${this.#parts}`);
  }

  /** True where `config` says the same as the one in force, byte for byte: no splice. */
  holds(config: Packet): boolean {
    return this.#config?.codec === config.codec && this.#config.payload.equals(config.payload);
  }

  /** Takes a new configuration; frames wait for a key frame. @throws Problem `bad_request`, and frames are dropped then */
  configure(config: Packet): void {
    this.#config = config;
    this.coding = undefined;
    this.#keyNeeded = true;
    const coding = readCoding(config);
    const bytes = initSegment(coding);
    const name = `${this.#names(`${this.track} map ${this.#maps++}`)}.mp4`;
    this.#init = { name, chunks: [bytes], sizeBytes: bytes.length };
    this.coding = coding;
  }

  /** Takes a frame at `atMs` of the output timeline, in the run that the broadcast is in. */
  add(packet: Packet, atMs: number, run: number): void {
    const { coding } = this;
    const sync = packet.role === 'key' || packet.track === 'audio';
    if (!coding || !this.#init || (this.#keyNeeded && !sync)) return;
    const frameTicks = coding.track === 'audio' ? coding.ticks(packet.payload) : 0;
    if (coding.track === 'audio' && frameTicks === 0) return;
    const ctsMs = Math.max(-REORDER_MS, Math.min(REORDER_MS, packet.cts));
    if (packet.role === 'key') this.#reorderMs = ctsMs;
    const ideal = Math.round(((atMs + this.#reorderMs) * coding.timescale) / 1000);
    const start = this.#place(coding, ideal, frameTicks);
    if (start === undefined) return;
    const startMs = (start * 1000) / coding.timescale;
    this.#settle(startMs);
    const spliced = this.open?.init !== this.#init || (sync && this.open.run !== run);
    if (spliced || this.#segmentDue(sync, startMs)) {
      this.#closeSegment();
      this.#openSegment(run, startMs);
    } else if (this.#partDue(startMs)) this.#closePart();
    const offset = Math.round(((atMs + ctsMs) * coding.timescale) / 1000) - start;
    const begins = this.#pending.length === 0 && this.open?.parts.length === 0 && sync;
    const data = begins && coding.track === 'video' ? coding.carry(sampleOf(packet)) : sampleOf(packet);
    this.#pending.push({ data, start, duration: 0, offset: this.track === 'audio' ? 0 : offset, sync });
    this.#pendingBytes += data.length;
    this.#keyNeeded = false;
    this.#next = coding.track === 'audio' ? start + frameTicks : start + 1;
  }

  /** Makes what is pending public and closes the open segment. */
  finish(): void {
    const last = this.#pending.at(-1);
    const timescale = this.#timescale;
    if (last) this.#settle((last.start * 1000) / timescale + this.#lastMs);
    this.#closeSegment();
  }

  /** Timescale of the pending samples: the one of the open segment's coding. */
  #timescale = 1000;

  /** Where a frame begins, in ticks; undefined where it must be dropped because its time is taken. */
  #place(coding: Coding, ideal: number, frameTicks: number): number | undefined {
    const spliced = this.open !== undefined && this.open.init !== this.#init;
    const last = this.#pending.at(-1);
    if (spliced && last) {
      const endMs = (last.start * 1000) / this.#timescale + (this.track === 'audio' ? this.#lastMs : 1);
      return Math.max(ideal, Math.ceil((endMs * coding.timescale) / 1000));
    }
    if (this.#next === undefined) return ideal;
    if (frameTicks === 0) return Math.max(ideal, this.#next);
    const drift = ideal - this.#next;
    const tolerance = (AUDIO_DRIFT_MS * coding.timescale) / 1000;
    if (drift < -tolerance) return undefined;
    return drift > tolerance ? ideal : this.#next;
  }

  /** Gives the last pending sample its duration, now that its successor's start is known. */
  #settle(nextMs: number): void {
    const last = this.#pending.at(-1);
    if (!last) return;
    last.duration = Math.max(1, Math.round((nextMs * this.#timescale) / 1000) - last.start);
    this.#lastMs = (last.duration * 1000) / this.#timescale;
  }

  #segmentDue(sync: boolean, startMs: number): boolean {
    if (!this.open) return true;
    const lengthMs = startMs - this.open.startMs;
    const { segmentMs, longestSegmentMs, segmentBytes } = this.#limits;
    if (this.track === 'audio') return lengthMs + this.#lastMs > segmentMs + 0.5;
    if (sync && lengthMs >= segmentMs * 0.75) return true;
    return (
      lengthMs + this.#lastMs > longestSegmentMs || this.open.sizeBytes + this.#pendingBytes > segmentBytes
    );
  }

  #partDue(startMs: number): boolean {
    const first = this.#pending[0];
    if (!first) return false;
    const lengthMs = startMs - (first.start * 1000) / this.#timescale;
    return lengthMs + this.#lastMs > this.#limits.partMs + 0.5 || this.#pendingBytes > this.#limits.partBytes;
  }

  #openSegment(run: number, startMs: number): void {
    if (!this.#init || !this.coding) throw new Problem('internal', 'A segment without a map');
    const msn = this.#msn++;
    const name = `${this.#names(`${this.track} segment ${msn}`)}.m4s`;
    const wallMs = this.#wall(startMs);
    this.open = { msn, name, run, init: this.#init, parts: [], startMs, wallMs, durationMs: 0, sizeBytes: 0 };
    this.stored.set(this.#init.name, this.#init);
    this.#timescale = this.coding.timescale;
  }

  #closePart(): void {
    const [first, ...rest] = this.#pending;
    if (!first || !this.open) return;
    const bytes = fragment(this.#parts + 1, [first, ...rest]);
    const last = rest.at(-1) ?? first;
    const durationMs = ((last.start + last.duration - first.start) * 1000) / this.#timescale;
    const name = `${this.nextPart}.m4s`;
    const part: Part = {
      name,
      chunks: [bytes],
      sizeBytes: bytes.length,
      durationMs,
      independent: first.sync,
    };
    this.#parts++;
    this.#pending = [];
    this.#pendingBytes = 0;
    this.open.parts.push(part);
    this.open.durationMs += durationMs;
    this.open.sizeBytes += bytes.length;
    this.stored.set(name, part);
    this.#targets.partMs = Math.max(this.#targets.partMs, Math.ceil(durationMs));
    this.version++;
  }

  #closeSegment(): void {
    this.#closePart();
    const segment = this.open;
    this.open = undefined;
    if (!segment || segment.parts.length === 0) return;
    const { name, sizeBytes } = segment;
    this.stored.set(name, { name, chunks: segment.parts.flatMap((part) => part.chunks), sizeBytes });
    this.segments.push(segment);
    this.#targets.targetS = Math.max(this.#targets.targetS, Math.round(segment.durationMs / 1000));
    this.#trim();
    this.version++;
  }

  /** Lets old segments leave the playlist, and later the memory. */
  #trim(): void {
    const { windowMs, segments, trail, renditionBytes } = this.#limits;
    const leastMs = Math.max(windowMs, this.#targets.targetS * 4_000);
    const listed = this.listed;
    let lengthMs = listed.reduce((sum, segment) => sum + segment.durationMs, 0);
    let sizeBytes = listed.reduce((sum, segment) => sum + segment.sizeBytes, 0);
    for (const [i, segment] of listed.entries()) {
      const left = listed.length - i;
      const long = lengthMs - segment.durationMs >= leastMs;
      if (left <= 1 || !(long || left > segments || sizeBytes > renditionBytes)) break;
      lengthMs -= segment.durationMs;
      sizeBytes -= segment.sizeBytes;
      this.listedFrom = segment.msn + 1;
    }
    let all = this.segments.reduce((sum, segment) => sum + segment.sizeBytes, 0);
    for (let first = this.segments[0]; first && first.msn < this.listedFrom; first = this.segments[0]) {
      if (this.listedFrom - first.msn <= trail && all <= renditionBytes) break;
      all -= first.sizeBytes;
      this.segments.shift();
      this.#forget(first);
    }
  }

  #forget(segment: Segment): void {
    this.stored.delete(segment.name);
    for (const part of segment.parts) this.stored.delete(part.name);
    if (this.segments[0]?.init !== segment.init && this.open?.init !== segment.init)
      this.stored.delete(segment.init.name);
  }
}
