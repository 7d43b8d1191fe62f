import type { Clock, Log, Timer } from '@weir/kit';
import type { Outlet, Packet } from '../packet.ts';
import { Hold, type Next } from './hold.ts';
import type { GateSettings, Stretch } from './settings.ts';
import { type Entry, Source } from './source.ts';
import { Spill } from './spill.ts';
import { Timeline } from './timeline.ts';

export type { GateSettings, Stretch } from './settings.ts';

/** Length of a stretch, as near as key frames allow. */
const STRETCH_MS = 2000;
/** A publisher who is connected and silent for so long leaves the viewers to the slate. */
const STALL_MS = 3000;
/** In `open`, a publisher's first IDR may take so long before the slate begins. */
const START_MS = 1500;
/** A wait in the middle of a flow longer than this is filled by the slate. */
const PAUSE_MS = 1000;
/** A publisher faster than time gets so far ahead of the output clock and no further. */
const AHEAD_MS = 3000;
/** What comes out this late, because the process stood still, is dropped rather than flushed. */
const LATE_MS = 1000;
/** The slate grows by so much at a time. */
const TICK_MS = 100;
/** Releases nearer to one another than this go out together. */
const GRAIN_MS = 5;

export type Waiting = 'none' | 'slate' | 'silent';
type Options = {
  clock: Clock;
  outlet: Outlet;
  settings: GateSettings;
  /** Where held media goes beyond `memoryBytes`; made when needed. */
  spillDir: string;
  memoryBytes: number;
  spillBytes: number;
  log: Log;
  /** Told when viewers begin to wait and when they no longer do; `silent` waits are for fan-out to keep alive. */
  onWaiting?(waiting: Waiting): void;
};

/** The publisher's media on its way out: since when, by which clock it is paced. */
type Flow = {
  readonly connection: number;
  readonly by: 'arrival' | 'source';
  readonly since: number;
  readonly src: number;
};

/**
 * The one way of a broadcast's media to the public. States of the way out:
 * - *flow*: the publisher's frames leave. Entered at an IDR (any frame where there are no pictures) that is due; left
 *   when nothing may leave for longer than a pause, at once when the mode or the source is lost.
 * - *wait*: the slate leaves, or nothing where a slate would end the players. Entered when a flow is left.
 * - *cut*: nothing leaves any more. Never left.
 */
export class Gate {
  readonly #clock: Clock;
  readonly #log: Log;
  readonly #onWaiting: (waiting: Waiting) => void;
  readonly #source = new Source();
  readonly #timeline: Timeline;
  readonly #spill: Spill;
  readonly #hold: Hold;
  #settings: GateSettings;
  #flow: Flow | undefined;
  #waiting: Waiting = 'none';
  /** Delay under which held media leaves; above the ordered one while `#lowering`, without end in `review`. */
  #paceMs: number;
  /** Held media goes on under the old delay until the first IDR that came at `since` or later is due under the new. */
  #lowering: { readonly since: number } | undefined;
  #lost = true;
  #firstAt: number | undefined;
  #timer: Timer | undefined;
  #final = false;

