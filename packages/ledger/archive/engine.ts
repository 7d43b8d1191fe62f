import { timeOfId } from '../ids.ts';
import type { PartFacts } from '../room/index.ts';
import type { Sealed } from '../sealed/catalogue.ts';
import { LINE } from '../sealed/columns.ts';
import type { Order } from '../sealed/names.ts';
import type { Storage } from '../storage/storage.ts';
import { Duck } from './duck.ts';
import { OpenedPart } from './opened.ts';
import { conditionsOf, type PartQuery } from './query.ts';

/** Opened parts that stay open, and bytes that they may hold in memory together. */
const MAX_OPEN = 256;
const MAX_BYTES = 192 * 1024 * 1024;

/** Reads sealed parts with DuckDB. One thing at a time; runs in a process of its own, or in a test's. */
export class Engine {
  readonly #storage: Storage;
  readonly #parts = new Map<string, OpenedPart>();
  #duck: Duck | undefined;

  constructor(storage: Storage) {
    this.#storage = storage;
  }

  get storage(): Storage {
    return this.#storage;
  }

  async duck(): Promise<Duck> {
    this.#duck ??= await Duck.open();
    return this.#duck;
  }

  /**
   * Lines of records that fit, in the order of their numbers; none where the part is gone.
   * @throws SealBroken where what is read was altered
   */
  async lines(part: Sealed, dayKey: Buffer, query: PartQuery): Promise<string[]> {
    const { where, values } = conditionsOf(query);
    const order: Order = query.user === undefined ? 'room' : 'person';
    const key = order === 'person' ? query.user : query.room;
    const rows = await this.#ask(part, order, dayKey, key, (path) => ({
      sql: `SELECT ${LINE} FROM read_parquet('${path}') WHERE ${where} ORDER BY n LIMIT ${Math.floor(query.limit)}`,
      values,
    }));
    return rows.map(([line]) => String(line));
  }

  /** What the index of rooms keeps of a part; undefined where the part is gone. */
  async facts(part: Sealed, dayKey: Buffer): Promise<PartFacts | undefined> {
    const ask = (sql: (path: string) => string) =>
      this.#ask(part, 'room', dayKey, undefined, (path) => ({ sql: sql(path), values: [] }));
    const spans = await ask(
      (path) => `SELECT room, min("offset"), max("offset"), count(*) FROM read_parquet('${path}')
        WHERE kind = 'message.published' AND room IS NOT NULL AND "offset" IS NOT NULL GROUP BY room`,
    );
    const [ids] = await ask(
      (path) => `SELECT min(CAST(id AS VARCHAR)) FILTER (${V7}), max(CAST(id AS VARCHAR)) FILTER (${V7}),
        count(*) FILTER (other_id IS NOT NULL OR NOT (${V7})) FROM read_parquet('${path}')
        WHERE starts_with(kind, 'message.') AND (id IS NOT NULL OR other_id IS NOT NULL)`,
    );
    if (!ids) return undefined;
    const [least, most, others] = ids;
    return {
      first: part.first,
      spans: spans.map(([room, from, to, count]) => ({
        room: String(room),
        from: Number(from),
        to: Number(to),
        count: Number(count),
      })),
      ids: {
        from: least === null ? Number.MAX_SAFE_INTEGER : (timeOfId(String(least)) ?? 0),
        to: most === null ? 0 : (timeOfId(String(most)) ?? 0),
        hasOthers: Number(others) > 0,
      },
    };
  }

  /** Lets go of every part of a day: its key is gone, or its objects are. */
  forget(log: string, day: string): void {
    for (const [name, part] of this.#parts) {
      if (!name.startsWith(`${log} ${day} `)) continue;
      part.close();
      this.#parts.delete(name);
    }
  }

  close(): void {
    for (const part of this.#parts.values()) part.close();
    this.#parts.clear();
    this.#duck?.close();
    this.#duck = undefined;
  }

  async #ask(
    part: Sealed,
    order: Order,
    dayKey: Buffer,
    key: string | undefined,
    make: (path: string) => { sql: string; values: (string | number)[] },
  ) {
    const duck = await this.duck();
    const opened = await this.#open(part, order, dayKey);
    if (!opened || !(await opened.bring(key))) return [];
    const { sql, values } = make(opened.file.path);
    try {
      return await duck.rows('reading a sealed part', sql, values);
    } catch (why) {
      // It looked at a row group that the key rules out: everything is brought in then.
      if (key === undefined || !(await opened.bring())) throw why;
      return await duck.rows('reading a sealed part', sql, values);
    } finally {
      this.#shrink();
    }
  }

  async #open(part: Sealed, order: Order, dayKey: Buffer): Promise<OpenedPart | undefined> {
    const name = `${part.log} ${part.day} ${part.first} ${order}`;
    let opened = this.#parts.get(name);
    this.#parts.delete(name);
    opened ??= await OpenedPart.open(this.#storage, { ...part, order }, part[order].bytes, dayKey);
    if (opened) this.#parts.set(name, opened);
    return opened;
  }

  #shrink(): void {
    let bytes = [...this.#parts.values()].reduce((sum, part) => sum + part.bytes, 0);
    for (const [name, part] of this.#parts) {
      if (this.#parts.size <= MAX_OPEN && bytes <= MAX_BYTES) return;
      bytes -= part.bytes;
      part.close();
      this.#parts.delete(name);
    }
  }
}

const V7 = `id IS NOT NULL AND substr(CAST(id AS VARCHAR), 15, 1) = '7'`;
