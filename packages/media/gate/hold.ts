import { type Log, Problem } from '@weir/kit';
import type { Packet } from '../packet.ts';
import { type Chunk, cost, emptyChunk } from './chunk.ts';
import { Chunks } from './chunks.ts';
import { Past } from './past.ts';
import type { Stretch } from './settings.ts';
import type { Entry } from './source.ts';
import type { Spill } from './spill.ts';

/** Most stretches held: over five hours of them. */
const STRETCHES_MAX = 10_000;
/** Late sound belongs to the stretch before for so long after the next has begun, ms of input. */
const SETTLE_MS = 1000;
/** Chunks at the head that are in memory before they are due. */
const AHEAD_CHUNKS = 2;

/** A stretch while it is held. */
type Held = {
  readonly id: string;
  readonly n: number;
  readonly startMs: number;
  readonly arrived: number;
  /** Sound before this input time belongs to the stretch before. */
  readonly splitAt: number;
  endMs: number;
  state: 'held' | 'released';
  /** No more will be added: it may be shown and released. */
  sealed: boolean;
  /** Some of it has left. */
  begun: boolean;
  /** What came before it will not be seen. */
  afterGap: boolean;
  sound: boolean;
  readonly chunks: Chunk[];
};

export type Next = { readonly entry: Entry; readonly afterGap: boolean };
type Options = { spill: Spill; memoryBytes: number; log: Log; changed: () => void };

/**
 * Media that waits, in order, in stretches that begin where playing can begin. Bounded: beyond a share of
 * `memoryBytes` chunks go to the spill, and where neither has room, stretches are dropped.
 */
export class Hold {
  readonly #chunks: Chunks;
  readonly #log: Log;
  #queue: Held[] = [];
  readonly #past = new Past();
  /** Next entry of the first chunk. */
  #cursor = 0;
  /** The stretch that grows, and the one before it while late sound may come. */
  #open: Held | undefined;
  #closing: Held | undefined;
  #made = 0;
  #released: string | null = null;
  /** Without room, what goes first: the oldest, or the newest, so that what is near its time still leaves. */
  keep: 'newest' | 'oldest' = 'oldest';

