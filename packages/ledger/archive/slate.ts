export const SALT_BYTES = 32;
const WORD = 8;
/** Bytes of a slate at first. */
const SLATE_BYTES = 4_096;

/** Where one salt and line after another are put together: small, so that it stays in the processor's nearest memory. */
export class Slate {
  bytes = Buffer.allocUnsafeSlow(SLATE_BYTES);
  view = new DataView(this.bytes.buffer);
  /** What is handed out again for lines of the same length: a view costs more than what it shows. */
  #views: Buffer[] = [];

  /** Makes room for a line that needs so many bytes. */
  reserve(bytes: number): void {
    if (SALT_BYTES + bytes <= this.bytes.length) return;
    this.bytes = Buffer.allocUnsafeSlow(2 * (SALT_BYTES + bytes));
    this.view = new DataView(this.bytes.buffer);
    this.#views = [];
  }

  /** Writes salt `i` of those that were gathered in front of the line. */
  salt(salts: DataView, i: number): void {
    const from = i * SALT_BYTES;
    for (let k = 0; k < SALT_BYTES; k += WORD)
      this.view.setBigInt64(k, salts.getBigInt64(from + k, true), true);
  }

  /** Salt and line, which end at `end`: good until the next one. */
  upTo(end: number): Buffer {
    if (end >= SLATE_BYTES) return this.bytes.subarray(0, end);
    let view = this.#views[end];
    if (!view) {
      view = this.bytes.subarray(0, end);
      this.#views[end] = view;
    }
    return view;
  }

  /** The line alone. */
  line(end: number): Buffer {
    return this.bytes.subarray(SALT_BYTES, end);
  }
}

/** Puts salts of the records `indices` beside one another: fetched at once they do not wait for each other. */
export function gather(salts: DataView, indices: Int32Array, count: number, out: DataView): void {
  for (let i = 0; i < count; i++) {
    const from = (indices[i] as number) * SALT_BYTES;
    for (let k = 0; k < SALT_BYTES; k += WORD)
      out.setBigInt64(i * SALT_BYTES + k, salts.getBigInt64(from + k, true), true);
  }
}
