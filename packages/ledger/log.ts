import { mkdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { type Clock, type Log, Problem } from '@weir/kit';
import { type Disk, type DiskFile, realDisk } from './disk.ts';
import { dayOf } from './keys/day.ts';
import { bodyOf, lineOf } from './line.ts';
import type { LedgerRecord, Written } from './record.ts';
import {
  firstRecord,
  keyOfSegment,
  listSegments,
  readSegment,
  type Segment,
  segmentName,
} from './segments.ts';
import type { LogTree } from './tree/tree.ts';

/** A segment is closed at this size or age. */
const SEGMENT_BYTES = 16 * 1024 * 1024;
const SEGMENT_MS = 10 * 60 * 1000;
/** Records that may wait for the disk; beyond it callers are told to come back. */
const MAX_WAITING = 50_000;
/** Records of one group: bounds the write and the time a caller waits behind it. */
const MAX_GROUP = 8_192;

/** Where a record stands: the key of its segment, and its first byte there. */
export type Place = { segment: number; at: number };
/** A segment that is read: numbers from `before` on belong to a later one. */
export type Reading = { segment: Segment; before: number };

type Waiting = {
  bodies: string[];
  records: LedgerRecord[];
  resolve: (last: number) => void;
  reject: (why: Error) => void;
};
type Open = { file: DiskFile; segment: Segment; day: string; bytes: number; openedAt: number };

export type LogOptions = {
  dir: string;
  clock: Clock;
  log: Log;
  disk?: Disk;
  /** The tree over the log's records. */
  tree: LogTree;
  /** Number of the last record that is sealed, and no longer in segments. */
  sealed?: number;
  /** True where the records of a day are gone with its key. */
  isGone?: (day: string) => boolean;
  /** As far as `onRecord` need not be called again: a record's number, and where the next one stands. */
  known?: { n: number; next: Place | undefined };
  /** Called for each record that is not known, at open, and for each one committed, in order; `next` is behind it. */
  onRecord?: (record: Written, place: Place, next: Place) => void;
  /** Asked after each fdatasync, before it is acknowledged: false where another writer has taken over. */
  holds?: () => Promise<boolean>;
};

/** What is known of a log goes beyond what is there: it is of another state of the log, and is made again. */
export class IndexAhead extends Error {}

/**
 * One append-only log in NDJSON segments with group commit.
 *
 * A group is everything that waits when the one before has reached the disk: an idle log commits at once, a busy one
 * gathers while it writes. `append` resolves after fdatasync. After a failed write or sync the file is abandoned and
 * never synced again; the group goes to a new segment under the same numbers, which void the abandoned tail. If that
 * fails too, the group and all that waits behind it are rejected, so that nothing takes the place of what came before
 * it, and their numbers are free.
 */
export class AppendLog {
  readonly #dir: string;
  readonly #clock: Clock;
  readonly #log: Log;
  readonly #disk: Disk;
  readonly #tree: LogTree;
  readonly #onRecord: NonNullable<LogOptions['onRecord']>;
  readonly #holds: () => Promise<boolean>;
  /** Called with the day and number of the last record of each group that is on disk. */
  onCommit: ((day: string, last: number) => void) | undefined;
  #segments: readonly Segment[];
  #next: number;
  /** The last number promised to something that waits. */
  #given: number;
  #open: Open | undefined;
  #waiting: Waiting[] = [];
  #waitingCount = 0;
  #committing: Promise<void> | undefined;
  #closed = false;

  private constructor(options: LogOptions, segments: Segment[], next: number) {
    this.#dir = options.dir;
    this.#clock = options.clock;
    this.#log = options.log;
    this.#disk = options.disk ?? realDisk;
    this.#tree = options.tree;
    this.#onRecord = options.onRecord ?? (() => {});
    this.#holds = options.holds ?? (async () => true);
    this.#segments = segments;
    this.#next = next;
    this.#given = next - 1;
  }

  /**
   * Opens or makes the log of a directory, reading what is not known yet. Records that no leaf of the tree has yet,
   * those of the last moment before a crash, are taken into it.
   * @throws Error where something in the middle of what is read is no record, naming file and byte, or where records
   * that were signed are gone
   */
  static async open(options: LogOptions): Promise<AppendLog> {
    const { dir, tree, known, sealed = 0, onRecord } = options;
    await mkdir(dir, { recursive: true, mode: 0o700 });
    const segments: Segment[] = [];
    for (const segment of await listSegments(dir)) segments.push(await withDay(segment));
    const since = Math.min(tree.last, known?.n ?? Number.POSITIVE_INFINITY) + 1;
    const start = Math.max(
      0,
      segments.findLastIndex(({ first }) => first <= since),
    );
    let next = Math.max(sealed + 1, segments[start]?.first ?? 1);
    for (const [index, segment] of segments.entries()) {
      if (index < start) continue;
      const { path, day } = segment;
      const following = segments[index + 1];
      next = Math.max(next, segment.first);
      const key = keyOfSegment(segment);
      const isPlaced =
        known?.next?.segment === key && since > known.n && (await stat(path)).size >= known.next.at;
      const end = await readSegment(
        path,
        ({ record, at, line }) => {
          next = record.n + 1;
          if (record.n > tree.last)
            tree.take(day as string, record.n, tree.commit(day as string, record.n, line, [line.length]));
          if (record.n > (known?.n ?? 0))
            onRecord?.(record, { segment: key, at }, { segment: key, at: at + line.length });
          return undefined;
        },
        {
          before: following?.first ?? Number.POSITIVE_INFINITY,
          ...(isPlaced ? { from: known.next?.at ?? 0 } : {}),
        },
      );
      if (isPlaced) next = Math.max(next, known.n + 1);
      if (end.kind === 'corrupt')
        throw new Error(`${path} is damaged at byte ${end.at}; restore it from a backup`);
      if (end.kind === 'torn')
        options.log.warn(
          { path, bytes: end.bytes },
          'a record cut short was never acknowledged and is passed over',
        );
      // What was signed and is no longer here is sealed, purged, or found missing by `verify`.
      if (following && following.first > Math.max(next, tree.last + 1))
        throw new Error(`${path} ends at ${next - 1} and the next segment begins at ${following.first}`);
    }
    if ((known?.n ?? 0) >= next && tree.last < next) throw new IndexAhead();
    if (tree.last >= next) {
      if (!(tree.lastDay && options.isGone?.(tree.lastDay)))
        throw new Error(
          `${options.dir} ends at record ${next - 1}, and ${tree.last} was signed; restore it from a backup`,
        );
      next = tree.last + 1;
    }
    return new AppendLog(options, segments, next);
  }

  /** Number of the last record committed; 0 without one. */
  get last(): number {
    return this.#next - 1;
  }

  /** Number of the last record handed in; those after `last` are on their way to disk. */
  get given(): number {
    return this.#given;
  }

  get segments(): readonly Segment[] {
    return this.#segments;
  }

  /** The segments as they stand now, oldest first, each with the first number that its readers must not pass. */
  readings(): Reading[] {
    return this.#segments.map((segment, index) => ({
      segment,
      before: this.#segments[index + 1]?.first ?? Number.POSITIVE_INFINITY,
    }));
  }

  /**
   * The segments and how much of each is on the medium, with the number of the last record, all at this instant; a
   * segment that is closed says no size, it grows no more.
   */
  extent(): { last: number; segments: { segment: Segment; bytes?: number }[] } {
    const open = this.#open;
    return {
      last: this.last,
      segments: this.#segments.map((segment) =>
        open?.segment === segment ? { segment, bytes: open.bytes } : { segment },
      ),
    };
  }

  /** The segment that is appended to; undefined where the next record begins one. */
  get appending(): Segment | undefined {
    return this.#open?.segment;
  }

  /** Closes the segment of a day that is over, where nothing has come since. */
  async closeStale(): Promise<void> {
    const open = this.#open;
    if (!open || this.#committing || open.day === dayOf(this.#clock.now())) return;
    this.#open = undefined;
    await open.file.close();
  }

  /** Takes segments out of the log and removes them, for good when it resolves. */
  async remove(segments: readonly Segment[]): Promise<void> {
    if (segments.length === 0) return;
    const keys = new Set(segments.map(keyOfSegment));
    this.#segments = this.#segments.filter((segment) => !keys.has(keyOfSegment(segment)));
    for (const { path } of segments) await this.#disk.remove(path);
    await this.#disk.syncDirectory(this.#dir);
  }

  /**
   * Appends records in order, in one group; resolves to the number of the last when they are on disk.
   * @throws Problem `busy` where too much waits, `storage_failed` where the disk refused twice
   */
  async append(records: readonly LedgerRecord[]): Promise<number> {
    if (records.length === 0) return this.last;
    if (this.#closed) throw new Problem('storage_failed', 'The log is closed');
    if (this.#waitingCount + records.length > MAX_WAITING)
      throw new Problem('busy', 'Too many records wait for the disk');
    const bodies = records.map(bodyOf);
    this.#waitingCount += records.length;
    this.#given += records.length;
    return new Promise((resolve, reject) => {
      this.#waiting.push({ bodies, records: [...records], resolve, reject });
      this.#committing ??= this.#commitAll();
    });
  }

  /** Resolves to the last number once everything handed in so far is on disk or rejected. */
  async settled(): Promise<number> {
    await this.#committing;
    return this.last;
  }

  /** Commits what waits and closes the file. */
  async close(): Promise<void> {
    this.#closed = true;
    await this.#committing;
    await this.#open?.file.close();
    this.#open = undefined;
  }

  async #commitAll(): Promise<void> {
    // What is appended in this turn belongs to the first group too.
    await Promise.resolve();
    while (this.#waiting.length > 0) {
      const group: Waiting[] = [];
      for (
        let size = 0;
        this.#waiting[0] && (size === 0 || size + this.#waiting[0].bodies.length <= MAX_GROUP);
      ) {
        const one = this.#waiting.shift() as Waiting;
        size += one.bodies.length;
        group.push(one);
      }
      const refused = await this.#commit(group);
      for (const { bodies } of group) this.#waitingCount -= bodies.length;
      if (refused) this.#refuse(group, refused);
    }
    this.#committing = undefined;
  }

  #refuse(group: readonly Waiting[], why: Problem): void {
    const all = [...group, ...this.#waiting];
    this.#waiting = [];
    this.#waitingCount = 0;
    this.#given = this.last;
    for (const { reject } of all) reject(why);
  }

  /** Brings a group to disk; gives the reason where it could not. */
  async #commit(group: readonly Waiting[]): Promise<Problem | undefined> {
    const first = this.#next;
    let n = first;
    const lines = group.flatMap(({ bodies }) => bodies.map((body) => lineOf(n++, body)));
    const bytes = Buffer.from(lines.join(''));
    const lengths = lines.map((line) => Buffer.byteLength(line));
    const day = dayOf(this.#clock.now());
    let place: Place;
    let commitments: string[];
    try {
      this.#tree.prepare(day);
      const written = this.#write(bytes, first, day).catch(async (why: unknown) => {
        this.#log.error({ err: why }, 'a segment failed and is abandoned');
        await this.#abandon();
        return this.#write(bytes, first, day);
      });
      // Hashed while the disk works.
      commitments = this.#tree.commit(day, first, bytes, lengths);
      place = await written;
    } catch (why) {
      await this.#abandon();
      const code = (why as NodeJS.ErrnoException).code ?? 'unknown';
      return new Problem('storage_failed', `The disk refused the write: ${code}`);
    }
    try {
      if (!(await this.#holds())) {
        this.#closed = true;
        return new Problem('conflict', 'Another process writes to this ledger now');
      }
    } catch (why) {
      // Nobody knows whose the log is: what was written just now must not be read as acknowledged.
      if (this.#open) this.#open.bytes = place.at;
      await this.#abandon();
      return new Problem('storage_failed', `The epoch cannot be read: ${(why as Error).message}`);
    }
    this.#next = n;
    this.#tree.take(day, first, commitments);
    this.onCommit?.(day, this.last);
    let { at } = place;
    let number = first;
    let line = 0;
    for (const { records, resolve } of group) {
      for (const record of records) {
        const { segment } = place;
        const end = at + (lengths[line++] ?? 0);
        this.#onRecord({ ...record, v: 1, n: number++ } as Written, { segment, at }, { segment, at: end });
        at = end;
      }
      resolve(number - 1);
    }
    return undefined;
  }

  async #write(bytes: Buffer, first: number, day: string): Promise<Place> {
    const open = await this.#segment(first, day);
    await open.file.write(bytes);
    await open.file.sync();
    const place = { segment: keyOfSegment(open.segment), at: open.bytes };
    open.bytes += bytes.length;
    return place;
  }

  async #segment(first: number, day: string): Promise<Open> {
    const open = this.#open;
    const now = this.#clock.mono();
    if (open && open.day === day && open.bytes < SEGMENT_BYTES && now - open.openedAt < SEGMENT_MS)
      return open;
    await open?.file.close();
    this.#open = undefined;
    const last = this.#segments.at(-1);
    const attempt = last?.first === first ? last.attempt + 1 : 0;
    const path = join(this.#dir, segmentName(first, attempt, day));
    const file = await this.#disk.create(path);
    const segment = { path, first, attempt, day };
    this.#segments = [...this.#segments, segment];
    this.#open = { file, segment, day, bytes: 0, openedAt: now };
    await this.#disk.syncDirectory(this.#dir);
    return this.#open;
  }

  /**
   * Gives the present file up. Its descriptor is closed and never synced: after a failed sync the kernel may lie.
   * What was not acknowledged is cut off where the disk allows, so that no restart finds what was refused.
   */
  async #abandon(): Promise<void> {
    const open = this.#open;
    this.#open = undefined;
    if (!open) return;
    await open.file.close().catch(() => {});
    const { path } = open.segment;
    await this.#disk
      .truncate(path, open.bytes)
      .catch((why: unknown) => this.#log.warn({ err: why, path }, 'an abandoned tail stays'));
  }
}

/** Segments of the first form do not name their day: it is that of their first record. */
async function withDay(segment: Segment): Promise<Segment> {
  if (segment.day !== undefined) return segment;
  const record = await firstRecord(segment.path);
  return { ...segment, day: record ? dayOf(record.ts) : undefined };
}
