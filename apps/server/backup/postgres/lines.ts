import { BackupFault } from '../fault.ts';

const NEWLINE = 10;
/** The line that ends the rows of a table; no row begins so, COPY writes a backslash as two. */
const END = Buffer.from('\\.\n');
const MAX_LINE_BYTES = 1024 * 1024;

/** A dump read in order: single lines, and rows in pieces of whole lines until their end. */
export class DumpLines {
  readonly #source: AsyncIterator<Uint8Array>;
  #rest: Buffer = Buffer.alloc(0);

  constructor(source: AsyncIterable<Uint8Array>) {
    this.#source = source[Symbol.asyncIterator]();
  }

  /** The next line without its end; undefined at the end. @throws BackupFault damaged on a line over 1 MiB */
  async next(): Promise<string | undefined> {
    for (;;) {
      const end = this.#rest.indexOf(NEWLINE);
      if (end >= 0) {
        const line = this.#rest.toString('utf8', 0, end);
        this.#rest = this.#rest.subarray(end + 1);
        return line;
      }
      if (this.#rest.length > MAX_LINE_BYTES || !(await this.#more())) return this.#atEnd();
    }
  }

  /** Rows up to the line that ends them, which is taken too. @throws BackupFault damaged where the dump ends before */
  async *rows(): AsyncGenerator<Buffer> {
    for (;;) {
      // The rest always begins with a line.
      const end = this.#rest.subarray(0, END.length).equals(END) ? 0 : this.#rest.indexOf('\n\\.\n') + 1;
      if (end > 0 || this.#rest.subarray(0, END.length).equals(END)) {
        const rows = this.#rest.subarray(0, end);
        this.#rest = this.#rest.subarray(end + END.length);
        if (rows.length > 0) yield rows;
        return;
      }
      const whole = this.#rest.lastIndexOf(NEWLINE) + 1;
      if (whole > 0) {
        const rows = this.#rest.subarray(0, whole);
        this.#rest = this.#rest.subarray(whole);
        yield rows;
        continue;
      }
      if (!(await this.#more())) throw new BackupFault('damaged', 'The dump of PostgreSQL: it is cut short');
    }
  }

  #atEnd(): undefined {
    if (this.#rest.length > 0)
      throw new BackupFault('damaged', 'The dump of PostgreSQL: it has a line without an end');
  }

  async #more(): Promise<boolean> {
    const { done, value } = await this.#source.next();
    if (done) return false;
    this.#rest = this.#rest.length > 0 ? Buffer.concat([this.#rest, value]) : Buffer.from(value);
    return true;
  }
}
