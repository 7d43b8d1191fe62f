import { type Chunk, decode, encode } from './chunk.ts';
import type { Entry } from './source.ts';
import type { Spill } from './spill.ts';

/** A chunk is at most so much, and at most a sixteenth of the memory, so that a few always fit. */
const CHUNK_BYTES = 512 * 1024;
/** Share of the memory beyond which chunks go to disk; the rest is for what comes back and what is on its way. */
const SPILL_FROM = 0.7;

type Options = {
  spill: Spill;
  memoryBytes: number;
  /** Called when a chunk has come from disk, or gone there. */
  changed: () => void;
  /** Called with a chunk that the disk could not take or give back. */
  failed: (chunk: Chunk, why: unknown) => void;
};

/** Where the chunks of held media lie, in memory or in the spill, and how much of the memory they take. */
export class Chunks {
  /** A chunk takes no more entries at this size. */
  readonly fullBytes: number;
  readonly #spill: Spill;
  readonly #memoryBytes: number;
  readonly #changed: () => void;
  readonly #failed: (chunk: Chunk, why: unknown) => void;
  #memory = 0;
  /** Of that, what is being written and will leave memory. */
  #leaving = 0;

  constructor(options: Options) {
    this.fullBytes = Math.min(CHUNK_BYTES, options.memoryBytes / 16);
    this.#spill = options.spill;
    this.#memoryBytes = options.memoryBytes;
    this.#changed = options.changed;
    this.#failed = options.failed;
  }

  /** Bytes in memory. */
  get memory(): number {
    return this.#memory;
  }

  /** True while chunks should go to disk. */
  get crowded(): boolean {
    return this.#memory - this.#leaving > this.#memoryBytes * SPILL_FROM;
  }

  /** True while something must go for good. */
  get overfull(): boolean {
    return this.#memory > this.#memoryBytes;
  }

  get spilledBytes(): number {
    return this.#spill.bytes;
  }

  /** A chunk in memory grows by `bytes`, or shrinks by as many where they are negative. */
  grow(chunk: Chunk, bytes: number): void {
    chunk.bytes += bytes;
    this.#memory += bytes;
  }

  hasRoom(chunk: Chunk): boolean {
    return this.#spill.hasRoom(chunk.bytes);
  }

  /** The entries of a chunk wherever it lies; it stays there. @throws Problem `storage_failed` */
  async read(chunk: Chunk): Promise<readonly Entry[]> {
    return chunk.entries ?? (chunk.place ? decode(await this.#spill.read(chunk.place), chunk.configs) : []);
  }

  /** Nobody needs it any more, wherever it lies. */
  forget(chunk: Chunk): void {
    chunk.dead = true;
    if (chunk.entries) this.#memory -= chunk.bytes;
    if (chunk.entries && chunk.moving) this.#leaving -= chunk.bytes;
    chunk.entries = undefined;
    if (chunk.place && !chunk.moving) this.#spill.free(chunk.place);
    chunk.place = chunk.moving ? chunk.place : undefined;
  }

  async toDisk(chunk: Chunk): Promise<void> {
    chunk.moving = true;
    const bytes = chunk.bytes;
    this.#leaving += bytes;
    try {
      chunk.configs.length = 0;
      const place = await this.#spill.write(encode(chunk.entries ?? [], chunk.configs));
      chunk.moving = false;
      if (chunk.dead) {
        this.#spill.free(place);
        return;
      }
      chunk.place = place;
      chunk.entries = undefined;
      this.#memory -= bytes;
      this.#leaving -= bytes;
    } catch (why) {
      chunk.moving = false;
      if (chunk.dead) return;
      this.#leaving -= bytes;
      this.#failed(chunk, why);
    }
    this.#changed();
  }

  async fromDisk(chunk: Chunk): Promise<void> {
    const place = chunk.place;
    if (!place) return;
    chunk.moving = true;
    try {
      const entries = decode(await this.#spill.read(place), chunk.configs);
      chunk.moving = false;
      chunk.place = undefined;
      this.#spill.free(place);
      if (chunk.dead) return;
      chunk.entries = entries;
      this.#memory += chunk.bytes;
    } catch (why) {
      chunk.moving = false;
      if (chunk.dead) {
        this.#spill.free(place);
        return;
      }
      this.#failed(chunk, why);
    }
    this.#changed();
  }
}
