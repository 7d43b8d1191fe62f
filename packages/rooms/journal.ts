import type { Clock, Log } from '@weir/kit';
import { Problem } from '@weir/kit';
import { Beat } from './beat.ts';
import type { RefusalCode } from './event.ts';
import type { RoomHost } from './host.ts';
import { MAX_COMMIT, MAX_QUEUE } from './limits.ts';
import type { PublicMessage, RoomRecord } from './record.ts';

/** Something that holds once it is on disk. Exactly one of `committed` and `failed` is called, once. */
export type Entry = {
  id: string;
  /** Whether the record takes the room's next offset. */
  numbered: boolean;
  /** Does not wait for the beat, nor does what stands before it: what somebody takes back must not be shown meanwhile. */
  urgent?: true;
  record(offset: number): RoomRecord;
  committed(offset: number): void;
  failed(code: RefusalCode): void;
  /** After `failed`: it stands on disk all the same. */
  found?(offset: number): void;
};

/**
 * ms from one commit of a busy room to the next: its share of the 100 ms within which a message is to be on disk, and a
 * fifth of what it then waits for its batch in the largest room. A commit costs the ledger as much as twenty records.
 */
const GATHER_MS = 50;
/** First wait before a commit is repeated; doubled each time. */
const RETRY_MS = 100;
/** How long a commit is repeated before those who wait are refused. */
const PATIENCE_MS = 5_000;
/** Pause between attempts to learn where the room stands after that. */
const ASK_AGAIN_MS = 500;

/**
 * The way of a room's records to disk, in order, one commit at a time: at once in a room at rest, on a beat that all
 * rooms of the process share in a busy one. What comes meanwhile makes the next.
 *
 * - **even**: memory and disk agree. A commit that fails is repeated with the same records and offsets.
 * - **unsure**: patience ran out, or another message has the offset. Those waiting were refused, though their records
 *   may stand. Nothing is committed before `history` has told; what stands is handed to `found`.
 *
 * So an offset is never given twice and none is left out, also when the answer to a commit is lost.
 */
export class Journal {
  readonly #host: RoomHost;
  readonly #clock: Clock;
  readonly #log: Log;
  readonly #room: string;
  readonly #adopt: (message: PublicMessage | undefined, offset: number) => void;
  readonly #beat: Beat;
  #queue: Entry[] = [];
  #flying: Entry[] = [];
  #abandoned = false;
  #sure = true;
  /** Refused after they were sent to disk: where one turns up there all the same, `found` says so. */
  readonly #doubtful = new Map<string, Entry>();
  #askedAt = Number.NEGATIVE_INFINITY;
  #running = false;
  #closed = false;
  #offset: number;

  /**
   * @param offset the last one on disk
   * @param adopt is told of offsets found on disk that no entry of this journal claims, in order
   */
  constructor(
    wiring: { host: RoomHost; clock: Clock; log: Log; room: string },
    offset: number,
    adopt: (message: PublicMessage | undefined, offset: number) => void,
  ) {
    this.#host = wiring.host;
    this.#clock = wiring.clock;
    this.#beat = new Beat(wiring.clock, GATHER_MS);
    this.#log = wiring.log;
    this.#room = wiring.room;
    this.#offset = offset;
    this.#adopt = adopt;
  }

  get idle(): boolean {
    return !this.#running;
  }

