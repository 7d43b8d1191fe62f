import { hash } from 'node:crypto';
import type { Room } from '../parquet/column.ts';
import type { Group } from '../parquet/footer.ts';
import { HASH_BYTES } from '../tree/hash.ts';
import { BadRow } from './badRow.ts';
import { Fingerprints } from './fingerprints.ts';
import { Kernel } from './kernel/kernel.ts';
import { LineWriter } from './lineWriter.ts';
import { Rows } from './rows.ts';
import { gather, SALT_BYTES } from './salts.ts';
import { checkColumns } from './wholeLine.ts';

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
  readonly #kernel = new Kernel();
  readonly #fingerprints = new Fingerprints(this.#kernel);
  readonly #writer = new LineWriter(this.#kernel);
  /** Of each record the fingerprint in the first order, two numbers. */
  #prints = new Uint32Array(0);
  /** The pass in which each record was seen last. */
  #seen = new Uint8Array(0);
  #pass = 0;
  /** Records that were seen in this pass. */
  #taken = 0;
  #indices = new Int32Array(0);
  readonly #memory = new Map<string, Room>();

  /** A part begins: `count` records from `first` on, with the salts of all. */
  begin(first: number, count: number, salts: Buffer): void {
    this.#first = first;
    this.#count = count;
    this.#salts = new DataView(salts.buffer, salts.byteOffset, salts.length);
    this.#seen = new Uint8Array(count);
    this.#pass = 1;
    this.#taken = 0;
    this.commitments = Buffer.allocUnsafe(count * HASH_BYTES);
    this.from = Number.POSITIVE_INFINITY;
    this.to = Number.NEGATIVE_INFINITY;
    if (this.#prints.length < 2 * count) this.#prints = new Uint32Array(2 * count);
  }

  /** Commits to the lines of a row group. @throws BadRow; ParquetBroken */
  commit(file: Buffer, group: Group): void {
    const rows = Rows.read(file, group, this.#memory);
    const { count } = rows;
    const kernel = this.#kernel;
    const columns = kernel.load(rows);
    const salts = kernel.take(SALT_BYTES * count);
    const writer = this.#writer;
    writer.begin(rows.most);
    const { a, b } = this.#fingerprints.ofLoaded(columns);
    const indices = this.#takeAll(rows);
    gather(this.#salts, indices, count, new DataView(kernel.buffer, salts));
    const prints = this.#prints;
    const { commitments } = this;
    for (let i = 0; i < count; i++) {
      const index = indices[i] as number;
      const length = writer.write(i, salts + SALT_BYTES * i);
      if (rows.isWhole(i)) checkColumns(rows, i, writer.line(length));
      // A binary string costs a third of what a buffer does.
      commitments.write(
        hash('sha256', writer.salted(length), 'binary'),
        index * HASH_BYTES,
        HASH_BYTES,
        'binary',
      );
      prints[2 * index] = a[i] as number;
      prints[2 * index + 1] = b[i] as number;
    }
  }

  /**
   * Compares the rows of a row group with those that were committed to: gives the first record that is another one,
   * none where all are the same.
   * @throws BadRow; ParquetBroken
   */
  compare(file: Buffer, group: Group): number | undefined {
    const rows = Rows.read(file, group, this.#memory, false);
    const { n } = rows.numbers;
    const { a, b } = this.#fingerprints.ofLoaded(this.#kernel.load(rows, false));
    const prints = this.#prints;
    let least = Number.POSITIVE_INFINITY;
    for (let i = 0; i < rows.count; i++) {
      const index = this.#take(n[i] as number);
      if (prints[2 * index] !== a[i] || prints[2 * index + 1] !== b[i]) least = Math.min(least, index);
    }
    return least < this.#count ? this.#first + least : undefined;
  }

  /** Takes the rows of a group in: which of the part they are. */
  #takeAll({ numbers: { n, ts }, count }: Rows): Int32Array {
    if (this.#indices.length < count) this.#indices = new Int32Array(count);
    const indices = this.#indices;
    for (let i = 0; i < count; i++) {
      indices[i] = this.#take(n[i] as number);
      const time = ts[i] as number;
      if (time < this.from) this.from = time;
      if (time > this.to) this.to = time;
    }
    return indices;
  }

  /** Ends a pass over one order. @throws BadRow where a record was not there */
  endPass(): void {
    // None was taken twice.
    if (this.#taken < this.#count) {
      const index = this.#seen.subarray(0, this.#count).findIndex((pass) => pass !== this.#pass);
      throw new BadRow(this.#first + index, 'is missing');
    }
    this.#taken = 0;
    this.#pass++;
  }

  /** Takes record n in; gives which one of the part it is. */
  #take(n: number): number {
    const index = n - this.#first;
    if (!(index >= 0 && index < this.#count) || this.#seen[index] === this.#pass)
      throw new BadRow(n, 'is not its own, or there twice');
    this.#seen[index] = this.#pass;
    this.#taken++;
    return index;
  }
}
