import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { type Clock, type Log, Problem, type Timer } from '@weir/kit';
import type { Disk } from './disk.ts';
import { readEpoch, takeEpoch } from './epoch.ts';
import type { LogProof } from './evidence/proof.ts';
import { proveRecords } from './evidence/prove.ts';
import { MessageIds } from './ids.ts';
import { DayKeys, type Sealed } from './keys/day.ts';
import { adoptKeyFiles } from './keys/files.ts';
import { KEK_FILE, readKek } from './keys/kek.ts';
import { SLOT_FILE, SlotFile } from './keys/slots.ts';
import { Words } from './keys/words.ts';
import { type DirectoryLock, lockDirectory } from './lock.ts';
import { AppendLog, type LogOptions } from './log.ts';
import type { OutsideTime } from './outside.ts';
import {
  type HeldMessage,
  isPublished,
  keyOf,
  type LedgerRecord,
  LOGS,
  type LogName,
  type PublicMessage,
  type PublishedMessage,
  toPublic,
} from './record.ts';
import { RECENT, RoomIndex } from './rooms.ts';
import { type Found, type Query, searchLog } from './search.ts';
import { fieldNeedle, readSegment } from './segments.ts';
import { LogTree } from './tree/tree.ts';
import { nameWitnesses } from './witness/named.ts';
import type { WitnessPlace } from './witness/submit.ts';

export type LedgerOptions = {
  dir: string;
  clock: Clock;
  log: Log;
  disk?: Disk;
  /** The key-encryption key's file, where it does not lie in `dir`. */
  kekPath?: string;
  /** Whether `clock` is moved by order: decided when the ledger is made, and said in the origin of its logs. */
  simulated?: boolean;
  /** Whom checkpoints are put to before others read them. */
  witnesses?: readonly WitnessPlace[];
};

/** A checkpoint is signed this often, where there is news. */
const SIGN_EACH_MS = 1_000;

/**
 * The four logs of one data directory, and what rooms ask of them. Exactly one process has it open.
 * @example const ledger = await Ledger.open({ dir: 'data/ledger', clock, log });
 */
export class Ledger {
  readonly #logs: ReadonlyMap<LogName, AppendLog>;
  readonly #keys: ReadonlyMap<LogName, DayKeys>;
  readonly #trees: ReadonlyMap<LogName, LogTree>;
  readonly #slots: SlotFile;
  /** Seals what people could read for the database that holds it as present state. */
  readonly words: Words;
  readonly #signing: Timer;
  readonly #rooms: RoomIndex;
  readonly #ids: MessageIds;
  readonly #lock: DirectoryLock;
  readonly #dir: string;
  readonly #epoch: number;
  /** Records under way: what they claim (an offset, an act) and the message that claims it. */
  readonly #pending = new Map<string, string>();

  private constructor(parts: {
    logs: Map<LogName, AppendLog>;
    keys: Map<LogName, DayKeys>;
    trees: Map<LogName, LogTree>;
    slots: SlotFile;
    rooms: RoomIndex;
    ids: MessageIds;
    lock: DirectoryLock;
    dir: string;
    epoch: number;
    clock: Clock;
  }) {
    this.#logs = parts.logs;
    this.#keys = parts.keys;
    this.#trees = parts.trees;
    this.#slots = parts.slots;
    this.words = new Words(parts.slots, parts.clock);
    this.#signing = parts.clock.every(SIGN_EACH_MS, () => void this.sign());
    this.#rooms = parts.rooms;
    this.#ids = parts.ids;
    this.#lock = parts.lock;
    this.#dir = parts.dir;
    this.#epoch = parts.epoch;
  }

