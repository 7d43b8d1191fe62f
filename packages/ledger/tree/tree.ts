import { join } from 'node:path';
import type { Clock, Log } from '@weir/kit';
import { blockOf, commitmentsOf, entryOf, MAX_BLOCK, parseEntry, Salts } from '../block.ts';
import { type Disk, readIfThere, realDisk, removeIfThere } from '../disk.ts';
import type { DayKeys } from '../keys/day.ts';
import type { StampPlace } from '../timestamp/ask.ts';
import { Stamper } from '../timestamp/stamper.ts';
import type { Stamped } from '../timestamp/token.ts';
import { Cosigners } from '../witness/cosigners.ts';
import type { WitnessPlace } from '../witness/submit.ts';
import { type Checkpoint, parseCheckpoint } from './checkpoint.ts';
import { Frontier, type TreeFile } from './frontier.ts';
import { dropAhead, frontierOf, lastEntry, readHead, writeHead } from './head.ts';
import { openNote, verifierOf } from './note.ts';
import type { ReadTile } from './proof.ts';
import { CheckpointSigner, loadSigner } from './signer.ts';
import { readHashes } from './stored.ts';

/** The latest signed checkpoint of a log. */
export const CHECKPOINT_FILE = 'checkpoint';
/** Records that arrive within this share a leaf. */
const BLOCK_MS = 100;

/** What a note says, without its signatures. */
const textOf = (note: string): string => note.slice(0, note.indexOf('\n\n') + 1);

type Gathering = { day: string; first: number; since: number; commitments: string[] };

export type TreeOptions = {
  dir: string;
  name: string;
  keys: DayKeys;
  clock: Clock;
  log: Log;
  disk?: Disk | undefined;
  /** Whether its times are simulated: said in the log's origin for good. */
  simulated?: boolean | undefined;
  /** Whom checkpoints are put to before others read them. */
  witnesses?: readonly WitnessPlace[] | undefined;
  /** Who stamps what others can read. */
  timestamps?: StampPlace | undefined;
  /** Asked before a checkpoint is shown: false where another writer has taken over. */
  holds?: (() => Promise<boolean>) | undefined;
};

/**
 * The Merkle tree over one log, beside its segments: nothing of it stands between a record and its acknowledgement.
 * Blocks gather in memory; `flush` writes tiles, makes the head durable, then signs. What a crash takes of it is made
 * again from the segments: records after the head's last get new leaves.
 *
 * Where there are witnesses, a signed checkpoint is put to them first and shown with their cosignatures, or without
 * after a bounded time. Meanwhile no other is signed, and records go on as ever.
 */
export class LogTree {
  readonly #dir: string;
  readonly #keys: DayKeys;
  readonly #clock: Clock;
  readonly #log: Log;
  readonly #disk: Disk;
  readonly #signer: CheckpointSigner;
  readonly #frontier: Frontier;
  #salts: { day: string; key: number; salts: Salts } | undefined;
  #gathering: Gathering | undefined;
  /** Number of the last record under a leaf. */
  #last: number;
  /** The day of the last leaf. */
  #lastDay: string | undefined;
  /** Full tiles and bundles that are not on disk yet. */
  #full: TreeFile[] = [];
  /** Partial tiles and the partial bundle as they lie on disk. */
  #partial: readonly TreeFile[] = [];
  /** Size of the checkpoint that others can read, and the last record under it. */
  #published: number;
  #root: Buffer;
  #signed: number;
  #flushing: Promise<void> | undefined;
  /** A checkpoint that is with the witnesses. */
  #offering: Promise<void> | undefined;
  readonly #cosigners: Cosigners;
  readonly #holds: () => Promise<boolean>;
  readonly #stamper: Stamper | undefined;
  /** The checkpoint that others can read: what the note says. */
  #shown: { text: string; size: number } | undefined;

