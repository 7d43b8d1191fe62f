import { basename, join } from 'node:path';
import { type Log, Problem, type Timer } from '@weir/kit';
import type { Archive } from './archive/archive.ts';
import { type Book, type Books, openBooks } from './books.ts';
import { Claims } from './claims.ts';
import type { LogProof } from './evidence/proof.ts';
import { proveRecords } from './evidence/prove.ts';
import type { DayKeys, Sealed } from './keys/day.ts';
import type { SlotFile } from './keys/slots.ts';
import { Words } from './keys/words.ts';
import type { DirectoryLock } from './lock.ts';
import type { AppendLog } from './log.ts';
import { onceAtATime } from './onceAtATime.ts';
import type { LedgerOptions } from './options.ts';
import { latestOf, type OutsideTime } from './outside.ts';
import { readPage } from './page.ts';
import {
  type HeldMessage,
  isPublished,
  type LedgerRecord,
  LOGS,
  type LogName,
  type PublicMessage,
  type Written,
} from './record.ts';
import type { DayLog } from './retention/dayLog.ts';
import { KeptStore } from './retention/keptStore.ts';
import { checkpoint } from './room/checkpoint.ts';
import { RoomHistory } from './room/history.ts';
import type { RoomIndex } from './room/index.ts';
import { INDEX_FILE } from './room/store.ts';
import { daysOf, linesFrom, type Places } from './sealed/days.ts';
import type { Found, OnPassed, Query } from './search.ts';
import { searchLogs } from './searchLogs.ts';
import type { Storage, StoredObject } from './storage/storage.ts';
import type { LogTree } from './tree/tree.ts';

/** A checkpoint is signed this often, where there is news; what the index of rooms lacks is written with it. */
const SIGN_EACH_MS = 1_000;
/** Days that are over are looked for this often. */
const SEAL_EACH_MS = 60_000;
/** The index's write-ahead log goes into its file after so many writes. */
const CHECKPOINT_EACH = 60;

/**
 * The four logs of one data directory, and what rooms ask of them. Exactly one process has it open.
 * @example const ledger = await Ledger.open({ dir: 'data/ledger', clock, log });
 */
export class Ledger {
  readonly #books: ReadonlyMap<LogName, Book>;
  readonly #slots: SlotFile;
  /** Seals what people could read for the database that holds it as present state. */
  readonly words: Words;
  readonly #timers: Timer[];
  readonly #rooms: RoomIndex;
  readonly #history: RoomHistory;
  readonly #archive: Archive;
  readonly #storage: Storage;
  readonly #lock: DirectoryLock;
  readonly #dir: string;
  readonly #holds: () => Promise<boolean>;
  readonly #logger: Log;
  #indexWrites = 0;
  #isClosing = false;
  readonly #claims = new Claims();

