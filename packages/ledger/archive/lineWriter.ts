import { ParquetBroken } from '../parquet/footer.ts';
import type { Kernel } from './kernel/kernel.ts';
import { SALT_BYTES } from './salts.ts';

/** Bytes of a plain line besides its texts at most: names, four numbers and a UUID; words end behind it. */
const FIXED_BYTES = 256;
/** Bytes that one line after another is written into: few, so that they stay in the processor's nearest memory. */
const SLATE_BYTES = 4_096;

/** Writes the lines of a group's rows without newline, one over another, each behind its salt. */
export class LineWriter {
  readonly #kernel: Kernel;
  readonly #slate: number;
  #at = 0;
  #buffer = new ArrayBuffer(0);
  /** What is handed out again for lines of the same length: a view costs more than what it shows. */
  #views: Buffer[] = [];

  constructor(kernel: Kernel) {
    this.#kernel = kernel;
    this.#slate = kernel.keep(new Uint8Array(SLATE_BYTES));
  }

  /** The kernel has another group, of whose rows each one's texts take `most` bytes at most. */
  begin(most: number): void {
    const need = SALT_BYTES + FIXED_BYTES + most;
    this.#at = need <= SLATE_BYTES ? this.#slate : this.#kernel.take(need);
    this.#hold();
  }

  /**
   * Writes row i's line behind its salt, which stands at `salt` in the kernel's memory; gives the line's length.
   * @throws ParquetBroken where the row has neither a line nor all that a plain one is made of
   */
  write(i: number, salt: number): number {
    const end = this.#kernel.run.line(i, salt, this.#at);
    if (end === 0) throw new ParquetBroken('a row is no record');
    return end - this.#at - SALT_BYTES;
  }

  /** Salt and line of such a length: good until the next one. */
  salted(length: number): Buffer {
    if (this.#kernel.buffer !== this.#buffer) this.#hold();
    const view = this.#views[length] ?? Buffer.from(this.#buffer, this.#at, SALT_BYTES + length);
    if (length < SLATE_BYTES) this.#views[length] = view;
    return view;
  }

  /** The line alone. */
  line(length: number): Buffer {
    return this.salted(length).subarray(SALT_BYTES);
  }

  /** Views of the kernel's memory, which is another one when it has grown. */
  #hold(): void {
    this.#buffer = this.#kernel.buffer;
    this.#views = [];
  }
}
