/** Where timestamps of encoders wrap: 24 bits without the extended field, signed and unsigned 32 bits. */
const WRAPS = [2 ** 24, 2 ** 31, 2 ** 32] as const;
/** How near to a whole wrap a leap must be to be one; tracks of a publication lie closer together than this. */
const TOLERANCE_MS = 5_000;

/**
 * Unwraps the 32-bit timestamps of one publication, audio and video together, into ms without end.
 * A leap by about 2^24, 2^31 or 2^32 back is a wrap, and the same leap forth is a straggler from before it;
 * any other leap is the encoder's own and passes.
 * @example const timeline = new Timeline(); timeline.at(0xfffffff0); timeline.at(4); // 4294967300
 */
export class Timeline {
  #last = Number.NaN;
  #base = 0;

  /** @param timestamp 0 to 2^32-1, ms */
  at(timestamp: number): number {
    let time = this.#base + timestamp;
    const leap = time - this.#last;
    if (leap < -TOLERANCE_MS || leap > TOLERANCE_MS) {
      for (const wrap of WRAPS) {
        if (Math.abs(leap + wrap) <= TOLERANCE_MS) {
          this.#base += wrap;
          time += wrap;
          break;
        }
        if (Math.abs(leap - wrap) <= TOLERANCE_MS && this.#base >= wrap) {
          // Late by one wrap: counted where it belongs, the base stays.
          return time - wrap;
        }
      }
    }
    this.#last = time;
    return time;
  }
}
