import { hash } from 'node:crypto';
import type { Room } from '../parquet/column.ts';
import type { Group } from '../parquet/footer.ts';
import { BadRow } from './badRow.ts';
import { Kept } from './kept.ts';
import { Rows, readNumbersOf } from './rows.ts';
import { gather, SALT_BYTES, Slate } from './slate.ts';
import { checkColumns } from './wholeLine.ts';

/** Rows whose places in memory are looked for together. */
const BATCH = 64;

/**
 * The lines of a part, made of its columns: of the order that comes first each is kept behind its salt and committed
 * to, those of the other order are compared with them. The memory serves part after part.
 */
export class PartLines {
  /** The commitment to each record, from the first on. */
  commitments: string[] = [];
  /** The least and the greatest `ts`. */
  from = Number.POSITIVE_INFINITY;
  to = Number.NEGATIVE_INFINITY;
  /** Says nothing: see `Kept.touch`. */
  touched = 0;
  #first = 0;
  #count = 0;
  #salts: DataView = new DataView(new ArrayBuffer(0));
  /** The lines of the first order, one after another. */
  readonly #kept = new Kept();
  readonly #slate = new Slate();
  /** The pass in which each record was seen last. */
  #seen = new Uint8Array(0);
  #pass = 0;
  readonly #indices = new Int32Array(BATCH);
  readonly #gathered = new DataView(new ArrayBuffer(BATCH * SALT_BYTES));
  readonly #memory = new Map<string, Room>();

  /** A part begins: `count` records from `first` on, with the salts of all. */
  begin(first: number, count: number, salts: Buffer): void {
    this.#first = first;
    this.#count = count;
    this.#salts = new DataView(salts.buffer, salts.byteOffset, salts.length);
    this.#seen = new Uint8Array(count);
    this.#pass = 1;
    this.commitments = new Array<string>(count).fill('');
    this.from = Number.POSITIVE_INFINITY;
    this.to = Number.NEGATIVE_INFINITY;
    this.#kept.begin(count);
  }

  /** Reads in which order the lines will be compared. @throws BadRow; ParquetBroken */
  arrange(file: Buffer, groups: readonly Group[]): void {
    let rank = 0;
    for (const group of groups) {
      const n = readNumbersOf(file, group, 'n', this.#memory);
      for (let i = 0; i < group.rows; i++) this.#kept.rank(this.#take(n[i] as number), rank++);
    }
  }

  /** Commits to the lines of a row group. @throws BadRow; ParquetBroken */
  commit(file: Buffer, group: Group): void {
    const rows = Rows.read(file, group, this.#memory);
    const slate = this.#slate;
    slate.reserve(rows.most);
    const { ts } = rows.numbers;
    for (let from = 0; from < rows.count; from += BATCH) {
      const to = this.#next(rows, from);
      gather(this.#salts, this.#indices, to - from, this.#gathered);
      for (let i = from; i < to; i++) {
        const index = this.#indices[i - from] as number;
        slate.salt(this.#gathered, i - from);
        const end = rows.write(i, slate.view, SALT_BYTES);
        if (rows.isWhole(i)) checkColumns(rows, i, slate.line(end));
        this.commitments[index] = hash('sha256', slate.upTo(end), 'binary');
        this.#kept.keep(index, slate, end);
        const time = ts[i] as number;
        if (time < this.from) this.from = time;
        if (time > this.to) this.to = time;
      }
    }
  }

  /** Compares the lines of a row group with those that were committed to. @throws BadRow; ParquetBroken */
  compare(file: Buffer, group: Group): void {
    const rows = Rows.read(file, group, this.#memory);
    const slate = this.#slate;
    slate.reserve(rows.most);
    for (let from = 0; from < rows.count; from += BATCH) {
      const to = this.#next(rows, from);
      for (let i = 0; i < to - from; i++) this.touched += this.#kept.touch(this.#indices[i] as number) & 1;
      for (let i = from; i < to; i++) {
        const index = this.#indices[i - from] as number;
        const end = rows.write(i, slate.view, SALT_BYTES);
        if (!this.#kept.is(index, slate, end))
          throw new BadRow(this.#first + index, 'is another one than by room');
        if (rows.isWhole(i)) checkColumns(rows, i, slate.line(end));
      }
    }
  }

  /** Takes the rows from `from` on in, a batch at most: which of the part they are; gives where the batch ends. */
  #next({ numbers: { n }, count }: Rows, from: number): number {
    const to = Math.min(count, from + BATCH);
    for (let i = from; i < to; i++) this.#indices[i - from] = this.#take(n[i] as number);
    return to;
  }

  /** Ends a pass over one order. @throws BadRow where a record was not there */
  endPass(): void {
    const index = this.#seen.subarray(0, this.#count).findIndex((pass) => pass !== this.#pass);
    if (index >= 0) throw new BadRow(this.#first + index, 'is missing');
    this.#pass++;
  }

  /** Takes record n in; gives which one of the part it is. */
  #take(n: number): number {
    const index = n - this.#first;
    if (!(index >= 0 && index < this.#count) || this.#seen[index] === this.#pass)
      throw new BadRow(n, 'is not its own, or there twice');
    this.#seen[index] = this.#pass;
    return index;
  }
}
