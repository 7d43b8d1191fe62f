import { readFileSync } from 'node:fs';
import type { Texts } from '../../parquet/column.ts';
import { ParquetBroken } from '../../parquet/footer.ts';
import { NUMBERS, type Rows, TEXTS } from '../rows.ts';

/** A place in the memory of WebAssembly. */
type At = number;

/** What `assembly/index.ts` exports. */
type Exports = {
  memory: WebAssembly.Memory;
  free(): At;
  setTexts(column: number, bytes: At, from: At, to: At): void;
  setNumbers(column: number, at: At): void;
  line(row: number, salt: At, slate: At): At;
  begin(sums: At, count: number, key: At): void;
  zero(sums: At, count: number): void;
  addTexts(bytes: At, from: At, to: At, count: number, keys: At, sums: At): number;
  addDigest(bytes: At, length: number, keys: At, sum: At): void;
  addPicks(indices: At, picked: At, count: number, sums: At): void;
  addNumbers(values: At, count: number, keys: At, sums: At): void;
  ends(sums: At, count: number, a: At, b: At): void;
};

const PAGE_BYTES = 65_536;
/** Bytes of the memory at most: a part's lines have 64 MiB and a block more, and stand there twice at most. */
const MOST_BYTES = 2 ** 30;
/** Bytes that are moved at once, so that as many must follow whatever is read or written. */
const WORD = 16;

/** Texts in that memory. */
export type TextsAt = {
  bytes: At;
  from: At;
  to: At;
  picks?: { from: At; to: At; many: number; indices: At };
};
/** Columns in that memory, in the order of their names. */
export type ColumnsAt = { numbers: At[]; texts: (TextsAt | undefined)[]; count: number };

let compiled: WebAssembly.Module | undefined;

/**
 * What is done with every row of a sealed day, in WebAssembly (`assembly/`, compiled by `make.ts`): a third of the time
 * that it takes in JavaScript. Columns are copied into its memory, group after group, which grows to what the largest
 * one needs.
 */
export class Kernel {
  readonly run: Exports;
  #bytes: Uint8Array<ArrayBuffer>;
  /** Where what stays ends, and what is there now. */
  #kept: At;
  #end: At;

  constructor() {
    compiled ??= new WebAssembly.Module(readFileSync(new URL('./kernel.wasm', import.meta.url)));
    this.run = new WebAssembly.Instance(compiled).exports as Exports;
    this.#kept = this.run.free();
    this.#end = this.#kept;
    this.#bytes = new Uint8Array(this.run.memory.buffer as ArrayBuffer);
  }

  /** The whole memory: another one after something was taken. */
  get buffer(): ArrayBuffer {
    return this.#bytes.buffer;
  }

  /** Lets go of all but what `keep` was given. */
  clear(): void {
    this.#end = this.#kept;
  }

  /** Copies in what stays for good; only while nothing else is there. */
  keep(view: ArrayBufferView): At {
    const at = this.put(view);
    this.#kept = this.#end;
    return at;
  }

  /** Room for so many bytes, and a word more. @throws ParquetBroken where they are more than a row group may need */
  take(bytes: number): At {
    const at = Math.ceil(this.#end / WORD) * WORD;
    this.#end = at + bytes + WORD;
    if (this.#end > MOST_BYTES) throw new ParquetBroken('a row group is too large');
    const missing = this.#end - this.#bytes.length;
    if (missing > 0) {
      this.run.memory.grow(Math.ceil(missing / PAGE_BYTES));
      this.#bytes = new Uint8Array(this.run.memory.buffer as ArrayBuffer);
    }
    return at;
  }

  put({ buffer, byteOffset, byteLength }: ArrayBufferView): At {
    const at = this.take(byteLength);
    this.#bytes.set(new Uint8Array(buffer, byteOffset, byteLength), at);
    return at;
  }

  /** Copies the columns of a group in, in the place of those before; for lines its texts need their places. */
  load({ numbers, texts, count }: Pick<Rows, 'numbers' | 'texts' | 'count'>, places = true): ColumnsAt {
    this.clear();
    const none = this.take(4 * count);
    this.#bytes.fill(0xff, none, none + 4 * count);
    const columns: ColumnsAt = {
      numbers: NUMBERS.map((name) => this.put(numbers[name].subarray(0, count))),
      texts: TEXTS.map((name) => this.#putTexts(texts[name], count, places)),
      count,
    };
    for (const [column, at] of columns.numbers.entries()) this.run.setNumbers(column, at);
    for (const [column, at] of columns.texts.entries())
      this.run.setTexts(column, at?.bytes ?? 0, at?.from ?? none, at?.to ?? none);
    return columns;
  }

  #putTexts(texts: Texts | undefined, count: number, places: boolean): TextsAt | undefined {
    if (!texts) return undefined;
    const { bytes, from, to, picks } = texts;
    const many = places || !picks ? count : 0;
    const at: TextsAt = {
      bytes: this.put(bytes),
      from: this.put(from.subarray(0, many)),
      to: this.put(to.subarray(0, many)),
    };
    if (picks)
      at.picks = {
        from: this.put(picks.from),
        to: this.put(picks.to),
        many: picks.from.length,
        indices: this.put(picks.indices.subarray(0, count)),
      };
    return at;
  }
}
