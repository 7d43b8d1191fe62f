import { CHUNK_BYTES, chunksOf, HEADER_BYTES, Opener, SealBroken, type Sealing } from '../sealed/cipher.ts';
import { KEY } from '../sealed/columns.ts';
import { MemoryFile } from '../sealed/memory.ts';
import { partName } from '../sealed/names.ts';
import type { Storage } from '../storage/storage.ts';
import type { Duck } from './duck.ts';

/** Parquet ends with the length of its footer and `PAR1`. */
const TAIL_BYTES = 8;
/** Files of other values than the key's are told apart no further than so long a minimum; a longer one matches all. */
type Group = { from: number; to: number; min: string | undefined; max: string | undefined };

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
    duck: Duck,
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
      if (!(await opened.#need(end - TAIL_BYTES, end))) return undefined;
      const footer = file.read(end - TAIL_BYTES, end).readUInt32LE(0) + TAIL_BYTES;
      await opened.#need(Math.max(0, end - footer), end);
      opened.#groups.push(...(await groupsOf(duck, file, sealing)));
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
    for (const { from, to, min, max } of this.#groups) {
      const isOut =
        key !== undefined && min !== undefined && max !== undefined && (below(key, min) || below(max, key));
      if (!isOut && !(await this.#need(from, to))) return false;
    }
    return key !== undefined || (await this.#need(0, this.#opener.length));
  }

  close(): void {
    this.file.close();
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

/** As Parquet compares texts: by their bytes. */
const below = (a: string, b: string): boolean => Buffer.compare(Buffer.from(a), Buffer.from(b)) < 0;

async function groupsOf(duck: Duck, file: MemoryFile, { order }: Sealing): Promise<Group[]> {
  const rows = await duck.rows(
    'reading a footer',
    `SELECT row_group_id, min(coalesce(dictionary_page_offset, data_page_offset)),
       max(least(coalesce(dictionary_page_offset, data_page_offset), data_page_offset) + total_compressed_size),
       max(CASE WHEN path_in_schema = '${KEY[order]}' AND stats_null_count = 0 THEN stats_min_value END),
       max(CASE WHEN path_in_schema = '${KEY[order]}' AND stats_null_count = 0 THEN stats_max_value END)
     FROM parquet_metadata('${file.path}') GROUP BY row_group_id ORDER BY row_group_id`,
  );
  return rows.map(([, from, to, min, max]) => ({
    from: Number(from),
    to: Number(to),
    min: min === null ? undefined : String(min),
    max: max === null ? undefined : String(max),
  }));
}
