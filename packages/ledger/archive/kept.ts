import { SALT_BYTES, type Slate } from './slate.ts';

const WORD = 4;
/** Numbers of a place, one of them to spare: none lies over the edge of what a processor fetches. */
const PLACE = 4;
/** Bytes that a processor fetches at once. */
const LINE_BYTES = 64;
/** Lines of one bucket, 2^11: what is read in one go then fits a core's second cache, which a part's 80 MB do not. */
const BUCKET_BITS = 11;
/** Bytes of a bucket at first. */
const BUCKET_BYTES = 512 * 1024;

type Bucket = { bytes: Buffer; view: DataView; used: number };

/**
 * The lines of one order, kept to be compared with those of another in that one's order: neighbours there lie in one
 * bucket. The memory serves part after part.
 */
export class Kept {
  readonly #buckets: Bucket[] = [];
  /** Of each record the bucket, and where in it its line begins and ends: beside one another, as they are asked for. */
  #places = new Uint32Array(0);

  /** Lets go of all, and makes room for `count` lines. */
  begin(count: number): void {
    for (const bucket of this.#buckets) bucket.used = 0;
    for (let have = this.#buckets.length; have << BUCKET_BITS < count; have++)
      this.#buckets.push({ ...memoryOf(BUCKET_BYTES), used: 0 });
    if (this.#places.length < PLACE * count) this.#places = new Uint32Array(PLACE * count);
  }

  /** Says that record `index` will be asked for as number `rank`. */
  rank(index: number, rank: number): void {
    this.#places[PLACE * index] = rank >> BUCKET_BITS;
  }

  /** Keeps the line on a slate. */
  keep(index: number, slate: Slate, end: number): void {
    const bucket = this.#buckets[this.#places[PLACE * index] as number] as Bucket;
    const start = bucket.used;
    bucket.used += end - SALT_BYTES;
    if (bucket.used > bucket.bytes.length) {
      const more = memoryOf(2 * bucket.used);
      bucket.bytes.copy(more.bytes, 0, 0, start);
      Object.assign(bucket, more);
    }
    slate.bytes.copy(bucket.bytes, start, SALT_BYTES, end);
    this.#places[PLACE * index + 1] = start;
    this.#places[PLACE * index + 2] = bucket.used;
  }

  /**
   * Brings a line near that is asked for soon: of many at once none waits for the other. Gives what it has read, which
   * somebody must keep, or nothing is read.
   */
  touch(index: number): number {
    const { view } = this.#buckets[this.#places[PLACE * index] as number] as Bucket;
    const end = this.#places[PLACE * index + 2] as number;
    let sum = 0;
    for (let at = this.#places[PLACE * index + 1] as number; at < end; at += LINE_BYTES)
      sum += view.getUint8(at);
    return sum;
  }

  /** True where the line on a slate is the one that was kept. */
  is(index: number, slate: Slate, end: number): boolean {
    const { view: kept } = this.#buckets[this.#places[PLACE * index] as number] as Bucket;
    const start = this.#places[PLACE * index + 1] as number;
    const length = end - SALT_BYTES;
    if ((this.#places[PLACE * index + 2] as number) - start !== length) return false;
    const { view } = slate;
    let k = 0;
    for (; k + WORD <= length; k += WORD)
      if (kept.getInt32(start + k) !== view.getInt32(SALT_BYTES + k)) return false;
    for (; k < length; k++) if (kept.getUint8(start + k) !== view.getUint8(SALT_BYTES + k)) return false;
    return true;
  }
}

function memoryOf(length: number): { bytes: Buffer; view: DataView } {
  const bytes = Buffer.allocUnsafeSlow(length);
  return { bytes, view: new DataView(bytes.buffer) };
}