  /**
   * @throws Error where another process writes to `dir`, a segment is damaged, or the ledger was made for the other
   * kind of clock
   */
  static async open(options: LedgerOptions): Promise<Ledger> {
    const { dir, clock, log, disk, kekPath, simulated, witnesses } = options;
    await mkdir(dir, { recursive: true, mode: 0o700 });
    const lock = await lockDirectory(dir);
    let slots: SlotFile | undefined;
    try {
      const epoch = await takeEpoch(dir);
      slots = new SlotFile(join(dir, SLOT_FILE), readKek(kekPath ?? join(dir, KEK_FILE)));
      adoptKeyFiles(dir, slots);
      await nameWitnesses(dir, witnesses ?? []);
      const holds = async (): Promise<boolean> => (await readEpoch(dir)) === epoch;
      const rooms = new RoomIndex();
      const ids = new MessageIds();
      const onRecord: LogOptions['onRecord'] = (record, place) => {
        rooms.take(record, place);
        ids.take(record, place.segment);
      };
      const logs = new Map<LogName, AppendLog>();
      const keys = new Map<LogName, DayKeys>();
      const trees = new Map<LogName, LogTree>();
      for (const name of LOGS) {
        const folder = join(dir, name);
        const own = log.child({ ledger: name });
        await mkdir(folder, { recursive: true, mode: 0o700 });
        const dayKeys = new DayKeys(slots, name);
        keys.set(name, dayKeys);
        const tree = await LogTree.open({
          dir: folder,
          name,
          keys: dayKeys,
          clock,
          log: own,
          disk,
          simulated,
          witnesses,
          holds,
        });
        trees.set(name, tree);
        logs.set(
          name,
          await AppendLog.open({
            dir: folder,
            clock,
            log: own,
            tree,
            ...(disk ? { disk } : {}),
            holds,
            ...(name === 'content' ? { onRecord } : {}),
          }),
        );
      }
      rooms.opened();
      return new Ledger({ logs, keys, trees, slots, rooms, ids, lock, dir, epoch, clock });
    } catch (why) {
      slots?.close();
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
    for (const record of records) {
      if (isPublished(record) && this.#rooms.judge(record) === 'old' && !(await this.#stands(record)))
        throw new Problem('conflict', 'Another message already has this offset');
    }
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
      if (pending !== undefined || this.#rooms.judge(record) !== 'new') continue;
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
    if (n > log.given + 1) throw new Problem('conflict', `Record ${log.given + 1} of ${name} comes first`);
    if (n === log.given + 1) await log.append([record]);
    else if ((await log.settled()) < n) throw new Problem('storage_failed', 'The disk refused the write');
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
    if (limit <= 0 || (after ?? 0) >= this.#rooms.offset(room)) return [];
    const recent = this.#rooms.recent(room, after ?? Number.POSITIVE_INFINITY, limit);
    if (recent) return recent;
    return after === undefined ? await this.#latest(room, limit) : await this.#read(room, after, limit);
  }

  /** The message of an id and its room, wherever it is; undefined where no log has it. */
  async findMessage(id: string): Promise<{ room: string } | undefined> {
    let found: string | undefined;
    const log = this.#log('content');
    for (const [index, { path }] of log.segments.entries()) {
      if (!this.#ids.mayHold(index, id)) continue;
      await readSegment(
        path,
        ({ record }) => {
          if (record.n > log.last) return false;
          if (record.id !== id || !record.kind.startsWith('message.')) return undefined;
          found = record.room as string;
          return false;
        },
        { before: log.boundOf(index), needle: fieldNeedle('id', id) },
      );
      if (found !== undefined) return { room: found };
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

  /** Signs a checkpoint of each log that has news; one log after the other, so that they never crowd a commit out. */
  async sign(): Promise<void> {
    for (const tree of this.#trees.values()) if (await this.isWriter()) await tree.flush();
  }

  /** What the witnesses of a log said last, each with its own time, and who refuses it. */
  witnesses(name: LogName): LogTree['witnesses'] {
    const tree = this.#trees.get(name);
    if (!tree) throw new Error(`no log is called ${name}`);
    return tree.witnesses;
  }

  /** The latest time that each outsider said of this store, over all its logs. */
  outsideTimes(): OutsideTime[] {
    const latest = new Map<string, OutsideTime>();
    for (const tree of this.#trees.values())
      for (const { name, vkey, at } of tree.witnesses.cosigned)
        if (at > (latest.get(vkey)?.at ?? 0)) latest.set(vkey, { at, by: name, means: 'cosignature' });
    return [...latest.values()];
  }

  /**
   * Proves records of a log by their numbers (ascending) to somebody outside, under the last signed checkpoint.
   * @throws RangeError where one is not signed yet or never was, Error where its day's key is gone
   */
  prove(name: LogName, numbers: readonly number[]): Promise<LogProof> {
    return proveRecords({ dir: join(this.#dir, name), keys: this.#keysOf(name), numbers });
  }

  /** Commits what waits and signs it; waits for witnesses as long as one answer may take. */
  async close(): Promise<void> {
    this.#signing.cancel();
    await Promise.all([...this.#logs.values()].map((log) => log.close()));
    await this.#settled();
    await this.sign();
    await this.#settled();
    this.#slots.close();
    await this.#lock.release();
  }

  async #settled(): Promise<void> {
    await Promise.all([...this.#trees.values()].map((tree) => tree.settled()));
  }

  /** Whether this very message has its offset on disk. */
  async #stands({ room, offset, id }: PublishedMessage): Promise<boolean> {
    let there: string | undefined;
    await this.#walk(room, offset - 1, (record) => {
      if (record.offset >= offset) there = record.offset === offset ? record.id : undefined;
      return record.offset < offset;
    });
    return there === id;
  }

  /** The latest messages of a room that is not in memory; it is afterwards. */
  async #latest(room: string, limit: number): Promise<PublicMessage[]> {
    const last = this.#rooms.offset(room);
    for (let reach = Math.max(limit, RECENT); ; reach *= 4) {
      const after = Math.max(0, last - reach);
      const items: PublishedMessage[] = [];
      await this.#walk(room, after, (record) => items.push(record) > 0);
      const shown = items.filter(({ id }) => !this.#rooms.isRecalled(room, id));
      if (shown.length < limit && after > 0) continue;
      this.#rooms.warm(room, after + 1, items);
      return shown.slice(-limit).map(toPublic);
    }
  }

  async #read(room: string, after: number, limit: number): Promise<PublicMessage[]> {
    const items: PublicMessage[] = [];
    await this.#walk(room, after, (record) => {
      if (!this.#rooms.isRecalled(room, record.id)) items.push(toPublic(record));
      return items.length < limit;
    });
    return items;
  }

  /** Hands out a room's published messages with an offset above `after`, in order, until `take` says false. */
  async #walk(room: string, after: number, take: (record: PublishedMessage) => boolean): Promise<void> {
    const log = this.#log('content');
    const start = this.#rooms.placeBefore(room, after) ?? { segment: 0, at: 0 };
    const last = log.last;
    let goesOn = true;
    for (let index = start.segment; index < log.segments.length && goesOn; index++) {
      await readSegment(
        log.segments[index]?.path ?? '',
        ({ record }) => {
          if (record.n > last) goesOn = false;
          else if (isPublished(record) && record.room === room && record.offset > after)
            goesOn = take(record);
          return goesOn;
        },
        {
          from: index === start.segment ? start.at : 0,
          before: log.boundOf(index),
          needle: fieldNeedle('room', room),
        },
      );
    }
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