  constructor(options: Options) {
    const { spill, memoryBytes, changed } = options;
    this.#chunks = new Chunks({
      spill,
      memoryBytes,
      changed,
      failed: (chunk, why) => this.#failed(chunk, why),
    });
    this.#log = options.log;
  }

  get memory(): number {
    return this.#chunks.memory;
  }

  /** Length of what is held and nobody has released, ms. */
  get waitingMs(): number {
    return this.#queue.reduce(
      (sum, { state, startMs, endMs }) => sum + (state === 'held' ? endMs - startMs : 0),
      0,
    );
  }

  get empty(): boolean {
    return this.#queue.length === 0;
  }

  /** True while what comes next is being fetched from disk. */
  get fetching(): boolean {
    return this.#queue[0]?.chunks[0]?.entries === undefined && this.#queue[0]?.chunks[0] !== undefined;
  }

  /**
   * Appends; a new stretch begins at an entry that playing can start at, `stretchMs` after the last began.
   * What cannot be played because no stretch is open is forgotten, except where it `continues` what has left.
   */
  add(entry: Entry, stretchMs: number, continues = false): void {
    const due = !this.#open || entry.src - this.#open.startMs >= stretchMs;
    if ((entry.starts && due) || (!this.#open && continues)) {
      this.#turn(entry, !entry.starts);
      return;
    }
    if (!this.#open) return;
    if (this.#closing && entry.src >= this.#open.startMs + SETTLE_MS) this.#seal(this.#closing);
    if (entry.packet.track === 'audio') {
      if (entry.pts < this.#open.splitAt) {
        if (this.#closing) this.#put(this.#closing, entry);
        return;
      }
      if (this.#closing) this.#seal(this.#closing);
      this.#open.sound = true;
    }
    this.#put(this.#open, entry);
  }

  /** Ends the stretch that grows: what follows does not continue it. */
  stop(): void {
    if (this.#closing) this.#seal(this.#closing);
    if (this.#open) this.#seal(this.#open);
  }

  /** What leaves next; undefined where nothing may, or where it still comes from disk. */
  peek(releasedOnly: boolean): Next | undefined {
    for (;;) {
      const head = this.#queue[0];
      if (!head || (releasedOnly && head.state !== 'released')) return undefined;
      const chunk = head.chunks[0];
      if (!chunk) {
        if (!head.sealed && this.#queue.length === 1) return undefined;
        this.#leave(head);
        continue;
      }
      if (this.#cursor === 0) this.#fetchAhead(releasedOnly);
      if (!chunk.entries) return undefined;
      const entry = chunk.entries[this.#cursor];
      if (entry) return { entry, afterGap: !head.begun && head.afterGap };
      if (chunk === this.#tail(this.#open) || chunk === this.#tail(this.#closing)) {
        if (this.#queue.length === 1) return undefined;
      }
      this.#chunks.forget(chunk);
      head.chunks.shift();
      this.#cursor = 0;
    }
  }

  /** True where nothing waits; a stretch that has left as far as it has grown is over with that. */
  drained(): boolean {
    if (this.peek(false) || this.fetching) return false;
    const head = this.#queue[0];
    if (head) {
      this.#seal(head);
      for (const chunk of head.chunks.splice(0)) this.#chunks.forget(chunk);
      this.#leave(head);
    }
    return this.empty;
  }

  /** Takes what `peek` showed. */
  shift(): void {
    const head = this.#queue[0];
    if (!head) return;
    head.begun = true;
    head.state = 'released';
    this.#cursor++;
  }

  /** Arrival of the first stretch not begun that came at `since` or later, with its id. */
  startSince(since: number): { id: string; arrived: number } | undefined {
    return this.#queue.find((held) => !held.begun && held.arrived >= since);
  }

  /** Drops everything before the stretch `id`; without one, everything. */
  dropBefore(id: string | undefined): void {
    const index = this.#queue.findIndex((held) => held.id === id);
    for (const held of index < 0 ? [...this.#queue] : this.#queue.slice(0, index)) this.#drop(held);
  }

  /** Drops what nobody has released and came before `since`. */
  dropUnreleased(since: number): void {
    for (const held of [...this.#queue]) if (held.state === 'held' && held.arrived < since) this.#drop(held);
  }

  /** Drops the rest of a stretch of which some has left: it cannot begin in its middle. */
  dropBegun(): void {
    const head = this.#queue[0];
    if (head?.begun) this.#drop(head);
  }

  clear(): void {
    this.dropBefore(undefined);
  }

  list(): Stretch[] {
    const held = this.#queue.filter((h) => h.sealed || h.begun).map((h) => ({ ...stretchOf(h), n: h.n }));
    return this.#past.with(held);
  }

  /**
   * Releases everything held up to the stretch `upTo`, which must have been listed.
   * @throws Problem `not_found`, `not_held` (dropped), `out_of_order` (behind what was released)
   */
  release(upTo: string): string | null {
    const index = this.#queue.findIndex((held) => held.id === upTo && held.sealed);
    if (index < 0 || this.#queue[index]?.state === 'released') {
      if (upTo === this.#released) return this.#released;
      if (index < 0) this.#past.mustHaveLeft(upTo);
      throw new Problem('out_of_order', 'A later stretch was released already');
    }
    for (const held of this.#queue.slice(0, index + 1)) held.state = 'released';
    this.#released = upTo;
    return upTo;
  }

  /**
   * Drops a stretch, or what is left of it.
   * @throws Problem `not_found`, `not_held`
   */
  drop(id: string): void {
    this.#drop(this.#find(id));
  }

  /**
   * A stretch for the desk: its configurations, then its frames with times on the input timeline.
   * @throws Problem `not_found`, `not_held`, `storage_failed`
   */
  async read(id: string): Promise<Packet[]> {
    const held = this.#find(id);
    const packets: Packet[] = [];
    const configs: Record<Packet['track'], Packet | undefined> = { video: undefined, audio: undefined };
    for (const chunk of [...held.chunks]) {
      for (const { packet, src, config } of await this.#chunks.read(chunk)) {
        if (config && config !== configs[packet.track]) packets.push({ ...config, dts: src });
        configs[packet.track] = config;
        packets.push({ ...packet, dts: src });
      }
    }
    return packets;
  }

  #find(id: string): Held {
    const held = this.#queue.find((h) => h.id === id);
    if (held) return held;
    this.#past.mustHaveLeft(id);
    throw new Problem('not_held', 'The stretch has left already');
  }

  #turn(entry: Entry, continues: boolean): void {
    const before = this.#open;
    if (this.#closing) this.#seal(this.#closing);
    const pictures = entry.packet.track === 'video';
    const next: Held = {
      id: `s${++this.#made}`,
      n: this.#made,
      startMs: entry.src,
      arrived: entry.arrived,
      splitAt: pictures && !continues ? entry.pts : Number.NEGATIVE_INFINITY,
      endMs: entry.src,
      state: 'held',
      sealed: false,
      begun: false,
      afterGap: !before && !continues,
      sound: false,
      chunks: [],
    };
    const early = before && pictures ? this.#soundFrom(before, next.splitAt) : [];
    if (before) before.endMs = Math.max(before.startMs, entry.src);
    this.#open = next;
    this.#queue.push(next);
    if (before && (!pictures || !before.sound || early.length > 0)) this.#seal(before);
    else this.#closing = before;
    this.#put(next, entry);
    for (const sound of early) this.#put(next, sound);
    if (this.#queue.length > STRETCHES_MAX) this.#makeRoom();
  }

  /** Takes out of the last chunk the sound that belongs to the stretch that begins at `splitAt`. */
  #soundFrom(held: Held, splitAt: number): Entry[] {
    const chunk = held.chunks.at(-1);
    const from = chunk === this.#queue[0]?.chunks[0] ? this.#cursor : 0;
    if (!chunk?.entries || chunk.moving) return [];
    const moved = chunk.entries.filter((e, i) => i >= from && e.packet.track === 'audio' && e.pts >= splitAt);
    if (moved.length === 0) return moved;
    chunk.entries = chunk.entries.filter((e) => !moved.includes(e));
    this.#chunks.grow(chunk, -moved.reduce((sum, e) => sum + cost(e, e), 0));
    return moved;
  }

  #put(held: Held, entry: Entry): void {
    let chunk = held.chunks.at(-1);
    if (!chunk?.entries || chunk.moving || chunk.bytes >= this.#chunks.fullBytes) {
      chunk = emptyChunk();
      held.chunks.push(chunk);
    }
    const bytes = cost(entry, chunk.entries?.at(-1));
    chunk.entries?.push(entry);
    this.#chunks.grow(chunk, bytes);
    held.endMs = Math.max(held.endMs, entry.src);
    this.#press();
  }

  #seal(held: Held): void {
    held.sealed = true;
    if (held === this.#closing) this.#closing = undefined;
    if (held === this.#open) this.#open = undefined;
  }

  #tail(held: Held | undefined): Chunk | undefined {
    return held?.chunks.at(-1);
  }

  #leave(held: Held): void {
    this.#queue.shift();
    this.#cursor = 0;
    if (held === this.#closing) this.#closing = undefined;
    this.#remember(held, 'released');
  }

  #remember(held: Held, state: Stretch['state']): void {
    if (!held.sealed && !held.begun) return;
    this.#past.add({ ...stretchOf(held), state, n: held.n });
  }

  #drop(held: Held): void {
    const index = this.#queue.indexOf(held);
    if (index < 0) return;
    if (index === 0) this.#cursor = 0;
    this.#queue.splice(index, 1);
    const after = this.#queue[index];
    if (after) after.afterGap = true;
    if (held === this.#open) this.#open = undefined;
    if (held === this.#closing) this.#closing = undefined;
    for (const chunk of held.chunks.splice(0)) this.#chunks.forget(chunk);
    held.sealed = true;
    this.#remember(held, 'dropped');
  }

  #press(): void {
    while (this.#chunks.crowded) {
      const chunk = this.#newestIdle();
      if (!chunk || !this.#chunks.hasRoom(chunk)) break;
      void this.#chunks.toDisk(chunk);
    }
    while (this.#chunks.overfull && this.#queue.length > 0) this.#makeRoom();
  }

  /** The last chunk that is full, in memory, and not about to leave. */
  #newestIdle(): Chunk | undefined {
    for (let s = this.#queue.length - 1; s >= 0; s--) {
      const held = this.#queue[s];
      for (let c = (held?.chunks.length ?? 0) - 1; c >= 0; c--) {
        const chunk = held?.chunks[c];
        if (!chunk?.entries || chunk.moving || (s === 0 && c < AHEAD_CHUNKS)) continue;
        if (c === (held?.chunks.length ?? 0) - 1 && !held?.sealed) continue;
        return chunk;
      }
    }
    return undefined;
  }

  #makeRoom(): void {
    const oldest = this.#queue.find((h) => h.state === 'held') ?? this.#queue[0];
    const victim = this.keep === 'newest' ? oldest : this.#queue.at(-1);
    if (!victim) return;
    this.#log.warn(
      { stretch: victim.id, memory: this.#chunks.memory, spill: this.#chunks.spilledBytes },
      'no room to hold more: a stretch was dropped',
    );
    this.#drop(victim);
  }

  #fetchAhead(releasedOnly: boolean): void {
    let left = AHEAD_CHUNKS;
    for (const held of this.#queue) {
      if (releasedOnly && held.state !== 'released') return;
      for (const chunk of held.chunks) {
        if (left-- === 0) return;
        if (!chunk.entries && !chunk.moving) void this.#chunks.fromDisk(chunk);
      }
    }
  }

  /** What the disk lost is dropped with its stretch: unseen media never passes for want of a disk. */
  #failed(chunk: Chunk, why: unknown): void {
    const held = this.#queue.find((h) => h.chunks.includes(chunk));
    this.#log.error(
      { err: why, stretch: held?.id },
      'held media could not be kept on disk: its stretch was dropped',
    );
    if (held) this.#drop(held);
  }
}

const stretchOf = ({ id, startMs, endMs, state }: Held): Stretch => ({ id, startMs, endMs, state });
