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
const RECENT = 200;
/** One remembered place for so many messages: a resume far back reads at most this many too much. */
const STRIDE = 64;
/** Acts (held, refused, recalled) of a room remembered so that a repeat is not written twice. */
const REMEMBERED = 2_000;

type Room = {
  offset: number;
  recent: PublicMessage[];
  held: Map<string, HeldMessage>;
  recalled: Set<string>;
  acts: Set<string>;
  places: { offset: number; place: Place }[];
  count: number;
};

/** What the content log says of every room: made by one pass at open, kept by each commit. */
export class RoomIndex {
  readonly #rooms = new Map<string, Room>();

  /** Takes a committed record in. */
  take(record: Written, place: Place): void {
    if (typeof record.room !== 'string' || !record.kind.startsWith('message.')) return;
    const room = this.#room(record.room);
    if (isPublished(record)) {
      room.offset = Math.max(room.offset, record.offset);
      if (room.count++ % STRIDE === 0) room.places.push({ offset: record.offset, place });
      room.recent.push(toPublic(record));
      if (room.recent.length > RECENT) room.recent.shift();
      room.held.delete(record.id);
      return;
    }
    const { id } = record;
    if (typeof id !== 'string') return;
    remember(room.acts, `${record.kind} ${id}`, REMEMBERED);
    if (isHeld(record)) room.held.set(id, toHeld(record));
    else if (record.kind === 'message.refused') room.held.delete(id);
    else if (record.kind === 'message.recalled') {
      room.recalled.add(id);
      room.recent = room.recent.filter((message) => message.id !== id);
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

  recent(room: string): readonly PublicMessage[] {
    return this.#rooms.get(room)?.recent ?? [];
  }

  /** True where memory holds every message after `after`. */
  reaches(room: string, after: number): boolean {
    const known = this.#rooms.get(room);
    if (!known || after >= known.offset) return true;
    return known.count <= RECENT || (known.recent[0]?.offset ?? Number.POSITIVE_INFINITY) <= after + 1;
  }

  /** Where to begin reading for the message after `after`. */
  placeBefore(room: string, after: number): Place | undefined {
    return this.#rooms.get(room)?.places.findLast(({ offset }) => offset <= after + 1)?.place;
  }

  /** The room whose message `id` is in memory, public or held. */
  roomOf(id: string): string | undefined {
    for (const [name, room] of this.#rooms) {
      if (room.held.has(id) || room.recent.some((message) => message.id === id)) return name;
    }
    return undefined;
  }

  /**
   * `new`, `known` (the same record again: nothing to write), or `conflict` (another message has its offset).
   * Offsets only grow, so one that is not above the last is a repeat, or a mistake where another id is known there.
   */
  judge(record: LedgerRecord): 'new' | 'known' | 'conflict' {
    const room = typeof record.room === 'string' ? this.#rooms.get(record.room) : undefined;
    if (!room) return 'new';
    if (isPublished(record)) return judgePublished(room, record);
    return room.acts.has(`${record.kind} ${record.id}`) ? 'known' : 'new';
  }

  #room(name: string): Room {
    let room = this.#rooms.get(name);
    if (!room) {
      room = {
        offset: 0,
        recent: [],
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

function judgePublished(room: Room, record: PublishedMessage): 'new' | 'known' | 'conflict' {
  if (record.offset > room.offset) return 'new';
  const there = room.recent.find(({ offset }) => offset === record.offset);
  return there && there.id !== record.id ? 'conflict' : 'known';
}

function remember(set: Set<string>, item: string, most: number): void {
  set.add(item);
  if (set.size > most) for (const oldest of set) return void set.delete(oldest);
}