  /** Takes an entry; false (and neither callback) where too many wait or the disk's state is unknown. */
  push(entry: Entry): boolean {
    if (this.#closed || this.#queue.length >= MAX_QUEUE) return false;
    if (!this.#sure && !this.#running && this.#clock.mono() - this.#askedAt < ASK_AGAIN_MS) return false;
    this.#queue.push(entry);
    if (this.#isDue()) this.#beat.hurry();
    if (!this.#running) void this.#run();
    return true;
  }

  /** Refuses all that is not on disk yet, at once. What is on its way there goes to `found`. */
  abandon(code: RefusalCode): void {
    for (const entry of this.#queue.splice(0)) entry.failed(code);
    if (this.#flying.length === 0 || this.#abandoned) return;
    this.#abandoned = true;
    for (const entry of this.#flying) entry.failed(code);
  }

  /** Takes nothing more and gives up repeating; resolves when the commit under way is settled. */
  async close(): Promise<void> {
    this.#closed = true;
    this.#beat.hurry();
    for (const entry of this.#queue.splice(0)) entry.failed('gate_closed');
    while (this.#running) await this.#pause(10);
  }

  async #run(): Promise<void> {
    this.#running = true;
    // One turn of the loop gathers what arrives together.
    await Promise.resolve();
    while (this.#queue.length > 0) {
      await this.#beat.next(this.#isDue());
      if (!this.#sure && !(await this.#learn())) {
        for (const entry of this.#queue.splice(0)) entry.failed('slow');
        break;
      }
      await this.#commit(this.#queue.splice(0, MAX_COMMIT));
    }
    this.#running = false;
  }

  /** Whether the next commit goes without waiting for the beat. */
  #isDue(): boolean {
    return this.#closed || this.#queue.length >= MAX_COMMIT || this.#queue.some(({ urgent }) => urgent);
  }

  async #commit(batch: Entry[]): Promise<void> {
    if (batch.length === 0) return;
    const offsets: number[] = [];
    let offset = this.#offset;
    for (const entry of batch) offsets.push(entry.numbered ? ++offset : offset);
    const records = batch.map((entry, i) => entry.record(offsets[i] as number));
    this.#flying = batch;
    this.#abandoned = false;
    const outcome = await this.#write(records);
    this.#flying = [];
    if (outcome === 'done') {
      this.#offset = offset;
      batch.forEach((entry, i) => {
        if (this.#abandoned) entry.found?.(offsets[i] as number);
        else entry.committed(offsets[i] as number);
      });
      return;
    }
    this.#sure = false;
    for (const entry of batch) if (entry.found) this.#doubtful.set(entry.id, entry);
    for (const id of this.#doubtful.keys()) if (this.#doubtful.size > MAX_QUEUE) this.#doubtful.delete(id);
    this.#askedAt = Number.NEGATIVE_INFINITY;
    if (!this.#abandoned) for (const entry of batch) entry.failed('slow');
  }

  async #write(records: RoomRecord[]): Promise<'done' | 'unsure'> {
    const until = this.#clock.mono() + PATIENCE_MS;
    for (let waitMs = RETRY_MS; ; waitMs *= 2) {
      try {
        await this.#host.commit(records);
        return 'done';
      } catch (why) {
        const conflict = why instanceof Problem && why.code === 'conflict';
        this.#log.warn({ room: this.#room, records: records.length, err: why }, 'messages not committed');
        if (conflict || this.#closed || this.#clock.mono() + waitMs > until) return 'unsure';
        await this.#pause(waitMs);
      }
    }
  }

  /** Reads where the room stands; false where nobody answers. */
  async #learn(): Promise<boolean> {
    this.#askedAt = this.#clock.mono();
    try {
      for (;;) {
        const { offset, items, held } = await this.#host.history(this.#room, this.#offset, MAX_COMMIT);
        for (const item of items) this.#settle(item);
        if (items.length === MAX_COMMIT) continue;
        if (offset > this.#offset) this.#pass(offset);
        for (const { id } of held) this.#doubt(id, false)?.found?.(this.#offset);
        this.#sure = true;
        return true;
      }
    } catch (why) {
      this.#log.warn({ room: this.#room, err: why }, 'room history not to be had');
      return false;
    }
  }

  #settle(item: PublicMessage): void {
    if (item.offset > this.#offset + 1) this.#pass(item.offset - 1);
    this.#offset = item.offset;
    const entry = this.#doubt(item.id, true);
    if (entry) entry.found?.(item.offset);
    else this.#adopt(item, item.offset);
  }

  /** A held message is no sign that its publication stands. */
  #doubt(id: string, numbered: boolean): Entry | undefined {
    const entry = this.#doubtful.get(id);
    if (entry?.numbered !== numbered) return;
    this.#doubtful.delete(id);
    return entry;
  }

  #pass(offset: number): void {
    this.#offset = offset;
    this.#adopt(undefined, offset);
  }

  #pause(ms: number): Promise<void> {
    return new Promise((resolve) => this.#clock.after(ms, resolve));
  }
}
