import type { DayKeys } from '../keys/day.ts';
import type { Place } from '../log.ts';
import {
  type HeldMessage,
  type HeldRecord,
  isHeld,
  isPublished,
  type LedgerRecord,
  toHeld,
  type Written,
} from '../record.ts';
import { Recent } from './recent.ts';
import type { RoomStore } from './store.ts';
import { type Bounds, IdTimes } from './times.ts';

/** One remembered place for so many messages: a resume far back reads at most this many too much. */
const STRIDE = 64;
/** Acts (held, refused) of a room remembered so that a repeat is not written twice. */
const REMEMBERED = 2_000;
/** Rooms in memory, the least used going first: about 300 bytes each. */
const MAX_ROOMS = 4_096;
/** Changes that wait for the index file: at so many they are written at once. */
const MAX_PENDING = 20_000;
/** Where the file refuses them: at so many nothing more is appended. */
const MOST_PENDING = 1_000_000;

type Room = {
  offset: number;
  count: number;
  recalled: number;
  held: Map<string, { message: HeldMessage; record: HeldRecord; n: number }>;
};
/** What the index keeps of a sealed part: first and last offset of each room, and the times inside message ids. */
export type PartFacts = {
  first: number;
  spans: { room: string; from: number; to: number; count: number }[];
  ids: Bounds;
};

/**
 * What the content log says of every room: last offset, what is held and recalled, where messages lie. On disk, and
 * in memory for the rooms in use; kept by each commit, written each second. What the file lacks after a crash is read
 * from the log again.
 */
export class RoomIndex {
  readonly recent = new Recent();
  readonly #store: RoomStore;
  readonly #keys: DayKeys;
  readonly #rooms = new Map<string, Room>();
  readonly #dirty = new Set<string>();
  readonly #recalled = new Map<string, { room: string; id: string; n: number }>();
  readonly #acts = new Map<string, { room: string; act: string; n: number }>();
  readonly #held = new Map<
    string,
    { room: string; id: string; record: (HeldRecord & Written) | undefined }
  >();
  readonly #ids: IdTimes;
  #places: { room: string; offset: number; place: Place }[] = [];
  #position: { n: number; next: Place | undefined };
  #isOpen = false;
  #written = '';

  constructor(store: RoomStore, keys: DayKeys) {
    this.#store = store;
    this.#keys = keys;
    const next = store.meta('next');
    const [segment = 0, at = 0] = next?.split(' ').map(Number) ?? [];
    this.#position = { n: Number(store.meta('n') ?? 0), next: next ? { segment, at } : undefined };
    this.#ids = new IdTimes(store);
  }

  /** The last record that was taken in, and where the next one stands. */
  get position(): { n: number; next: Place | undefined } {
    return this.#position;
  }

  /** True where so much waits for a file that refuses it that nothing more may come. */
  get isFull(): boolean {
    return this.#pending > MOST_PENDING;
  }

  /** Ends the pass at open: rooms that begin from now on are followed in memory. */
  opened(): void {
    this.#isOpen = true;
    this.flush();
  }

