import type { Entry } from './generation.ts';
import { OBJECT_BYTES } from './layout.ts';

/** Groups that gather small entries at once; each up to 4 MiB. */
const MAX_OPEN = 8;

/** Small entries that go together, one behind the other in one object. */
export type Pack = {
  key: string;
  expiresAt: number | undefined;
  compress: boolean;
  parts: Uint8Array[];
  bytes: number;
  entries: Entry[];
};

/** Packs that are being filled; a full one, or the oldest where they are too many, is flushed. */
export class Packs {
  readonly #open = new Map<string, Pack>();
  readonly #flush: (pack: Pack) => Promise<void>;

  /** @param flush writes a pack and gives its entries their object */
  constructor(flush: (pack: Pack) => Promise<void>) {
    this.#flush = flush;
  }

  /** Takes an entry in; entries of one object live as long as one another. */
  async add(group: string, entry: Entry, bytes: Uint8Array, compress: boolean): Promise<void> {
    const key = `${entry.expiresAt ?? '-'} ${compress} ${group}`;
    let pack = this.#open.get(key);
    if (pack && pack.bytes + bytes.length > OBJECT_BYTES) {
      await this.#close(pack);
      pack = undefined;
    }
    if (!pack) {
      const [oldest] = this.#open.values();
      if (oldest && this.#open.size >= MAX_OPEN) await this.#close(oldest);
      pack = { key, expiresAt: entry.expiresAt, compress, parts: [], bytes: 0, entries: [] };
      this.#open.set(key, pack);
    }
    entry.parts = [{ object: '', at: pack.bytes, bytes: bytes.length }];
    pack.entries.push(entry);
    pack.parts.push(bytes);
    pack.bytes += bytes.length;
  }

  /** Flushes all of them. */
  async end(): Promise<void> {
    for (const pack of [...this.#open.values()]) await this.#close(pack);
  }

  #close(pack: Pack): Promise<void> {
    this.#open.delete(pack.key);
    return this.#flush(pack);
  }
}
