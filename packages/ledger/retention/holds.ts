import { createHash, randomUUID } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { readdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { type Clock, type Log, Problem } from '@weir/kit';
import { readIfThere } from '../disk.ts';
import { type Leaf, Leaves } from '../evidence/leaves.ts';
import { readSigned, type Signed } from '../evidence/signed.ts';
import { dayOf } from '../keys/day.ts';
import type { SlotFile } from '../keys/slots.ts';
import type { LogName, Written } from '../record.ts';
import { type CaseMedia, type Hold, type HoldAsk, isNamed, logsOf, needleOf, type Review } from './case.ts';
import {
  CASE_FILE,
  CASES_FOLDER,
  caseBlocks,
  caseLabel,
  REVIEW_FILE,
  readCase,
  readReviews,
} from './caseFile.ts';
import { blocksOfDay, type DayLog } from './dayLog.ts';
import { type KeptBlock, keptOf, openKept, type SaltedLine } from './keptBlock.ts';
import { FrameWriter, frameKey } from './keptFile.ts';
import { KeptStore } from './keptStore.ts';
import type { Turns } from './lock.ts';

/** Reviews of one hold at most: one a week for twenty years. */
const MAX_REVIEWS = 1_000;
/** Bytes of a recording in one frame. */
const PIECE_BYTES = 1024 * 1024;

export type HoldsOptions = {
  /** The ledger's directory. */
  dir: string;
  /** The folder of recordings, where there are any. */
  mediaDir?: string;
  /** Reads a recording wherever it lies, in place of `mediaDir`; an error with the code ENOENT where it is gone. */
  readMedia?: (path: string) => Promise<AsyncIterable<Buffer>>;
  clock: Clock;
  log: Log;
  slots: SlotFile;
  logs: ReadonlyMap<LogName, DayLog>;
  turns: Turns;
  /** Bytes that all cases together may take. */
  totalBytes: number;
};

type Found = { kept: KeptBlock; records: Written[] };
/** A hold with the bytes that its files take, and what was said of it since. */
export type Standing = Hold & { bytes: number; reviews: Review[] };

/**
 * Holds: what a case needs is copied under a key of the case's own, with everything that proves it, so that no day's
 * key and no file of the store has to live longer for it. A release destroys the key, then the files.
 */
export class Holds {
  readonly #options: HoldsOptions;
  readonly #kept: KeptStore;
  readonly #holds = new Map<string, Standing>();

  private constructor(options: HoldsOptions) {
    this.#options = options;
    this.#kept = new KeptStore(options.dir, options.slots);
  }

  /** Reads the holds that stand; what a crash left of an unfinished one, or of a release, is cleared away. */
  static async open(options: HoldsOptions): Promise<Holds> {
    const holds = new Holds(options);
    for (const id of await folders(join(options.dir, CASES_FOLDER))) {
      const path = join(holds.#folder(id), CASE_FILE);
      const key = options.slots.get(caseLabel(id));
      if (key && (await readIfThere(path))) {
        const hold = await readCase(path, frameKey(key, caseLabel(id)));
        const reviews = await readReviews(holds.#folder(id), frameKey(key, caseLabel(id)));
        holds.#holds.set(id, standing(hold, reviews, await sizeOf(holds.#folder(id))));
        continue;
      }
      options.slots.destroy(caseLabel(id));
      await rm(holds.#folder(id), { recursive: true, force: true });
    }
    return holds;
  }

  /** The holds that stand, the one to be reviewed next first. */
  list(): Standing[] {
    return [...this.#holds.values()].sort((a, b) =>
      a.reviewOn === b.reviewOn ? a.at - b.at : a.reviewOn < b.reviewOn ? -1 : 1,
    );
  }

  get(id: string): Standing | undefined {
    return this.#holds.get(id);
  }

  /** Bytes that all cases take, and may take; without a bound Infinity. */
  get quota(): { bytes: number; totalBytes: number } {
    const bytes = [...this.#holds.values()].reduce((sum, hold) => sum + hold.bytes, 0);
    return { bytes, totalBytes: this.#options.totalBytes };
  }

  /**
   * Copies what is named into a case store of its own.
   * @throws Problem bad_request where nothing is named; not_found where nothing is there; hold_too_large where it
   * passes its quota or what all cases may take: then nothing is held
   */
  async place(ask: HoldAsk, by: string): Promise<Standing & { records: number }> {
    const { broadcast, room, user, from, to, records } = ask.what;
    if (![broadcast, room, user, from, to, records].some((field) => field !== undefined))
      throw new Problem('bad_request', 'Name a broadcast, a room, a person, a time or records');
    return this.#options.turns.take(async () => {
      const id = randomUUID();
      const label = caseLabel(id);
      try {
        const key = frameKey(this.#options.slots.make(label), label);
        const placed = await this.#copy({ id, ask, by, key });
        this.#holds.set(id, placed);
        return placed;
      } catch (why) {
        this.#options.slots.destroy(label);
        await rm(this.#folder(id), { recursive: true, force: true });
        throw why;
      }
    });
  }

  /**
   * Sets another day on which a hold is looked at, sooner or later; durable when it resolves.
   * @throws Problem not_found; conflict beyond MAX_REVIEWS
   */
  review(id: string, review: Review): Promise<Standing> {
    return this.#options.turns.take(async () => {
      const label = caseLabel(id);
      const hold = this.#holds.get(id);
      const key = this.#options.slots.get(label);
      if (!hold || !key) throw new Problem('not_found', 'No hold has this id');
      const reviews = [...hold.reviews, review];
      if (reviews.length > MAX_REVIEWS)
        throw new Problem(
          'conflict',
          `A hold is reviewed ${MAX_REVIEWS} times at most; release it, or hold anew`,
        );
      const file = await FrameWriter.open(join(this.#folder(id), REVIEW_FILE), frameKey(key, label));
      try {
        for (const one of reviews) await file.write(one);
      } catch (why) {
        await file.abandon();
        throw why;
      }
      await file.close();
      const reviewed = standing(hold, reviews, await sizeOf(this.#folder(id)));
      this.#holds.set(id, reviewed);
      return reviewed;
    });
  }

  /** Destroys a case's key, then its files. @throws Problem not_found */
  release(id: string): Promise<Standing> {
    return this.#options.turns.take(async () => {
      const hold = this.#holds.get(id);
      if (!hold) throw new Problem('not_found', 'No hold has this id');
      this.#options.slots.destroy(caseLabel(id));
      this.#holds.delete(id);
      await rm(this.#folder(id), { recursive: true, force: true });
      return hold;
    });
  }

  /** What a hold keeps, checked. */
  async *records(id: string): AsyncGenerator<{ log: LogName; record: Written }> {
    const label = caseLabel(id);
    const key = this.#options.slots.get(label);
    if (!key || !this.#holds.has(id)) throw new Problem('not_found', 'No hold has this id');
    for await (const kept of caseBlocks(join(this.#folder(id), CASE_FILE), frameKey(key, label)))
      for (const record of openKept(kept).records) yield { log: kept.log, record };
  }

  #folder(id: string): string {
    return join(this.#options.dir, CASES_FOLDER, id);
  }

  async #copy({
    id,
    ask,
    by,
    key,
  }: {
    id: string;
    ask: HoldAsk;
    by: string;
    key: Buffer;
  }): Promise<Standing & { records: number }> {
    const { bytes: others, totalBytes } = this.quota;
    const left = Math.min(ask.quotaBytes, totalBytes - others);
    let bytes = 0;
    const take = (more: number): void => {
      bytes += more;
      if (bytes > left)
        throw new Problem('hold_too_large', 'Narrow what is held, or give it a larger quota', {
          leftBytes: Math.max(0, left),
        });
    };
    const signed: Hold['signed'] = {};
    const found: Found[] = [];
    let records = 0;
    for (const name of logsOf(ask.what)) {
      const log = this.#options.logs.get(name);
      if (!log) continue;
      await log.sign();
      const head = await readSigned(log.dir);
      if (!head) continue;
      signed[name] = { vkey: head.vkey, note: head.note };
      for await (const one of this.#find(log, ask, head)) {
        found.push(one);
        records += one.records.length;
        take(one.kept.records.reduce((sum, { line }) => sum + line.length, one.kept.others.length * 44));
      }
    }
    if (records === 0) throw new Problem('not_found', 'Nothing that is here is named');
    bytes = 0;
    const media: CaseMedia[] = [];
    const missing: string[] = [];
    for (const { records: all } of found)
      for (const record of all) {
        if (record.kind !== 'segment.recorded') continue;
        const { path } = record as Written & { path?: unknown };
        if (typeof path !== 'string' || path.includes('..')) continue;
        const copied = await this.#copyMedia(id, path, media.length, key, take);
        if (copied) media.push(copied);
        else missing.push(path);
      }
    const hold: Hold = { ...ask, v: 1, id, by, at: this.#options.clock.now(), signed, media, missing };
    const file = await FrameWriter.open(join(this.#folder(id), CASE_FILE), key);
    try {
      await file.write(hold);
      for (const { kept } of found) await file.write(kept);
      take(file.bytes);
    } catch (why) {
      await file.abandon();
      throw why;
    }
    await file.close();
    return { ...standing(hold, [], await sizeOf(this.#folder(id))), records };
  }

  /** Blocks of a log with what is named of each, from its days and from what is kept beyond them. */
  async *#find(log: DayLog, { what }: HoldAsk, { checkpoint }: Signed): AsyncGenerator<Found> {
    const leaves = new Leaves(log.dir, checkpoint.size);
    const needle = needleOf(what);
    const named = (line: Buffer): Written | undefined => {
      if (needle.length > 0 && !line.includes(needle)) return undefined;
      const record = JSON.parse(line.toString('utf8')) as Written;
      return isNamed(log.name, record, what) ? record : undefined;
    };
    for (const until of await this.#kept.untils(log.name))
      for await (const block of this.#kept.blocks(log.name, until)) {
        const opened = openKept(block);
        const rows = opened.lines.filter((_, i) => isNamed(log.name, opened.records[i] as Written, what));
        yield* this.#prove(log.name, opened, opened.commitments, rows, leaves);
      }
    for (const { day } of await log.days()) {
      // A record stands under the day it was written, which is that of its `ts` or later.
      if (what.to !== undefined && what.from !== undefined && day < dayOf(what.from)) continue;
      for await (const whole of blocksOfDay(log, day, leaves)) {
        const rows = whole.lines.flatMap(({ n, line }, i) =>
          named(line) ? [{ n, line, salt: whole.salts.subarray(i * 32, (i + 1) * 32) }] : [],
        );
        yield* this.#prove(log.name, whole, whole.commitments, rows, leaves);
      }
    }
  }

  async *#prove(
    log: LogName,
    leaf: Leaf,
    commitments: readonly string[],
    rows: readonly SaltedLine[],
    leaves: Leaves,
  ): AsyncGenerator<Found> {
    if (rows.length === 0) return;
    const path = await leaves.proof(leaf.leaf);
    for (const kept of keptOf(log, leaf, commitments, rows)) {
      const records = kept.records.map(({ line }) => JSON.parse(line) as Written);
      yield { kept: { ...kept, path }, records };
    }
  }

  /** A recording under the case's key; undefined where it is gone. */
  async #copyMedia(
    id: string,
    path: string,
    index: number,
    key: Buffer,
    take: (bytes: number) => void,
  ): Promise<CaseMedia | undefined> {
    const { mediaDir, readMedia } = this.#options;
    if (mediaDir === undefined && !readMedia) return undefined;
    const open = (): AsyncIterable<Buffer> | Promise<AsyncIterable<Buffer>> =>
      readMedia?.(path) ?? createReadStream(join(mediaDir as string, path), { highWaterMark: PIECE_BYTES });
    const file = `media-${String(index).padStart(5, '0')}.keep`;
    const writer = await FrameWriter.open(join(this.#folder(id), file), key);
    const hash = createHash('sha256');
    let bytes = 0;
    try {
      for await (const piece of await open()) {
        take(piece.length);
        hash.update(piece);
        bytes += piece.length;
        await writer.writeBytes(piece);
      }
    } catch (why) {
      await writer.abandon();
      if ((why as NodeJS.ErrnoException).code !== 'ENOENT') throw why;
      await rm(join(this.#folder(id), `${file}.next`), { force: true });
      return undefined;
    }
    await writer.close();
    return { path, file, bytes, hash: hash.digest('hex') };
  }
}

const standing = (hold: Hold, reviews: Review[], bytes: number): Standing => ({
  ...hold,
  reviewOn: reviews.at(-1)?.reviewOn ?? hold.reviewOn,
  reviews,
  bytes,
});

async function folders(path: string): Promise<string[]> {
  try {
    return (await readdir(path, { withFileTypes: true }))
      .filter((entry) => entry.isDirectory())
      .map(({ name }) => name);
  } catch (why) {
    if ((why as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw why;
  }
}

async function sizeOf(folder: string): Promise<number> {
  let bytes = 0;
  for (const name of await readdir(folder)) bytes += (await stat(join(folder, name))).size;
  return bytes;
}
