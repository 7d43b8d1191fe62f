import type { Outlet, Packet } from '../packet.ts';
import { endOfSequence } from './ending.ts';
import { Head } from './head.ts';
import { type Orientation, orientation, SLATES } from './slate.ts';
import type { Entry } from './source.ts';

/** The output clock follows a publisher's by at most this share, so that neither runs away from the other. */
const SLEW = 0.02;
/**
 * Nothing left for so long: the output clock stood still meanwhile, it does not leap. With a frame of the slowest
 * picture and the lead of the other track, a hole stays below the third of a second at which players stall.
 */
const STANDSTILL_MS = 220;
/** A hole in the publisher's sound longer than this is filled with silence. */
const AUDIO_HOLE_MS = 100;
/** Sound so far behind the picture is missing; silence goes on in its place. */
const AUDIO_MISSING_MS = 1000;
/** Pictures so far behind the sound are missing; the slate goes on in their place. */
const VIDEO_MISSING_MS = 5000;
/** Sound of the publisher may overlap silence by so much and still passes. */
const OVERLAP_MS = 5;
/** Longest stretch of slate written at once. */
const FILL_MS = 10_000;
/** Room for the frames that end a sequence, each at an instant of its own: at most four of a slate. */
const ENDING_MS = 5;
/** `now` goes on for so long after the last frame. */
const COAST_MS = 500;

/**
 * The one output timeline of a broadcast: starts at 0, and on each track decoding times only rise, without holes,
 * whatever is put onto it. A flow of the publisher's lies on it by one offset for both tracks; between flows lies the
 * slate. A configuration goes out before the first frame that needs it, and never twice.
 */
export class Timeline {
  readonly #outlet: Outlet;
  readonly #heads = { video: new Head('video'), audio: new Head('audio') };
  /** Monotonic ms at which the output clock shows 0. */
  #base: number | undefined;
  #slewedAt = 0;
  #wroteAt: number | undefined;
  #shown = 0;
  #offset = 0;
  /** Sound before this input time belongs to what came before the flow's first picture. */
  #splitAt = Number.NEGATIVE_INFINITY;
  #soundless = false;
  #look: Orientation = 'landscape';
  #picture = 0;
  /** False where slates would end the viewers' players: waits are silent then. */
  slates = true;

  constructor(outlet: Outlet) {
    this.#outlet = outlet;
  }

  /** True once pictures have gone out. */
  get pictures(): boolean {
    return this.#heads.video.started;
  }

  /** When something last left, monotonic ms. */
  get lastWroteAt(): number | undefined {
    return this.#wroteAt;
  }

