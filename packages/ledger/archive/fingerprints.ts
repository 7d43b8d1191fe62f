import { hash, randomFillSync } from 'node:crypto';
import { type ColumnsAt, Kernel, type TextsAt } from './kernel/kernel.ts';
import { NUMBERS, type Rows, TEXTS } from './rows.ts';

/** Words of 32 bits of a text that have keys of their own; of a longer text its SHA-256 takes its place. */
const WORDS = 256;
const MOST_BYTES = 4 * WORDS;
/** Keys of a column: one for the length or for there being none, then one a word. */
const KEYS = 1 + WORDS;
/** Bytes of a pair of keys, or of sums. */
const PAIR = 16;
const DIGEST_BYTES = 32;

/** Of each row two numbers of 32 bits. */
type Pair = { a: Uint32Array; b: Uint32Array };

/**
 * Fingerprints of rows, to tell whether two orders hold the same records: sums of what stands in the columns, words of
 * 32 bits each times a random key of 64 bits of its own, modulo 2^64, of which the upper 32 bits count (multilinear
 * hashing: Dietzfelbinger 1996; Lemire and Kaser 2014, theorem 3.1). Two rows that differ anywhere have the same pair
 * with a probability of 2^-64, whoever chose them: the keys are drawn when somebody verifies, and nobody is shown what
 * comes of them.
 */
export class Fingerprints {
  readonly #kernel: Kernel;
  /** A pair for what each sum begins with, then those of the columns. */
  readonly #keys: number;

  constructor(kernel = new Kernel(), fill: (bytes: Uint8Array) => void = randomFillSync) {
    const random = new Uint8Array(PAIR * (1 + KEYS * (NUMBERS.length + TEXTS.length)));
    fill(random);
    this.#kernel = kernel;
    this.#keys = kernel.keep(random);
  }

  /** The fingerprints of a group's rows by everything but their numbers `n`; they hold until the next call. */
  of(rows: Pick<Rows, 'numbers' | 'texts' | 'count'>): Readonly<Pair> {
    return this.ofLoaded(this.#kernel.load(rows));
  }

  /** The same of columns that the kernel has. */
  ofLoaded({ numbers, texts, count }: ColumnsAt): Readonly<Pair> {
    const kernel = this.#kernel;
    const { run } = kernel;
    const sums = kernel.take(PAIR * count);
    run.begin(sums, count, this.#keys);
    let keys = this.#keys + PAIR;
    for (const [i, at] of numbers.entries()) {
      if (NUMBERS[i] !== 'n') run.addNumbers(at, count, keys, sums);
      keys += PAIR * KEYS;
    }
    for (const column of texts) {
      if (column?.picks) this.#addPicks(column.bytes, column.picks, count, keys, sums);
      else if (column) this.#addTexts(column, count, keys, sums);
      keys += PAIR * KEYS;
    }
    const [a, b] = [kernel.take(4 * count), kernel.take(4 * count)];
    run.ends(sums, count, a, b);
    return { a: new Uint32Array(kernel.buffer, a, count), b: new Uint32Array(kernel.buffer, b, count) };
  }

  /** Adds a column whose texts stand in a dictionary: each of these is worked out once. */
  #addPicks(bytes: number, picks: NonNullable<TextsAt['picks']>, count: number, keys: number, sums: number) {
    const { run } = this.#kernel;
    const picked = this.#kernel.take(PAIR * picks.many);
    run.zero(picked, picks.many);
    this.#addTexts({ ...picks, bytes }, picks.many, keys, picked);
    run.addPicks(picks.indices, picked, count, sums);
  }

  #addTexts({ bytes, from, to }: TextsAt, count: number, keys: number, sums: number): void {
    const { run } = this.#kernel;
    if (run.addTexts(bytes, from, to, count, keys, sums) === 0) return;
    const digestAt = this.#kernel.take(DIGEST_BYTES);
    const { buffer } = this.#kernel;
    const [begins, ends] = [new Int32Array(buffer, from, count), new Int32Array(buffer, to, count)];
    for (let i = 0; i < count; i++) {
      const start = begins[i] as number;
      const length = (ends[i] as number) - start;
      if (start < 0 || length <= MOST_BYTES) continue;
      const digest = hash('sha256', new Uint8Array(buffer, bytes + start, length), 'buffer');
      new Uint8Array(buffer, digestAt, DIGEST_BYTES).set(digest);
      run.addDigest(digestAt, DIGEST_BYTES, keys, sums + PAIR * i);
    }
  }
}
