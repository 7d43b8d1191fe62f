import { footerAt, type Group as ParquetGroup, readFooter } from '../parquet/footer.ts';
import { CHUNK_BYTES, chunksOf, HEADER_BYTES, Opener, SealBroken, type Sealing } from '../sealed/cipher.ts';
import { KEY } from '../sealed/columns.ts';
import { MemoryFile } from '../sealed/memory.ts';
import { type Order, partName } from '../sealed/names.ts';
import type { Storage } from '../storage/storage.ts';

/** Parquet ends with the length of its footer and `PAR1`. */
const TAIL_BYTES = 8;
/** Where a row group stands, and the least and greatest key in it, where that is known. */
type Group = { from: number; to: number; least: Buffer | undefined; most: Buffer | undefined };

/**
 * A sealed object in memory, as far as it was needed: chunks are decrypted when somebody asks for what lies in them,
 * the rest of its nameless file is empty.
 */
export class OpenedPart {
  readonly file: MemoryFile;
  readonly #storage: Storage;
  readonly #name: string;
  readonly #opener: Opener;
  readonly #has: Set<number>;
  readonly #groups: Group[];

  private constructor(parts: {
    file: MemoryFile;
    storage: Storage;
    name: string;
    opener: Opener;
    has: Set<number>;
    groups: Group[];
  }) {
    this.file = parts.file;
    this.#storage = parts.storage;
    this.#name = parts.name;
    this.#opener = parts.opener;
    this.#has = parts.has;
    this.#groups = parts.groups;
  }

  /** Opens an object of `size` bytes; undefined where there is none. @throws SealBroken */
  static async open(
    storage: Storage,
    sealing: Sealing,
    size: number,
    dayKey: Buffer,
  ): Promise<OpenedPart | undefined> {
    const name = partName(sealing, sealing.order);
    const header = await storage.get(name, { from: 0, to: HEADER_BYTES });
    if (!header) return undefined;
    const opener = new Opener(header, size, dayKey, sealing);
    const file = new MemoryFile();
    const opened = new OpenedPart({ file, storage, name, opener, has: new Set(), groups: [] });
    try {
      file.resize(opener.length);
      const end = opener.length;
      if (!(await opened.#need(end - TAIL_BYTES, end))) return opened.#gone();
      const from = footerAt(file.read(end - TAIL_BYTES, end), end);
      if (!(await opened.#need(from, end))) return opened.#gone();
      const groups = readFooter(file.read(from, end - TAIL_BYTES), from);
      opened.#groups.push(...groups.map((group) => rangeOf(group, sealing.order)));
      return opened;
    } catch (why) {
      file.close();
      throw why;
    }
  }

  /** Bytes that it holds in memory. */
  get bytes(): number {
    return this.#has.size * CHUNK_BYTES;
  }

  /** Brings in what may hold rows with this key; all of it without one. False where the object is gone. */
  async bring(key?: string): Promise<boolean> {
    const asked = key === undefined ? undefined : Buffer.from(key);
    for (const { from, to, least, most } of this.#groups) {
      // As Parquet compares texts: by their bytes.
      const isOut = asked && least && most && (asked.compare(least) < 0 || asked.compare(most) > 0);
      if (!isOut && !(await this.#need(from, to))) return false;
    }
    return key !== undefined || (await this.#need(0, this.#opener.length));
  }

  close(): void {
    this.file.close();
  }

  /** Purged while it was opened. */
  #gone(): undefined {
    this.close();
  }

  async #need(from: number, to: number): Promise<boolean> {
    const last = Math.min(chunksOf(this.#opener.length), Math.ceil(to / CHUNK_BYTES));
    for (let first = Math.floor(Math.max(0, from) / CHUNK_BYTES); first < last; ) {
      if (this.#has.has(first)) {
        first++;
        continue;
      }
      let end = first + 1;
      while (end < last && !this.#has.has(end)) end++;
      const bytes = await this.#storage.get(this.#name, this.#opener.rangeOf(first, end));
      if (!bytes) return false;
      const plain = this.#opener.open(bytes, first);
      if (plain.length !== Math.min(end * CHUNK_BYTES, this.#opener.length) - first * CHUNK_BYTES)
        throw new SealBroken('a sealed object is cut short');
      this.file.write(plain, first * CHUNK_BYTES);
      for (; first < end; first++) this.#has.add(first);
    }
    return true;
  }
}

const rangeOf = (group: ParquetGroup, order: Order): Group => {
  const chunks = [...group.columns.values()];
  const key = group.columns.get(KEY[order]);
  return {
    from: Math.min(...chunks.map(({ from }) => from)),
    to: Math.max(...chunks.map(({ to }) => to)),
    least: key?.least,
    most: key?.most,
  };
};
