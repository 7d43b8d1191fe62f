import { hash } from 'node:crypto';
import type { Room } from '../parquet/column.ts';
import type { Group } from '../parquet/footer.ts';
import { HASH_BYTES } from '../tree/hash.ts';
import { BadRow } from './badRow.ts';
import { Fingerprints } from './fingerprints.ts';
import { FIXED_BYTES, LineWriter } from './lineWriter.ts';
import { Rows } from './rows.ts';
import { gather, SALT_BYTES, Slate } from './slate.ts';
import { checkColumns } from './wholeLine.ts';

/** Rows whose places in memory are looked for together. */
const BATCH = 64;

/**
 * The records of a part: of the order that comes first each line is made of its columns, put behind its salt and
 * committed to; rows of the other order must have the same in every column, told by their fingerprints. The memory
 * serves part after part.
 */
export class PartLines {
  /** The commitments to all records one after another, from the first on. */
  commitments = Buffer.alloc(0);
  /** The least and the greatest `ts`. */
  from = Number.POSITIVE_INFINITY;
  to = Number.NEGATIVE_INFINITY;
  #first = 0;
  #count = 0;
  #salts: DataView = new DataView(new ArrayBuffer(0));
  readonly #fingerprints: Fingerprints;
  /** Of each record the fingerprint in the first order, two numbers. */
  #prints = new Float64Array(0);
  readonly #slate = new Slate();
  /** The pass in which each record was seen last. */
  #seen = new Uint8Array(0);
  #pass = 0;
  readonly #indices = new Int32Array(BATCH);
  readonly #gathered = new DataView(new ArrayBuffer(BATCH * SALT_BYTES));
  readonly #memory = new Map<string, Room>();

  constructor(fingerprints = new Fingerprints()) {
    this.#fingerprints = fingerprints;
  }

  /** A part begins: `count` records from `first` on, with the salts of all. */
  begin(first: number, count: number, salts: Buffer): void {
    this.#first = first;
    this.#count = count;
    this.#salts = new DataView(salts.buffer, salts.byteOffset, salts.length);
    this.#seen = new Uint8Array(count);
    this.#pass = 1;
    this.commitments = Buffer.allocUnsafe(count * HASH_BYTES);
    this.from = Number.POSITIVE_INFINITY;
    this.to = Number.NEGATIVE_INFINITY;
    if (this.#prints.length < 2 * count) this.#prints = new Float64Array(2 * count);
  }

  /** Commits to the lines of a row group. @throws BadRow; ParquetBroken */
  commit(file: Buffer, group: Group): void {
    const rows = Rows.read(file, group, this.#memory);
    const slate = this.#slate;
    slate.reserve(FIXED_BYTES + rows.most);
    const writer = new LineWriter(rows, slate.view, SALT_BYTES);
    const { ts } = rows.numbers;
    const { a, b } = this.#fingerprints.of(rows);
    const prints = this.#prints;
    const { commitments } = this;
    for (let from = 0; from < rows.count; from += BATCH) {
      const to = this.#next(rows, from);
      gather(this.#salts, this.#indices, to - from, this.#gathered);
      for (let i = from; i < to; i++) {
        const index = this.#indices[i - from] as number;
        slate.salt(this.#gathered, i - from);
        const end = writer.write(i);
        if (rows.isWhole(i)) checkColumns(rows, i, slate.line(end));
        // A binary string costs a third of what a buffer does.
        commitments.write(
          hash('sha256', slate.upTo(end), 'binary'),
          index * HASH_BYTES,
          HASH_BYTES,
          'binary',
        );
        prints[2 * index] = a[i] as number;
        prints[2 * index + 1] = b[i] as number;
        const time = ts[i] as number;
        if (time < this.from) this.from = time;
        if (time > this.to) this.to = time;
      }
    }
  }

  /**
   * Compares the rows of a row group with those that were committed to: gives the first record that is another one,
   * none where all are the same.
   * @throws BadRow; ParquetBroken
   */
  compare(file: Buffer, group: Group): number | undefined {
    const rows = Rows.read(file, group, this.#memory);
    const { n } = rows.numbers;
    const { a, b } = this.#fingerprints.of(rows);
    const prints = this.#prints;
    let least = Number.POSITIVE_INFINITY;
    for (let i = 0; i < rows.count; i++) {
      const index = this.#take(n[i] as number);
      if (prints[2 * index] !== a[i] || prints[2 * index + 1] !== b[i]) least = Math.min(least, index);
    }
    return least < this.#count ? this.#first + least : undefined;
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
