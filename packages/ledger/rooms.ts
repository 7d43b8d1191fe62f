import type { Place } from './log.ts';
import {
  type HeldMessage,
  isHeld,
  isPublished,
  type LedgerRecord,
  type PublicMessage,
  type PublishedMessage,
  toHeld,
  toPublic,
  type Written,
} from './record.ts';

/** Messages of a room kept in memory: what joins and short resumes ask for. */
export const RECENT = 200;
/** Rooms whose recent messages are kept, the least used going first: about 25 MB. */
const HOT_ROOMS = 256;
/** One remembered place for so many messages: a resume far back reads at most this many too much. */
const STRIDE = 64;
/** Acts (held, refused, recalled) of a room remembered so that a repeat is not written twice. */
const REMEMBERED = 2_000;

/** The end of a room's messages: all with an offset from `from` on, recalled ones among them. */
type Recent = { from: number; items: PublishedMessage[] };

/** About 100 bytes for each recalled message, and for each 64th published one, as long as the log keeps them. */
type Room = {
  offset: number;
  held: Map<string, HeldMessage>;
  recalled: Set<string>;
  acts: Set<string>;
  places: { offset: number; place: Place }[];
  count: number;
};

/**
 * What the content log says of every room: made by one pass at open, kept by each commit. Recent messages are kept of
 * rooms that somebody has read or that began in this process.
 */
export class RoomIndex {
  readonly #rooms = new Map<string, Room>();
  readonly #hot = new Map<string, Recent>();
  #isOpen = false;

  /** Ends the pass at open: rooms that begin from now on are followed in memory. */
  opened(): void {
    this.#isOpen = true;
  }

  /** Takes a committed record in. */
  take(record: Written, place: Place): void {
    if (typeof record.room !== 'string' || !record.kind.startsWith('message.')) return;
    const room = this.#room(record.room);
    if (isPublished(record)) {
      room.offset = Math.max(room.offset, record.offset);
      if (room.count++ % STRIDE === 0) room.places.push({ offset: record.offset, place });
      room.held.delete(record.id);
      this.#follow(record);
      return;
    }
    const { id } = record;
    if (typeof id !== 'string') return;
    remember(room.acts, `${record.kind} ${id}`, REMEMBERED);
    if (isHeld(record)) room.held.set(id, toHeld(record));
    else if (record.kind === 'message.refused') room.held.delete(id);
    else if (record.kind === 'message.recalled') {
      room.recalled.add(id);
      room.held.delete(id);
    }
  }

  offset(room: string): number {
    return this.#rooms.get(room)?.offset ?? 0;
  }

  held(room: string): HeldMessage[] {
    return [...(this.#rooms.get(room)?.held.values() ?? [])];
  }

  isRecalled(room: string, id: string): boolean {
    return this.#rooms.get(room)?.recalled.has(id) ?? false;
  }

  /** The `limit` messages after `after` (Infinity: the latest), where memory has them all; undefined where not. */
  recent(room: string, after: number, limit: number): PublicMessage[] | undefined {
    const recent = this.#hot.get(room);
    if (!recent) return undefined;
    this.#heat(room, recent);
    const shown = recent.items.filter(({ id }) => !this.isRecalled(room, id));
    if (after === Number.POSITIVE_INFINITY)
      return recent.from === 1 || shown.length >= limit ? shown.slice(-limit).map(toPublic) : undefined;
    if (after < recent.from - 1) return undefined;
    return shown
      .filter(({ offset }) => offset > after)
      .slice(0, limit)
      .map(toPublic);
  }

  /** Keeps a room's messages from offset `from` on in memory, unless more were committed while they were read. */
  warm(room: string, from: number, items: readonly PublishedMessage[]): void {
    if (items.at(-1)?.offset !== this.offset(room)) return;
    const kept = items.slice(-RECENT);
    this.#heat(room, { from: kept.length < items.length ? (kept[0]?.offset ?? from) : from, items: kept });
  }

  /** Where to begin reading for the message after `after`. */
  placeBefore(room: string, after: number): Place | undefined {
    return this.#rooms.get(room)?.places.findLast(({ offset }) => offset <= after + 1)?.place;
  }

  /**
   * `new`, `known` (the same record again: nothing to write), `conflict` (another message has its offset), or `old`:
   * the offset was given before what memory holds, and the disk says to whom.
   */
  judge(record: LedgerRecord): 'new' | 'known' | 'conflict' | 'old' {
    const room = typeof record.room === 'string' ? this.#rooms.get(record.room) : undefined;
    if (!room) return 'new';
    if (isPublished(record)) return this.#judgePublished(room, record);
    if (record.kind === 'message.recalled' && room.recalled.has(String(record.id))) return 'known';
    return room.acts.has(`${record.kind} ${record.id}`) ? 'known' : 'new';
  }

  #judgePublished(room: Room, record: PublishedMessage): 'new' | 'known' | 'conflict' | 'old' {
    if (record.offset > room.offset) return 'new';
    const there = this.#hot.get(record.room)?.items.find(({ offset }) => offset === record.offset);
    if (!there) return 'old';
    return there.id === record.id ? 'known' : 'conflict';
  }

  #follow(record: PublishedMessage): void {
    if (this.#isOpen && record.offset === 1) this.#heat(record.room, { from: 1, items: [] });
    const recent = this.#hot.get(record.room);
    if (!recent) return;
    recent.items.push(record);
    if (recent.items.length <= RECENT) return;
    recent.items.shift();
    recent.from = recent.items[0]?.offset ?? recent.from;
  }

  #heat(room: string, recent: Recent): void {
    this.#hot.delete(room);
    this.#hot.set(room, recent);
    if (this.#hot.size > HOT_ROOMS)
      for (const coldest of this.#hot.keys()) return void this.#hot.delete(coldest);
  }

  #room(name: string): Room {
    let room = this.#rooms.get(name);
    if (!room) {
      room = {
        offset: 0,
        held: new Map(),
        recalled: new Set(),
        acts: new Set(),
        places: [],
        count: 0,
      };
      this.#rooms.set(name, room);
    }
    return room;
  }
}

function remember(set: Set<string>, item: string, most: number): void {
  set.add(item);
  if (set.size > most) for (const oldest of set) return void set.delete(oldest);
}