  constructor(options: Options) {
    const { outlet, spillDir, spillBytes, memoryBytes } = options;
    this.#clock = options.clock;
    this.#log = options.log;
    this.#settings = options.settings;
    this.#paceMs = paceOf(options.settings);
    this.#onWaiting = (waiting) => options.onWaiting?.(waiting);
    this.#timeline = new Timeline({ write: (release) => this.#final || outlet.write(release) });
    this.#spill = new Spill(spillDir, spillBytes);
    this.#hold = new Hold({
      spill: this.#spill,
      memoryBytes,
      log: options.log,
      changed: () => this.#pump(),
    });
    this.#hold.keep = options.settings.mode === 'review' ? 'newest' : 'oldest';
  }

  /** The present on the output timeline, whole ms; never falls. */
  get outputMs(): number {
    return this.#timeline.now(this.#clock.mono());
  }

  /** Bytes of held media in memory and on disk. */
  get heldBytes(): { memory: number; spill: number } {
    return { memory: this.#hold.memory, spill: this.#spill.bytes };
  }

  /** How much waits in the gate, ms of the input timeline. */
  get waitingMs(): number {
    return this.#hold.waitingMs;
  }

  /** A packet of the publisher's, on the publisher's timeline. In `open` it leaves before the call returns. */
  push(packet: Packet): void {
    if (this.#final) return;
    const now = this.#clock.mono();
    this.#lost = false;
    this.#firstAt ??= now;
    const entry = this.#source.admit(packet, now);
    const { mode } = this.#settings;
    if (entry && mode !== 'closed') {
      if (mode === 'open') {
        this.#pushOpen(entry, now);
        return;
      }
      this.#hold.add(entry, this.#lowering ? 0 : STRETCH_MS);
    }
    if (!this.#timer) this.#pump();
  }

  /** Changes the mode or the delay of the running stream. What is stricter holds from this call on. */
  set(settings: GateSettings): void {
    const before = this.#settings;
    if (this.#final || (before.mode === settings.mode && delayOf(before) === delayOf(settings))) return;
    this.#settings = settings;
    this.#hold.keep = settings.mode === 'review' ? 'newest' : 'oldest';
    const now = this.#clock.mono();
    if (settings.mode === 'closed') this.#shut();
    else if (settings.mode === 'review') {
      this.#lowering = undefined;
      this.#flow = undefined;
      this.#hold.dropBegun();
      this.#paceMs = paceOf(settings);
    } else this.#passBy(delayOf(settings), before.mode, now);
    this.#pump();
  }

  /** The publisher's connection is gone; the timeline goes on. Held media still leaves in its time. */
  sourceLost(): void {
    if (this.#final) return;
    this.#lost = true;
    this.#hold.stop();
    this.#pump();
  }

  /** A publisher's connection begins, with stamps and parameter sets of its own. */
  sourceBack(): void {
    if (this.#final) return;
    this.#hold.stop();
    this.#source.restart();
    this.#lost = false;
  }

  /** Nothing leaves from this call on, not even a slate. Held media is destroyed, the spill unreadable. For good. */
  cut(): void {
    if (this.#final) return;
    this.#final = true;
    this.#timer?.cancel();
    this.#flow = undefined;
    this.#hold.clear();
    void this.#spill.destroy();
  }

  /** The broadcast has ended: like `cut`, and resolves when the disk is free. */
  async close(): Promise<void> {
    this.cut();
    await this.#spill.destroy();
  }

  /** The head of the gate, oldest first: what waits, and the last of what left or was dropped. */
  desk(): Stretch[] {
    return this.#hold.list();
  }

  /**
   * Releases everything held up to and with the stretch `upTo`; it leaves at real time from now.
   * @throws Problem `not_found`, `not_held` (dropped), `out_of_order` (behind what was released)
   */
  release(upTo: string): { releasedTo: string | null } {
    const releasedTo = this.#hold.release(upTo);
    this.#pump();
    return { releasedTo };
  }

  /**
   * Drops a stretch, or what is left of one on its way out.
   * @throws Problem `not_found`, `not_held`
   */
  drop(stretch: string): void {
    this.#hold.drop(stretch);
    this.#pump();
  }

  /**
   * A held stretch for the desk's preview: configurations, then frames, with times on the input timeline.
   * @throws Problem `not_found`, `not_held`, `storage_failed`
   */
  read(stretch: string): Promise<Packet[]> {
    return this.#hold.read(stretch);
  }

  #shut(): void {
    this.#hold.clear();
    this.#lowering = undefined;
    this.#flow = undefined;
    this.#paceMs = 0;
  }

  /** To `open` or `delay`: media leaves `delayMs` after it came. */
  #passBy(delayMs: number, before: GateSettings['mode'], now: number): void {
    const since = now - delayMs;
    if (before === 'review') this.#hold.dropUnreleased(since);
    const lower = delayMs < this.#paceMs;
    this.#lowering = lower && this.#flow ? { since } : undefined;
    if (this.#lowering) return;
    if (lower) this.#hold.dropBefore(this.#hold.startSince(since)?.id);
    else if (before === 'open' && this.#paceMs === 0) this.#flow = undefined;
    this.#paceMs = delayMs;
  }

  #pushOpen(entry: Entry, now: number): void {
    const flows = this.#flow?.connection === entry.connection;
    if (!this.#lowering && this.#hold.drained()) {
      if (!flows && !entry.starts) {
        if (!this.#timer) this.#pump();
        return;
      }
      if (this.#timeline.lead(entry, !flows, now) <= AHEAD_MS) {
        this.#emit({ entry, afterGap: false }, now);
        if (!this.#timer) this.#rest(now);
        return;
      }
    }
    // A publisher faster than time: its newest IDR supersedes what waits.
    if (entry.starts && !this.#lowering) this.#hold.clear();
    this.#hold.add(entry, 0, flows && this.#hold.empty && !entry.starts);
    this.#pump();
  }

  #pump(): void {
    if (this.#final) return;
    const now = this.#clock.mono();
    if (this.#lowering) this.#lower(this.#lowering.since, now);
    for (;;) {
      const next = this.#next();
      if (!next) break;
      const due = this.#due(next, now);
      if (due > now) break;
      if (this.#isLate(due, now)) {
        this.#skip(now);
        continue;
      }
      this.#hold.shift();
      this.#emit(next, now);
      if (this.#final) return;
    }
    this.#rest(now);
  }

  #next(): Next | undefined {
    return this.#hold.peek(this.#settings.mode === 'review');
  }

  #emit(next: Next, now: number): void {
    const { entry } = next;
    if (next.afterGap || this.#flow?.connection !== entry.connection) {
      if (!entry.starts) return;
      const by = this.#pacedBy();
      this.#timeline.slates = this.#capable;
      this.#timeline.splice(entry, now);
      this.#flow = { connection: entry.connection, by, since: now, src: entry.src };
      this.#tell('none');
    }
    this.#timeline.pass(entry, now);
  }

  /** What was released runs by its own stamps, also where it still runs while the gate opens. */
  #pacedBy(): Flow['by'] {
    const runsOn = this.#lowering !== undefined && this.#flow?.by === 'source';
    return this.#settings.mode === 'review' || runsOn ? 'source' : 'arrival';
  }

  /** When `next` may leave, monotonic ms. */
  #due({ entry, afterGap }: Next, now: number): number {
    const flow = this.#flow;
    if ((flow?.by ?? this.#pacedBy()) === 'source') {
      const begins = !flow || afterGap || flow.connection !== entry.connection;
      const due = begins ? now : flow.since + entry.src - flow.src;
      // On the way from review to delay, what nobody released comes next: it is due by its age.
      return Math.max(due, entry.arrived + delayOf(this.#settings));
    }
    const lead = this.#timeline.lead(entry, afterGap || flow?.connection !== entry.connection, now);
    return Math.max(entry.arrived + this.#paceMs, now + lead - AHEAD_MS);
  }

  #isLate(due: number, now: number): boolean {
    return this.#settings.mode === 'delay' && !this.#lowering && now - due > LATE_MS;
  }

  /** The process stood still: what should have left meanwhile is dropped up to the first stretch still in time. */
  #skip(now: number): void {
    this.#log.warn({ delayMs: this.#paceMs }, 'held media came due while nothing ran: it was dropped');
    this.#flow = undefined;
    this.#hold.dropBefore(this.#hold.startSince(now - this.#paceMs)?.id);
  }

  #lower(since: number, now: number): void {
    const start = this.#hold.startSince(since);
    const delayMs = delayOf(this.#settings);
    if (!start && this.#flow) return;
    if (start && this.#flow && start.arrived + delayMs > now) return;
    this.#hold.dropBefore(start?.id);
    this.#paceMs = delayMs;
    this.#lowering = undefined;
    if (this.#flow) this.#flow = { ...this.#flow, by: 'arrival' };
  }

  /** Nothing more may leave now: decides between flow and wait, and when to look again. */
  #rest(now: number): void {
    const next = this.#next();
    const waitMs = next ? this.#due(next, now) - now : Number.POSITIVE_INFINITY;
    let lookMs = waitMs;
    if (this.#flow) {
      const silence = now - (this.#timeline.lastWroteAt ?? now);
      const patience = this.#patience(next !== undefined);
      if (next ? waitMs > patience : silence >= patience) this.#flow = undefined;
      else if (!next) lookMs = patience - silence;
    }
    if (!this.#flow && !this.#starting(now)) {
      this.#wait(now);
      lookMs = Math.min(waitMs, TICK_MS);
    } else if (!this.#flow) lookMs = Math.min(waitMs, TICK_MS);
    this.#timer?.cancel();
    this.#timer = undefined;
    if (this.#firstAt === undefined) return;
    this.#timer = this.#clock.after(Math.max(GRAIN_MS, Math.ceil(lookMs)), () => {
      this.#timer = undefined;
      this.#pump();
    });
  }

  /** How long a flow may stand still before the slate takes over, ms. */
  #patience(hasNext: boolean): number {
    if (hasNext || this.#hold.fetching) return PAUSE_MS;
    return this.#settings.mode === 'open' && !this.#lost && !this.#lowering ? STALL_MS : 0;
  }

  /** True while it would be too early for a slate: nobody has seen anything yet, and the first IDR is near. */
  #starting(now: number): boolean {
    if (this.#waiting !== 'none') return false;
    if (this.#firstAt === undefined) return true;
    if (this.#timeline.lastWroteAt !== undefined) return false;
    if (!this.#source.known(now)) return true;
    return this.#settings.mode === 'open' && now - this.#firstAt < START_MS;
  }

  #wait(now: number): void {
    const pictures = this.#timeline.pictures || this.#source.pictures;
    if (this.#waiting === 'none') {
      this.#timeline.slates = this.#capable;
      if (this.#capable) this.#timeline.beginSlate(this.#source.videoConfig, pictures, now);
      this.#tell(this.#capable ? 'slate' : 'silent');
    } else if (this.#waiting === 'slate') this.#timeline.fill(pictures, now);
  }

  /** A slate is H.264 and AAC: players take it in place of the same codecs. */
  get #capable(): boolean {
    const { videoConfig, audioConfig } = this.#source;
    return (videoConfig?.codec ?? 'h264') === 'h264' && (audioConfig?.codec ?? 'aac') === 'aac';
  }

  #tell(waiting: Waiting): void {
    if (this.#waiting === waiting) return;
    this.#waiting = waiting;
    this.#onWaiting(waiting);
  }
}

const delayOf = (settings: GateSettings): number => (settings.mode === 'delay' ? settings.delayMs : 0);

/** Media that a person releases is of any age. */
const paceOf = (settings: GateSettings): number =>
  settings.mode === 'review' ? Number.POSITIVE_INFINITY : delayOf(settings);
