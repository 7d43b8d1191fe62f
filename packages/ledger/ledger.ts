import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { type Clock, type Log, Problem } from '@weir/kit';
import type { Disk } from './disk.ts';
import { readEpoch, takeEpoch } from './epoch.ts';
import { type DirectoryLock, lockDirectory } from './lock.ts';
import { AppendLog } from './log.ts';
import {
  type HeldMessage,
  isPublished,
  type LedgerRecord,
  LOGS,
  type LogName,
  type PublicMessage,
  toPublic,
} from './record.ts';
import { RoomIndex } from './rooms.ts';
import { DayKeys, type Sealed } from './seal.ts';
import { type Found, type Query, searchLog } from './search.ts';
import { readSegment } from './segments.ts';

export type LedgerOptions = { dir: string; clock: Clock; log: Log; disk?: Disk };

/**
 * The four logs of one data directory, and what rooms ask of them. Exactly one process has it open.
 * @example const ledger = await Ledger.open({ dir: 'data/ledger', clock, log });
 */
export class Ledger {
  readonly #logs: ReadonlyMap<LogName, AppendLog>;
  readonly #keys: ReadonlyMap<LogName, DayKeys>;
  readonly #rooms: RoomIndex;
  readonly #lock: DirectoryLock;
  readonly #dir: string;
  readonly #epoch: number;
  /** Records under way: what they claim (an offset, an act) and the message that claims it. */
  readonly #pending = new Map<string, string>();

  private constructor(parts: {
    logs: Map<LogName, AppendLog>;
    keys: Map<LogName, DayKeys>;
    rooms: RoomIndex;
    lock: DirectoryLock;
    dir: string;
    epoch: number;
  }) {
    this.#logs = parts.logs;
    this.#keys = parts.keys;
    this.#rooms = parts.rooms;
    this.#lock = parts.lock;
    this.#dir = parts.dir;
    this.#epoch = parts.epoch;
  }

  /** @throws Error where another process writes to `dir`, or a segment is damaged */
  static async open({ dir, clock, log, disk }: LedgerOptions): Promise<Ledger> {
    await mkdir(dir, { recursive: true, mode: 0o700 });
    const lock = await lockDirectory(dir);
    try {
      const epoch = await takeEpoch(dir);
      const rooms = new RoomIndex();
      const logs = new Map<LogName, AppendLog>();
      const keys = new Map<LogName, DayKeys>();
      for (const name of LOGS) {
        logs.set(
          name,
          await AppendLog.open({
            dir: join(dir, name),
            clock,
            log: log.child({ ledger: name }),
            ...(disk ? { disk } : {}),
            ...(name === 'content' ? { onRecord: (record, place) => rooms.take(record, place) } : {}),
          }),
        );
        keys.set(name, new DayKeys(join(dir, name), name));
      }
      return new Ledger({ logs, keys, rooms, lock, dir, epoch });
    } catch (why) {
      await lock.release();
      throw why;
    }
  }

