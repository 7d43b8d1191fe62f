import { join } from 'node:path';
import { type Clock, type Log, Problem } from '@weir/kit';
import { readIfThere, realDisk } from '@weir/ledger/disk.ts';
import { type Compiled, release } from '@weir/text';
import { LexiconFiles, MAX_LEXICON_BYTES } from '../lexicon/files.ts';
import { Mill } from '../lexicon/mill.ts';
import { TextScreen } from '../screen.ts';
import type { LexiconOrder, LexiconPiece, LexiconRef } from '../wire.ts';

/** Wait before an order that could not be followed is tried again. */
const AGAIN_MS = 1_000;

type Options = {
  /** DATA/edge/lexicon: the lexicons in use, and `order.json` that says which. */
  dir: string;
  clock: Clock;
  log: Log;
  /** One piece of a lexicon's file, asked of control. */
  fetch: (hash: string, at: number) => Promise<LexiconPiece>;
};

/**
 * The lexicon that screens at this edge. It follows control's orders, fetches what it lacks in pieces, checks and stores
 * it, compiles it in another process and changes over between two messages. What it last followed is on its own disk:
 * an edge that starts while control is away goes on with it.
 */
export class EdgeLexicon {
  readonly #options: Options;
  readonly #files: LexiconFiles;
  readonly #mill: Mill;
  #screen: TextScreen;
  #following: LexiconOrder | undefined;
  /** The newest order, where it is not followed yet. */
  #wanted: LexiconOrder | undefined;
  #last: Promise<void> = Promise.resolve();
  #closed = false;

  private constructor(options: Options, screen: TextScreen) {
    this.#options = options;
    this.#files = new LexiconFiles(options.dir);
    this.#mill = new Mill(options.dir);
    this.#screen = screen;
  }

  /** With what this edge last followed, or the shipped sample. */
  static async open(options: Options): Promise<EdgeLexicon> {
    const lexicon = new EdgeLexicon(options, TextScreen.shipped(options.log, options.clock));
    const bytes = await readIfThere(join(options.dir, ORDER));
    try {
      if (bytes) await lexicon.#take(JSON.parse(bytes.toString('utf8')) as LexiconOrder);
    } catch (why) {
      options.log.error({ err: why }, 'the last lexicon cannot be read: the shipped sample screens');
    }
    // Compiled before anybody speaks, where it is the sample that screens.
    void lexicon.screen.engine;
    return lexicon;
  }

  get screen(): TextScreen {
    return this.#screen;
  }

  /**
   * Follows an order; resolves when it is in force. One that fails is tried again until another comes.
   * @throws Error what stood in the way the first time
   */
  follow(order: LexiconOrder): Promise<void> {
    this.#wanted = order;
    const run = this.#last.then(() => this.#attempt(order));
    this.#last = run.catch(() => {});
    return run;
  }

  async close(): Promise<void> {
    this.#closed = true;
    await this.#mill.close();
  }

  async #attempt(order: LexiconOrder): Promise<void> {
    if (this.#wanted !== order || this.#closed) return;
    try {
      await this.#take(order);
      this.#wanted = undefined;
    } catch (why) {
      this.#options.log.warn({ err: why, version: order.live.version }, 'lexicon not in force yet');
      this.#options.clock.after(AGAIN_MS, () => {
        if (this.#wanted === order && !this.#closed) void this.follow(order).catch(() => {});
      });
      throw why;
    }
  }

  async #take(order: LexiconOrder): Promise<void> {
    const before = this.#following;
    const live = await this.#ready(order.live, before?.live);
    const shadow = order.shadow && (await this.#ready(order.shadow, before?.shadow));
    if (order.thresholds) this.#screen.weigh(order.thresholds);
    const left: (Compiled | undefined)[] = [];
    if (live) left.push(this.#screen.use(live, order.live.version));
    else this.#screen.renumber(order.live.version);
    if (!order.shadow) left.push(this.#screen.tryBeside(undefined));
    else if (shadow) left.push(this.#screen.tryBeside(shadow, order.shadow.version));
    // Nothing here keeps an engine from one message to the next without asking whether it is still the one.
    for (const compiled of left) if (compiled) release(compiled);
    this.#following = order;
    if (JSON.stringify(before) === JSON.stringify(order)) return;
    // In force already: a full disk costs only that a start without control goes on with an older one.
    await realDisk
      .replace(join(this.#options.dir, ORDER), JSON.stringify(order), { sync: true })
      .then(() => this.#files.prune(new Set([order.live.hash, order.shadow?.hash ?? ''])))
      .catch((why: Error) => this.#options.log.error({ why: why.message }, 'lexicon order not on disk'));
  }

  /** The compiled lexicon; undefined where it is the one in use. */
  async #ready(ref: LexiconRef, used: LexiconRef | undefined): Promise<Compiled | undefined> {
    if (ref.hash === used?.hash) return undefined;
    if (!(await this.#files.has(ref.hash))) await this.#fetch(ref.hash);
    try {
      return await this.#mill.build(ref.hash);
    } catch (why) {
      if (!(why instanceof Problem) || why.code !== 'storage_failed') throw why;
      // What lies on this disk is damaged.
      await this.#fetch(ref.hash);
      return this.#mill.build(ref.hash);
    }
  }

  async #fetch(hash: string): Promise<void> {
    const parts: Buffer[] = [];
    let size = 0;
    for (let at: number | null = 0; at !== null; ) {
      const piece: LexiconPiece = await this.#options.fetch(hash, at);
      const part = Buffer.from(piece.base64, 'base64');
      size += part.length;
      if (size > MAX_LEXICON_BYTES || (piece.next !== null && piece.next <= at))
        throw new Problem('too_large', 'The lexicon is larger than an edge takes');
      parts.push(part);
      at = piece.next;
    }
    await this.#mill.adopt(hash, Buffer.concat(parts));
  }
}

const ORDER = 'order.json';