  private constructor({ books, slots, rooms, archive, storage, lock, holds }: Books, options: LedgerOptions) {
    const { clock, dir, log } = options;
    this.#books = books;
    this.#slots = slots;
    this.words = new Words(slots, clock);
    this.#rooms = rooms;
    this.#archive = archive;
    this.#storage = storage;
    this.#lock = lock;
    this.#dir = dir;
    this.#holds = holds;
    this.#logger = log;
    const { log: content, catalogue } = this.#book('content');
    this.#history = new RoomHistory({ log: content, rooms, catalogue, archive });
    this.#timers = [
      clock.every(
        SIGN_EACH_MS,
        onceAtATime(async () => {
          this.#writeIndex();
          await this.#signNews();
        }),
      ),
      clock.every(
        SEAL_EACH_MS,
        onceAtATime(() => this.sealDue()),
      ),
    ];
  }

  /**
   * @throws Error where another process writes to `dir`, a segment is damaged, or the ledger was made for the other
   * kind of clock
   */
  static async open(options: LedgerOptions): Promise<Ledger> {
    return new Ledger(await openBooks(options), options);
  }

  /**
   * Appends content records; resolves when they are on disk. A record that is already there is not written twice,
   * so that an edge may repeat what it got no answer for.
   * @throws Problem `conflict` where another message has an offset, `busy`, `storage_failed`
   */
  async append(records: readonly LedgerRecord[]): Promise<number> {
    const content = this.#log('content');
    if (this.#rooms.isFull) throw new Problem('storage_failed', 'The disk refuses the index of rooms');
    for (const record of records) {
      if (isPublished(record) && this.#rooms.judge(record) === 'old' && !(await this.#history.stands(record)))
        throw new Problem('conflict', 'Another message already has this offset');
    }
    const { fresh, release } = this.#claims.take(records, (record) => this.#rooms.judge(record));
    try {
      // Groups commit in order: who repeats a record that is under way waits behind it.
      return fresh.length > 0 ? await content.append(fresh) : await content.settled();
    } finally {
      release();
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

  /**
   * What a log holds at this instant, for a backup: the number of its last record, and its segments as names below the
   * store, with the bytes that are on the medium where a segment still grows.
   */
  extent(name: LogName): { last: number; segments: { name: string; path: string; bytes?: number }[] } {
    const { last, segments } = this.#log(name).extent();
    return {
      last,
      segments: segments.map(({ segment, ...size }) => ({
        name: `${name}/${basename(segment.path)}`,
        path: segment.path,
        ...size,
      })),
    };
  }

  /** The slot file of the store's data keys. */
  get slots(): SlotFile {
    return this.#slots;
  }

  /** All logs as retention sees them. */
  dayLogs(): ReadonlyMap<LogName, DayLog> {
    return new Map(LOGS.map((name) => [name, this.dayLog(name)]));
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
  history(room: string, options: { after?: number; limit: number }): Promise<PublicMessage[]> {
    return this.#history.read(room, options);
  }

  /** The message of an id and its room, wherever it is; undefined where no log has it. */
  async findMessage(id: string): Promise<{ room: string } | undefined> {
    const room = await this.#history.roomOf(id);
    return room === undefined ? undefined : { room };
  }

  /** Every record of a message, in order: as it was held, published, refused, recalled. */
  recordsOf(id: string): Promise<Written[]> {
    return this.#history.recordsOf(id);
  }

  /** True where the message was recalled. */
  isRecalled(room: string, id: string): boolean {
    return this.#rooms.isRecalled(room, id);
  }

  /** Yields records that fit, oldest first, log by log; those that outlived their day too. What is purged has none. */
  search(query: Query, onPassed?: OnPassed): AsyncGenerator<Found> {
    const kept = new KeptStore(this.#dir, this.#slots);
    return searchLogs((name) => this.#places(name), kept, query, onPassed);
  }

  /**
   * One page of a search: at most `limit` records, or what was found within `withinMs`; `next` is where the following
   * page begins, null behind the last. A cursor stays good while the log grows and its days are sealed.
   * @throws Problem bad_request where the cursor is of another search
   */
  page(
    query: Query & { limit: number },
    { cursor, withinMs }: { cursor?: string | undefined; withinMs: number },
  ): Promise<{ items: Found[]; next: string | null }> {
    return readPage((asked, onPassed) => this.search(asked, onPassed), query, { cursor, withinMs });
  }

  /** Which files and objects hold records of a log's day, with their sizes; names below the store. */
  files(name: LogName, day: string): Promise<StoredObject[]> {
    return this.#book(name).sealer.files(day);
  }

  /** One log as retention sees it: days of records that come and go as a whole. */
  dayLog(name: LogName): DayLog {
    const { keys, sealer, log } = this.#book(name);
    const places = this.#places(name);
    return {
      name,
      dir: join(this.#dir, name),
      keys,
      follow: (onCommit) => {
        log.onCommit = onCommit;
      },
      days: async () => daysOf(places),
      lines: (day) => linesFrom(places, 1, day),
      drop: async (day) => {
        const { files, locked, waiting } = await sealer.drop(day);
        return {
          files: files.length,
          bytes: files.reduce((sum, { bytes }) => sum + bytes, 0),
          locked,
          waiting,
        };
      },
      sign: () => this.sign(),
    };
  }

  /**
   * Removes every file and object of a log's day, and what memory and index hold of it, for good when it resolves;
   * gives what was there. Its key must have been destroyed before. Called again, it takes up where it was interrupted.
   * @throws RangeError for the present day
   */
  async dropDay(name: LogName, day: string): Promise<StoredObject[]> {
    return (await this.#book(name).sealer.drop(day)).files;
  }

  /** Days that are over and not sealed yet, over all logs: more than a few where the bucket is away. */
  get daysToSeal(): number {
    return [...this.#books.values()].reduce((sum, { sealer }) => sum + sealer.waiting, 0);
  }

  /** Seals every day that is over. Never rejects: what could not be sealed is tried again in a minute. */
  async sealDue(): Promise<void> {
    for (const [name, { sealer }] of this.#books) {
      if (this.#isClosing || !(await this.isWriter().catch(() => false))) return;
      await sealer.sealDue().catch((why: unknown) => {
        if (!this.#isClosing) this.#logger.error({ err: why, ledger: name }, 'a day was not sealed');
      });
    }
  }

  /** True while no other writer has taken the directory over. */
  isWriter(): Promise<boolean> {
    return this.#holds();
  }

  /**
   * Resolves when every record that was acknowledged before is under a checkpoint that others can read, also where that
   * goes to witnesses first: within seconds. Where the disk refuses it resolves all the same.
   */
  async sign(): Promise<void> {
    const logs = [...this.#books.values()].map(({ tree }) => ({ tree, last: tree.last }));
    // A checkpoint that is with the witnesses at first may be from before; the next one is not.
    for (let turn = 0; turn < 2; turn++) {
      await this.#signNews();
      await Promise.all(logs.map(({ tree }) => tree.offered()));
      if (logs.every(({ tree, last }) => tree.signed >= last)) return;
    }
  }

  /** Signs a checkpoint of each log that has news; one log after the other, so that they never crowd a commit out. */
  async #signNews(): Promise<void> {
    try {
      for (const { tree } of this.#books.values()) if (await this.isWriter()) await tree.flush();
    } catch (why) {
      this.#logger.error({ err: why }, 'nothing is signed while the epoch cannot be read');
    }
  }

  /** What the witnesses of a log said last, each with its own time, and who refuses it. */
  witnesses(name: LogName): LogTree['witnesses'] {
    return this.#book(name).tree.witnesses;
  }

  /** The latest time that each outsider said of this store, over all its logs. */
  outsideTimes(): OutsideTime[] {
    return latestOf([...this.#books.values()].map(({ tree }) => tree));
  }

  /**
   * Proves records of a log by their numbers (ascending) to somebody outside, under the last signed checkpoint.
   * @throws RangeError where one is not signed yet or never was, Error where its day's key is gone
   */
  prove(name: LogName, numbers: readonly number[]): Promise<LogProof> {
    const lines = (from: number) => linesFrom(this.#places(name), from);
    return proveRecords({ dir: join(this.#dir, name), keys: this.#keysOf(name), numbers, lines });
  }

  /** Commits what waits and signs it; waits for witnesses as long as one answer may take. */
  async close(): Promise<void> {
    this.#isClosing = true;
    for (const timer of this.#timers) timer.cancel();
    await Promise.all([...this.#books.values()].map(({ log }) => log.close()));
    await this.#settled();
    await this.sign();
    await this.#settled();
    await this.#archive.close();
    this.#storage.close();
    for (const { sealer } of this.#books.values()) await sealer.settled();
    this.#writeIndex();
    this.#rooms.close();
    this.#slots.close();
    await this.#lock.release();
  }

  async #settled(): Promise<void> {
    await Promise.all([...this.#books.values()].map(({ tree }) => tree.settled()));
  }

  /** Writes what the index of rooms lacks; what the disk refuses waits for the next second. */
  #writeIndex(): void {
    if (!this.#rooms.hasNews) return;
    try {
      this.#rooms.flush();
    } catch (why) {
      this.#logger.warn({ err: why }, 'the index of rooms waits for the disk');
    }
    if (++this.#indexWrites % CHECKPOINT_EACH === 0) void checkpoint(join(this.#dir, INDEX_FILE));
  }

  #book(name: LogName): Book {
    const book = this.#books.get(name);
    if (!book) throw new Error(`no log is called ${name}`);
    return book;
  }

  /** Where a log's records are. */
  #places(name: LogName): Places {
    const { log, catalogue } = this.#book(name);
    return { log, catalogue, archive: this.#archive };
  }

  #log(name: LogName): AppendLog {
    return this.#book(name).log;
  }

  #keysOf(name: LogName): DayKeys {
    return this.#book(name).keys;
  }
}