  /** Takes a committed record in; `next` is where the one behind it will stand. */
  take(record: Written, place: Place, next: Place): void {
    this.#position = { n: record.n, next };
    if (typeof record.id === 'string' && record.kind.startsWith('message.'))
      this.#ids.note(record.id, place.segment);
    this.#learn(record, place);
    if (!this.#isOpen && this.#pending > MAX_PENDING) this.flush();
  }

  /** Takes a record in that lies in a sealed part. */
  takeSealed(record: Written): void {
    this.#learn(record, undefined);
    if (this.#pending > MAX_PENDING) this.flush();
  }

  /** Messages that wait, over all rooms: what a part made of them is asked of it when the index is made again. */
  waiting(): { room: string; id: string }[] {
    this.flush();
    return this.#store
      .all('SELECT room, id FROM held')
      .map(({ room, id }) => ({ room: String(room), id: String(id) }));
  }

  /** A message that waited was published, says a part. */
  published(room: string, id: string): void {
    this.#let(room, this.#room(room), id);
  }

  /** Goes on behind a record whose part was taken in, one by one or as spans. */
  passed(n: number): void {
    if (n > this.#position.n) this.#position = { n, next: undefined };
  }

  offset(room: string): number {
    return this.#room(room).offset;
  }

  held(room: string): HeldMessage[] {
    return [...this.#room(room).held.values()].map(({ message }) => message);
  }

  isRecalled(room: string, id: string): boolean {
    if (this.#room(room).recalled === 0) return false;
    return (
      this.#recalled.has(`${room} ${id}`) ||
      this.#store.get('SELECT 1 FROM recalled WHERE room = ? AND id = ?', room, id) !== undefined
    );
  }

  /** Where to begin reading the segments for the message after `after`; undefined where they begin behind it. */
  placeBefore(room: string, after: number): Place | undefined {
    const waiting = this.#places.findLast((one) => one.room === room && one.offset <= after + 1)?.place;
    if (waiting) return waiting;
    const row = this.#store.get(
      'SELECT segment, at FROM place WHERE room = ? AND message <= ? ORDER BY message DESC LIMIT 1',
      room,
      after + 1,
    );
    return row && { segment: Number(row['segment']), at: Number(row['at']) };
  }

  /** True where a part's spans are here. */
  hasPart(first: number): boolean {
    return this.#ids.has(-first);
  }

  /** First records of the sealed parts that have messages of a room after `after`, in order. */
  partsAfter(room: string, after: number): number[] {
    return this.#store
      .all('SELECT part FROM span WHERE room = ? AND to_message > ? ORDER BY part DESC', room, after)
      .map(({ part }) => -Number(part));
  }

  /** True where a segment, or a part under minus its first number, may hold the message, by the time inside its id. */
  mayHold(segment: number, id: string): boolean {
    return this.#ids.mayHold(segment, id);
  }

  /**
   * `new`, `known` (the same record again: nothing to write), `conflict` (another message has its offset), or `old`:
   * the offset was given before what memory holds, and the disk says to whom.
   */
  judge(record: LedgerRecord): 'new' | 'known' | 'conflict' | 'old' {
    if (typeof record.room !== 'string') return 'new';
    if (isPublished(record)) {
      if (record.offset > this.#room(record.room).offset) return 'new';
      const there = this.recent.at(record.room, record.offset);
      if (!there) return 'old';
      return there.id === record.id ? 'known' : 'conflict';
    }
    if (typeof record.id !== 'string' || !record.kind.startsWith('message.')) return 'new';
    if (record.kind === 'message.recalled') return this.isRecalled(record.room, record.id) ? 'known' : 'new';
    const act = `${record.kind} ${record.id}`;
    const isKnown =
      this.#acts.has(`${record.room} ${act}`) ||
      this.#store.get('SELECT 1 FROM act WHERE room = ? AND act = ?', record.room, act) !== undefined;
    return isKnown ? 'known' : 'new';
  }

  /** True where something waits for the file. */
  get hasNews(): boolean {
    return String(this.#position.n) !== this.#written;
  }

  /** Writes what waits, in one transaction. @throws Error where the disk refuses; everything then goes on waiting */
  flush(): void {
    const store = this.#store;
    const { n, next } = this.#position;
    store.transaction(() => {
      for (const name of this.#dirty) {
        const { offset, count, recalled } = this.#rooms.get(name) as Room;
        store.run('INSERT OR REPLACE INTO room VALUES (?, ?, ?, ?)', name, offset, count, recalled);
      }
      for (const { room, offset, place } of this.#places)
        store.run('INSERT OR REPLACE INTO place VALUES (?, ?, ?, ?)', room, offset, place.segment, place.at);
      for (const one of this.#recalled.values())
        store.run('INSERT OR IGNORE INTO recalled VALUES (?, ?, ?)', one.room, one.id, one.n);
      const busy = new Set<string>();
      for (const { room, act, n: number } of this.#acts.values()) {
        store.run('INSERT OR REPLACE INTO act VALUES (?, ?, ?)', room, act, number);
        busy.add(room);
      }
      for (const room of busy)
        store.run(
          'DELETE FROM act WHERE room = ?1 AND n < (SELECT n FROM act WHERE room = ?1 ORDER BY n DESC LIMIT 1 OFFSET ?2)',
          room,
          REMEMBERED - 1,
        );
      for (const { room, id, record } of this.#held.values()) {
        if (!record) store.run('DELETE FROM held WHERE room = ? AND id = ?', room, id);
        else {
          const { n: number, v: _, ...body } = record;
          const { day, bytes } = this.#keys.seal(body as LedgerRecord);
          store.run('INSERT OR REPLACE INTO held VALUES (?, ?, ?, ?, ?)', room, id, number, day, bytes);
        }
      }
      this.#ids.write();
      store.setMeta('n', String(n));
      if (next) store.setMeta('next', `${next.segment} ${next.at}`);
      else store.run("DELETE FROM meta WHERE key = 'next'");
    });
    this.#written = String(n);
    this.#places = [];
    this.#ids.written();
    for (const waiting of [this.#dirty, this.#recalled, this.#acts, this.#held]) waiting.clear();
    for (const name of this.#rooms.keys()) {
      if (this.#rooms.size <= MAX_ROOMS) break;
      this.#rooms.delete(name);
    }
  }

  /**
   * Parts were sealed, and `segments` went with it: says what of which room lies in each. Rooms that are not known yet,
   * as when the index is made again, get their last offset from it.
   */
  sealed(segments: readonly number[], parts: readonly PartFacts[]): void {
    this.flush();
    this.#store.transaction(() => {
      for (const { first, spans, ids } of parts) {
        for (const { room, from, to, count } of spans) {
          this.#store.run('INSERT OR REPLACE INTO span VALUES (?, ?, ?, ?)', room, -first, from, to);
          this.#store.run(
            `INSERT INTO room VALUES (?1, ?2, ?3, 0)
             ON CONFLICT (room) DO UPDATE SET last = max(last, ?2), count = max(count, ?3)`,
            room,
            to,
            count,
          );
        }
        this.#ids.seal(-first, ids);
      }
      this.#forget(segments);
    });
    // Rooms in memory are as new as the log; those that the spans brought are read again.
    if (!this.#isOpen) this.#rooms.clear();
  }

  /** Forgets what records of these segments, parts and numbers left here; last offsets stay, so that none is given twice. */
  dropped(segments: readonly number[], parts: readonly number[], ranges: readonly [number, number][]): void {
    this.flush();
    this.#store.transaction(() => {
      this.#forget(segments);
      for (const first of parts) {
        this.#store.run('DELETE FROM span WHERE part = ?', -first);
        this.#forget([-first]);
      }
      for (const [first, last] of ranges) {
        this.#store.run('DELETE FROM recalled WHERE n BETWEEN ? AND ?', first, last);
        this.#store.run('DELETE FROM act WHERE n BETWEEN ? AND ?', first, last);
        this.#store.run('DELETE FROM held WHERE n BETWEEN ? AND ?', first, last);
      }
    });
    this.recent.drop(ranges);
    this.#rooms.clear();
  }

  close(): void {
    this.#store.close();
  }

  #forget(segments: readonly number[]): void {
    for (const segment of segments) {
      this.#store.run('DELETE FROM place WHERE segment = ?', segment);
      this.#ids.forget(segment);
      if (this.#position.next?.segment === segment) this.#position = { n: this.#position.n, next: undefined };
    }
  }

  get #pending(): number {
    return this.#dirty.size + this.#places.length + this.#recalled.size + this.#acts.size + this.#held.size;
  }

  #learn(record: Written, place: Place | undefined): void {
    if (typeof record.room !== 'string' || !record.kind.startsWith('message.')) return;
    const room = this.#room(record.room);
    if (isPublished(record)) {
      room.offset = Math.max(room.offset, record.offset);
      this.#dirty.add(record.room);
      if (room.count++ % STRIDE === 0 && place)
        this.#places.push({ room: record.room, offset: record.offset, place });
      this.#let(record.room, room, record.id);
      this.recent.follow(record, this.#isOpen);
      return;
    }
    const { id, n } = record;
    if (typeof id !== 'string') return;
    if (record.kind === 'message.recalled') {
      if (!this.isRecalled(record.room, id)) {
        this.#recalled.set(`${record.room} ${id}`, { room: record.room, id, n });
        room.recalled++;
        this.#dirty.add(record.room);
      }
    } else {
      const act = `${record.kind} ${id}`;
      this.#acts.set(`${record.room} ${act}`, { room: record.room, act, n });
    }
    if (isHeld(record)) {
      room.held.set(id, { message: toHeld(record), record, n });
      this.#held.set(`${record.room} ${id}`, {
        room: record.room,
        id,
        record: record as HeldRecord & Written,
      });
    } else if (record.kind === 'message.refused' || record.kind === 'message.recalled')
      this.#let(record.room, room, id);
  }

  /** A message no longer waits. */
  #let(name: string, room: Room, id: string): void {
    if (room.held.delete(id)) this.#held.set(`${name} ${id}`, { room: name, id, record: undefined });
  }

  #room(name: string): Room {
    const there = this.#rooms.get(name);
    if (there) return there;
    const row = this.#store.get('SELECT last, count, recalled FROM room WHERE room = ?', name);
    const room: Room = {
      offset: Number(row?.['last'] ?? 0),
      count: Number(row?.['count'] ?? 0),
      recalled: Number(row?.['recalled'] ?? 0),
      held: new Map(),
    };
    for (const one of this.#store.all(
      'SELECT id, n, day, sealed FROM held WHERE room = ? ORDER BY n',
      name,
    )) {
      const record = this.#unseal(String(one['day']), one['sealed'] as Uint8Array);
      if (record) room.held.set(String(one['id']), { message: toHeld(record), record, n: Number(one['n']) });
    }
    if (this.#rooms.size > 2 * MAX_ROOMS) this.#evict();
    this.#rooms.set(name, room);
    return room;
  }

  /** Rooms that were only looked at go first; those with changes wait for the next flush. */
  #evict(): void {
    for (const name of this.#rooms.keys()) {
      if (this.#rooms.size <= MAX_ROOMS) return;
      if (!this.#dirty.has(name) && !this.#waits(name)) this.#rooms.delete(name);
    }
  }

  #waits(room: string): boolean {
    for (const one of this.#held.values()) if (one.room === room) return true;
    return false;
  }

  /** A held message; undefined where it went with its day's key. */
  #unseal(day: string, sealed: Uint8Array): HeldRecord | undefined {
    if (this.#keys.isDestroyed(day)) return undefined;
    return this.#keys.open({ day, bytes: Buffer.from(sealed) }) as HeldRecord;
  }
}