  /**
   * Appends content records; resolves when they are on disk. A record that is already there is not written twice,
   * so that an edge may repeat what it got no answer for.
   * @throws Problem `conflict` where another message has an offset, `busy`, `storage_failed`
   */
  async append(records: readonly LedgerRecord[]): Promise<number> {
    const content = this.#log('content');
    const fresh: LedgerRecord[] = [];
    const keys: string[] = [];
    for (const record of records) {
      const key = keyOf(record);
      const id = String(record.id ?? '');
      const pending = key === undefined ? undefined : this.#pending.get(key);
      if (this.#rooms.judge(record) === 'conflict' || (pending !== undefined && pending !== id)) {
        for (const one of keys) this.#pending.delete(one);
        throw new Problem('conflict', 'Another message already has this offset');
      }
      if (pending !== undefined || this.#rooms.judge(record) === 'known') continue;
      if (key !== undefined) {
        this.#pending.set(key, id);
        keys.push(key);
      }
      fresh.push(record);
    }
    try {
      // Groups commit in order: who repeats a record that is under way waits behind it.
      return fresh.length > 0 ? await content.append(fresh) : await content.settled();
    } finally {
      for (const key of keys) this.#pending.delete(key);
    }
  }

  /** Last number of a log: what an outbox must go on from. */
  last(name: LogName): number {
    return this.#log(name).last;
  }

  /**
   * Applies a record that PostgreSQL has decided, under its number. One that is there already is passed over.
   * @throws Problem `conflict` where a number before it is missing
   */
  async apply(name: Exclude<LogName, 'content'>, n: number, record: LedgerRecord): Promise<void> {
    const log = this.#log(name);
    if (n <= log.last) return;
    if (n > log.last + 1) throw new Problem('conflict', `Record ${log.last + 1} of ${name} comes first`);
    await log.append([record]);
  }

  /** Seals a record for a place outside the ledger, e.g. the outbox in PostgreSQL. */
  seal(name: LogName, record: LedgerRecord): Sealed {
    return this.#keysOf(name).seal(record);
  }

  /** Opens what `seal` made. */
  unseal(name: LogName, sealed: Sealed): LedgerRecord {
    return this.#keysOf(name).open(sealed);
  }

  /** The last offset given in a room; 0 without a message. */
  offset(room: string): number {
    return this.#rooms.offset(room);
  }

  /** Messages that wait in a room's gate, in the order they came. */
  held(room: string): HeldMessage[] {
    return this.#rooms.held(room);
  }

  /**
   * A room's public messages by offset, without recalled ones: the first `limit` after `after`, or the latest `limit`.
   */
  async history(room: string, options: { after?: number; limit: number }): Promise<PublicMessage[]> {
    const { after, limit } = options;
    if (limit <= 0) return [];
    if (after === undefined) return this.#rooms.recent(room).slice(-limit);
    if (this.#rooms.reaches(room, after))
      return this.#rooms
        .recent(room)
        .filter(({ offset }) => offset > after)
        .slice(0, limit);
    return this.#read(room, after, limit);
  }

  /** The message of an id and its room, wherever it is; undefined where no log has it. */
  async findMessage(id: string): Promise<{ room: string } | undefined> {
    const room = this.#rooms.roomOf(id);
    if (room) return { room };
    let found: string | undefined;
    const log = this.#log('content');
    for (const [index, { path }] of log.segments.entries()) {
      await readSegment(
        path,
        ({ record }) => {
          if (record.id !== id || !record.kind.startsWith('message.')) return undefined;
          found = record.room as string;
          return false;
        },
        { before: log.boundOf(index) },
      );
      if (found) return { room: found };
    }
    return undefined;
  }

  /** True where the message was recalled. */
  isRecalled(room: string, id: string): boolean {
    return this.#rooms.isRecalled(room, id);
  }

  /** Yields records that fit, oldest first, log by log. */
  async *search(query: Query): AsyncGenerator<Found> {
    let left = query.limit ?? Number.POSITIVE_INFINITY;
    for (const name of query.log ? [query.log] : LOGS) {
      for await (const found of searchLog(name, this.#log(name), {
        ...query,
        ...(Number.isFinite(left) ? { limit: left } : {}),
      })) {
        yield found;
        if (--left <= 0) return;
      }
    }
  }

  /** True while no other writer has taken the directory over. */
  async isWriter(): Promise<boolean> {
    return (await readEpoch(this.#dir)) === this.#epoch;
  }

  async close(): Promise<void> {
    await Promise.all([...this.#logs.values()].map((log) => log.close()));
    await this.#lock.release();
  }

  async #read(room: string, after: number, limit: number): Promise<PublicMessage[]> {
    const log = this.#log('content');
    const items: PublicMessage[] = [];
    const start = this.#rooms.placeBefore(room, after) ?? { segment: 0, at: 0 };
    for (let index = start.segment; index < log.segments.length && items.length < limit; index++) {
      const segment = log.segments[index];
      if (!segment) break;
      await readSegment(
        segment.path,
        ({ record }) => {
          if (record.n > log.last) return false;
          if (
            isPublished(record) &&
            record.room === room &&
            record.offset > after &&
            !this.#rooms.isRecalled(room, record.id)
          )
            items.push(toPublic(record));
          return items.length < limit ? undefined : false;
        },
        { from: index === start.segment ? start.at : 0, before: log.boundOf(index) },
      );
    }
    return items;
  }

  #log(name: LogName): AppendLog {
    const log = this.#logs.get(name);
    if (!log) throw new Error(`no log is called ${name}`);
    return log;
  }

  #keysOf(name: LogName): DayKeys {
    const keys = this.#keys.get(name);
    if (!keys) throw new Error(`no log is called ${name}`);
    return keys;
  }
}

/** What a message record claims for itself alone; undefined where records may repeat. */
function keyOf(record: LedgerRecord): string | undefined {
  if (isPublished(record)) return `${record.room} ${record.offset}`;
  return record.kind.startsWith('message.') && typeof record.id === 'string'
    ? `${record.kind} ${record.id}`
    : undefined;
}