  private constructor(
    { dir, keys, clock, log, disk, witnesses, timestamps, holds }: TreeOptions,
    signer: CheckpointSigner,
    frontier: Frontier,
    last: number,
  ) {
    this.#dir = dir;
    this.#keys = keys;
    this.#clock = clock;
    this.#log = log;
    this.#disk = disk ?? realDisk;
    this.#signer = signer;
    this.#frontier = frontier;
    this.#last = last;
    this.#published = frontier.size;
    this.#root = frontier.root();
    this.#signed = last;
    this.#cosigners = new Cosigners(witnesses ?? [], clock, log);
    this.#holds = holds ?? (async () => true);
    this.#stamper = timestamps && new Stamper(dir, timestamps, clock, log);
  }

  /** @throws Error where what was signed is no longer there, or a file is damaged */
  static async open(options: TreeOptions): Promise<LogTree> {
    const { dir, name } = options;
    const disk = options.disk ?? realDisk;
    const key = await loadSigner(dir, name, disk, options.simulated ?? false);
    const head = await readHead(dir);
    const note = await readIfThere(join(dir, CHECKPOINT_FILE));
    const opened = note ? openNote(note.toString('utf8'), verifierOf(key.vkey)) : undefined;
    const signed = opened ? parseCheckpoint(opened.text) : undefined;
    if (signed && signed.size > (head?.size ?? 0))
      throw new Error(
        `${dir} is older than its checkpoint of size ${signed.size}; going on would fork the log`,
      );
    await dropAhead(dir, head?.size ?? 0);
    const frontier = head ? await frontierOf(dir, head) : new Frontier();
    const tree = new LogTree(options, new CheckpointSigner(key, frontier.size), frontier, head?.last ?? 0);
    if (opened && signed) tree.#cosigners.keep(opened.text, signed.size, opened.others);
    if (head) {
      tree.#lastDay = parseEntry(await lastEntry(dir, head)).day;
      await tree.#writePartial(frontier.partial());
      await tree.#show(tree.#signer.again(head.size, frontier.root()), head.size);
      if (tree.#shown) await tree.#stamper?.keep(tree.#shown.text, head.size);
    }
    return tree;
  }

  /** What witnesses said of this log last, and who refuses it. */
  get witnesses(): Pick<Cosigners, 'cosigned' | 'refusals'> {
    return this.#cosigners;
  }

  /** What the time-stamping authority said of this log last. */
  get stamped(): Stamped | undefined {
    return this.#stamper?.stamped;
  }

  /** Number of the last record that was taken in. */
  get last(): number {
    const { first = 0, commitments = [] } = this.#gathering ?? {};
    return commitments.length > 0 ? first + commitments.length - 1 : this.#last;
  }

  /** Number of the last record under the checkpoint: nothing beyond it may be sealed. */
  get signed(): number {
    return this.#signed;
  }

  /** The day of the last leaf; undefined before the first. */
  get lastDay(): string | undefined {
    return this.#lastDay;
  }

  /** The latest checkpoint. */
  get checkpoint(): Checkpoint {
    return { origin: this.#signer.origin, size: this.#published, root: this.#root };
  }

  /** Makes the day's key where there is none, so that `commit` cannot fail. @throws Error where the disk refuses */
  prepare(day: string): Salts {
    // A day that a clock set back brings again, after its purge, has another key.
    const key = this.#keys.timesDestroyed(day);
    if (this.#salts?.day !== day || this.#salts.key !== key)
      this.#salts = { day, key, salts: new Salts(this.#keys.derive(day, 'salt', true)) };
    return this.#salts.salts;
  }

  /** Commitments to the lines in `bytes`, `lengths` long each, of records from `first` on. */
  commit(day: string, first: number, bytes: Buffer, lengths: readonly number[]): string[] {
    return commitmentsOf(bytes, lengths, this.prepare(day).take(first, lengths.length));
  }

  /** Takes records in that are on disk, in order. */
  take(day: string, first: number, commitments: readonly string[]): void {
    for (let at = 0; at < commitments.length; ) {
      const now = this.#clock.mono();
      const there = this.#gathering;
      if (
        there &&
        (there.day !== day || now - there.since >= BLOCK_MS || there.commitments.length >= MAX_BLOCK)
      )
        this.#close();
      this.#gathering ??= { day, first: first + at, since: now, commitments: [] };
      const room = MAX_BLOCK - this.#gathering.commitments.length;
      this.#gathering.commitments.push(...commitments.slice(at, at + room));
      at += room;
    }
  }

  /**
   * Signs a checkpoint over everything taken in, where there is news and none is with the witnesses; one at a time.
   * Never rejects: the next one tries again.
   */
  async flush(): Promise<void> {
    while (this.#flushing) await this.#flushing;
    this.#flushing = this.#sign().catch((why: unknown) => this.#tell(why));
    await this.#flushing;
    this.#flushing = undefined;
    if (this.#shown) this.#stamper?.offer(this.#shown.text, this.#shown.size);
  }

  /** Resolves when the checkpoint that is with the witnesses now is shown, with or without them: within seconds. */
  async offered(): Promise<void> {
    await this.#offering;
  }

  /** Resolves when nothing is with witnesses or the time-stamping authority: within seconds. */
  async settled(): Promise<void> {
    while (this.#offering) await this.#offering;
    await this.#stamper?.settled();
  }

  #tell(why: unknown): void {
    this.#log.error({ err: why }, 'no checkpoint was signed; the next one is tried in a second');
  }

  #close(): void {
    const gathered = this.#gathering;
    this.#gathering = undefined;
    if (!gathered) return;
    const { day, first, commitments } = gathered;
    this.#full.push(...this.#frontier.add(entryOf(blockOf(day, first, commitments))));
    this.#last = first + commitments.length - 1;
    this.#lastDay = day;
  }

  async #sign(): Promise<void> {
    if (this.#offering) return;
    this.#close();
    const { size } = this.#frontier;
    const isNews = size !== this.#published;
    if (!isNews && !this.#cosigners.isDue(size)) return;
    // One moment's state: records go on being taken in while the disk works.
    const root = this.#frontier.root();
    const partial = this.#frontier.partial();
    const full = [...this.#full];
    const head = {
      v: 1 as const,
      size,
      last: this.#last,
      root: root.toString('base64'),
      entries: this.#frontier.entries.map((entry) => entry.toString('utf8')),
    };
    if (isNews) {
      for (const { path, bytes } of full)
        await this.#disk.replace(join(this.#dir, path), bytes, { sync: true });
      await writeHead(this.#dir, head, this.#disk);
      this.#full = this.#full.slice(full.length);
      await this.#writePartial(partial);
    }
    const isSigned = size === this.#signer.last;
    const note = isSigned ? this.#signer.again(size, root) : this.#signer.sign(size, root);
    const show = async (): Promise<void> => {
      if (!(await this.#holds())) return;
      await this.#show(note, size);
      this.#published = size;
      this.#root = root;
      this.#signed = head.last;
      // The partial forms of a full tile may go (C2SP tlog-tiles, Partial Tiles).
      for (const { path } of full) await removeIfThere(join(this.#dir, `${path}.p`));
    };
    if (!this.#cosigners.isDue(size)) return show();
    const read: ReadTile = (tile) => readHashes(this.#dir, tile);
    this.#offering = this.#cosigners
      .ask({ note, text: textOf(note), size }, read)
      .then(show)
      .catch((why: unknown) => this.#tell(why))
      .finally(() => {
        this.#offering = undefined;
      });
  }

  async #writePartial(partial: readonly TreeFile[]): Promise<void> {
    for (const { path, bytes } of partial)
      if (!this.#partial.some((there) => there.path === path && there.bytes.equals(bytes)))
        await this.#disk.replace(join(this.#dir, path), bytes, { sync: false });
    this.#partial = partial;
  }

  /** Puts a note where others read it, under it the cosignatures that there are. */
  async #show(note: string, size: number): Promise<void> {
    const whole = `${note}${this.#cosigners.lines(size)}`;
    await this.#disk.replace(join(this.#dir, CHECKPOINT_FILE), whole, { sync: false });
    this.#shown = { text: textOf(note), size };
  }
}