  /** The present on the output timeline, whole ms; never falls. */
  now(now: number): number {
    const { video, audio } = this.#heads;
    const last = Math.max(video.lastAt, audio.lastAt);
    if (last >= 0)
      this.#shown = Math.max(this.#shown, last + Math.min(now - (this.#wroteAt ?? now), COAST_MS));
    return Math.round(this.#shown);
  }

  /** How far ahead of the output clock `entry` would come out, ms; `spliced` where it would begin a flow. */
  lead(entry: Entry, spliced: boolean, now: number): number {
    if (this.#base === undefined) return 0;
    return (spliced ? this.#reach() : entry.src + this.#offset) - this.#position(now);
  }

  /** Begins a flow of the publisher's with `first`: the offset that follows without gap, and not before its time. */
  splice(first: Entry, now: number): void {
    const { video, audio } = this.#heads;
    this.#begin(now);
    this.#standstill(now, STANDSTILL_MS);
    let offset = this.#position(now) - first.src;
    if (first.packet.track === 'video' && video.started) {
      const decoded = video.slate ? video.lastAt + ENDING_MS : video.end;
      const shown = video.slate ? video.lastPts + ENDING_MS : video.shownUntil;
      offset = Math.max(offset, decoded - first.src, shown - first.pts);
    }
    if (audio.started) offset = Math.max(offset, audio.end - first.pts);
    // Reordered pictures come before the instant they show: none may come before 0.
    this.#offset = Math.ceil(Math.max(offset, -first.src));
    this.#splitAt = first.pts;
    this.#soundless = false;
    if (!this.slates) return;
    if (audio.started) this.#silence(first.pts + this.#offset);
    if (video.slate) this.#pictures(first.src + this.#offset - SLATES.landscape.video.intervalMs / 2);
  }

  /** Puts a frame of the flow out. A picture under a new configuration waits for its IDR. */
  pass(entry: Entry, now: number): void {
    const { packet, config } = entry;
    const head = this.#heads[packet.track];
    const changed = head.differs(config);
    let at = entry.src + this.#offset;
    if (packet.track === 'audio') {
      if (entry.src < this.#splitAt || (head.slate && at < head.end - OVERLAP_MS)) return;
      if (at > head.end + AUDIO_HOLE_MS) this.#silence(at);
    } else if ((changed || head.slate) && packet.role !== 'key') return;
    at = Math.max(at, head.lastAt + 1);
    if (config && head.differs(config)) at = this.#configure(head, config, at);
    head.took(packet, at);
    this.#wroteAt = now;
    this.#outlet.write({ packet, at });
    this.#keepUp(packet, at, entry);
    this.#slew(at, now);
  }

  /** Begins a wait: with pictures where the broadcast has shown or is about to show some, like those of `config`. */
  beginSlate(config: Packet | undefined, pictures: boolean, now: number): void {
    this.#begin(now);
    this.#standstill(now, STANDSTILL_MS);
    if (!this.#heads.video.slate) this.#look = orientation(config);
    if (pictures) this.#pictures(this.#position(now), true);
    this.fill(pictures, now);
  }

  /** Goes on with the wait up to now. */
  fill(pictures: boolean, now: number): void {
    this.#standstill(now, 4 * STANDSTILL_MS);
    const until = this.#position(now);
    if (pictures) this.#pictures(until);
    this.#silence(until);
    this.#wroteAt = now;
  }

  #begin(now: number): void {
    if (this.#base !== undefined) return;
    this.#base = now;
    this.#slewedAt = now;
  }

  #position(now: number): number {
    return now - (this.#base ?? now);
  }

  /** Where the longer of the two tracks ends. */
  #reach(): number {
    return Math.max(this.#heads.video.end, this.#heads.audio.end);
  }

  #standstill(now: number, slackMs: number): void {
    const reach = this.#reach();
    if (this.#position(now) > reach + slackMs) this.#base = now - reach;
  }

  #slew(at: number, now: number): void {
    const most = SLEW * (now - this.#slewedAt);
    const lead = at - this.#position(now);
    this.#slewedAt = now;
    this.#base = (this.#base ?? now) - Math.max(-most, Math.min(most, lead));
  }

  /** Fills the other track where the publisher leaves it out: a player stands still without either. */
  #keepUp(packet: Packet, at: number, entry: Entry): void {
    const { video, audio } = this.#heads;
    if (!this.slates) return;
    if (packet.track === 'audio') {
      this.#soundless = false;
      if (video.started && at - video.end > (entry.starts ? 0 : VIDEO_MISSING_MS)) this.#pictures(at);
    } else {
      if (at - audio.end > AUDIO_MISSING_MS) this.#soundless = true;
      if (this.#soundless) this.#silence(at);
    }
  }

  #pictures(until: number, atLeastOne = false): void {
    const head = this.#heads.video;
    const { config, intervalMs } = SLATES[this.#look].video;
    if (!head.slate) {
      const at = Math.ceil(Math.max(head.end, head.lastPts + ENDING_MS, 0));
      if (at > until && !atLeastOne) return;
      this.#picture = 0;
      head.end = Math.max(at, until - FILL_MS);
    }
    while (head.end <= until || atLeastOne) {
      atLeastOne = false;
      const at = Math.max(Math.ceil(head.end), head.lastAt + 1);
      this.#stand(head, config, this.#next(), at, intervalMs);
    }
  }

  #silence(until: number): void {
    if (!this.slates) return;
    const head = this.#heads.audio;
    const { config, silence, intervalMs } = SLATES[this.#look].audio;
    head.end = Math.max(head.end, until - FILL_MS);
    while (head.end + intervalMs <= until) {
      const at = Math.max(Math.floor(head.end), head.lastAt + 1);
      this.#stand(head, config, silence, at, intervalMs);
    }
  }

  #stand(head: Head, config: Packet, frame: Packet, at: number, intervalMs: number): void {
    const from = head.differs(config) ? this.#configure(head, config, at) : at;
    head.filled(frame, from, intervalMs);
    this.#outlet.write({ packet: frame, at: from });
  }

  /**
   * Puts a configuration out for the frame at `at`, and returns where that frame may stand now.
   * mpegts.js keeps up to two frames back and puts them behind the next configuration. There an IDR is decoded with
   * parameters that are not its own, which ends the player, and other pictures are skipped, which at a slate's pace
   * leaves a hole that stops it. So two that nobody misses come last, after every instant a picture is shown at: more
   * of the slate, or ends of sequence.
   */
  #configure(head: Head, config: Packet, at: number): number {
    const last = this.#lastOf(head);
    const from = last.length ? Math.max(at, head.lastPts + last.length + 1) : at;
    last.forEach((packet, n) => {
      this.#outlet.write({ packet, at: from - last.length + n });
    });
    head.configure(config);
    this.#outlet.write({ packet: config, at: from });
    return from;
  }

  /** What ends the sequence of `head`: at least two pictures of which none may begin another. */
  #lastOf(head: Head): Packet[] {
    if (!head.config) return [];
    if (!head.slate) {
      const end = endOfSequence(head.config.codec);
      return end ? [end, end] : [];
    }
    if (head !== this.#heads.video) return [];
    const last: Packet[] = [];
    while (last.length < 2 || last.slice(-2).some((packet) => packet.role === 'key')) last.push(this.#next());
    return last;
  }

  /** The slate's next picture; the sequence goes round. */
  #next(): Packet {
    const { frames } = SLATES[this.#look].video;
    return frames[this.#picture++ % frames.length] as Packet;
  }
}
