import { hash, randomFillSync } from 'node:crypto';
import type { Texts } from '../parquet/column.ts';
import { NUMBERS, type Rows, TEXTS } from './rows.ts';

/** A prime, 2^31 - 1: keys lie below it, fingerprints are sums modulo it. */
const PRIME = 2 ** 31 - 1;
/** Words of 16 bits that are added up before a sum is reduced: it stays below 2^53, where each number is exact. */
const SUMMED = 32;
/** Words of a text that have keys of their own; of a longer text its SHA-256 takes its place. */
const WORDS = 512;
/** What stands for the length of such a text. */
const LONG = 2 * WORDS + 2;
/** Keys of a column: one for the length or for there being none, then one a word. */
const KEYS = 1 + WORDS;
const WORD_BYTES = 2;

type Pair = { a: Float64Array; b: Float64Array };
const pairOf = (length: number): Pair => ({ a: new Float64Array(length), b: new Float64Array(length) });

/**
 * Fingerprints of rows, to tell whether two orders hold the same records: sums of what stands in the columns, each
 * word times a random key of its own, modulo a prime (multilinear hashing: Carter and Wegman 1979, Thorup 2015, section
 * 3.2). Two rows that differ anywhere have the same pair with a probability of at most 2^-62, whoever chose them: the
 * keys are drawn when somebody verifies, and nobody is shown what comes of them.
 */
export class Fingerprints {
  readonly #keys: Pair;
  #sums = pairOf(0);
  #picked = pairOf(0);

  constructor(fill: (bytes: Uint32Array) => void = randomFillSync) {
    const random = new Uint32Array(2 * KEYS * (NUMBERS.length + TEXTS.length));
    fill(random);
    // Of 2^31 values the greatest is the prime itself, and as good as 0.
    const keys = Float64Array.from(random, (value) => value >>> 1);
    this.#keys = { a: keys.subarray(0, keys.length / 2), b: keys.subarray(keys.length / 2) };
  }

  /** The fingerprints of a group's rows by everything but their numbers `n`; they hold until the next call. */
  of({ numbers, texts, count }: Pick<Rows, 'numbers' | 'texts' | 'count'>): Readonly<Pair> {
    if (this.#sums.a.length < count) this.#sums = pairOf(count);
    this.#sums.a.fill(0, 0, count);
    this.#sums.b.fill(0, 0, count);
    let first = 0;
    for (const name of NUMBERS) {
      if (name !== 'n') this.#addNumbers(numbers[name], count, first);
      first += KEYS;
    }
    for (const name of TEXTS) {
      const column = texts[name];
      if (column?.picks) this.#addPicks(column, count, first);
      else if (column) this.#addTexts(column, count, first, this.#sums);
      first += KEYS;
    }
    return this.#sums;
  }

  /** Adds a column of whole numbers, each as words of 16, 16 and 21 bits. */
  #addNumbers(values: Float64Array, count: number, first: number): void {
    const { a, b } = this.#sums;
    const { a: keysA, b: keysB } = this.#keys;
    const [noneA, lowA, midA, highA] = keysA.subarray(first, first + 4) as unknown as Four;
    const [noneB, lowB, midB, highB] = keysB.subarray(first, first + 4) as unknown as Four;
    for (let i = 0; i < count; i++) {
      const value = values[i] as number;
      if (Number.isNaN(value)) {
        a[i] = (a[i] as number) + noneA;
        b[i] = (b[i] as number) + noneB;
        continue;
      }
      const word = value | 0;
      const high = (value - (word >>> 0)) / 2 ** 32;
      const mid = word >>> 16;
      const low = word & 0xff_ff;
      a[i] = (a[i] as number) + reduced(low * lowA + mid * midA + high * highA);
      b[i] = (b[i] as number) + reduced(low * lowB + mid * midB + high * highB);
    }
  }

  /** Adds a column whose texts stand in a dictionary: each of these is worked out once. */
  #addPicks({ bytes, picks }: Texts, count: number, first: number): void {
    const { from, to, indices } = picks as NonNullable<Texts['picks']>;
    const many = from.length;
    if (this.#picked.a.length < many) this.#picked = pairOf(many);
    const { a: pickedA, b: pickedB } = this.#picked;
    pickedA.fill(0, 0, many);
    pickedB.fill(0, 0, many);
    this.#addTexts({ bytes, from, to }, many, first, this.#picked);
    const { a, b } = this.#sums;
    for (let i = 0; i < count; i++) {
      const index = indices[i] as number;
      if (index < 0) continue;
      a[i] = (a[i] as number) + (pickedA[index] as number);
      b[i] = (b[i] as number) + (pickedB[index] as number);
    }
  }

  /** Adds texts: one more than the length, so that an empty text is not none, and words filled up with zeros. */
  #addTexts({ bytes, from, to }: Texts, count: number, first: number, { a, b }: Pair): void {
    const { a: keysA, b: keysB } = this.#keys;
    const lengthA = keysA[first] as number;
    const lengthB = keysB[first] as number;
    for (let i = 0; i < count; i++) {
      let at = from[i] as number;
      if (at < 0) continue;
      let length = (to[i] as number) - at;
      let view = bytes;
      let said = length + 1;
      if (length > WORDS * WORD_BYTES) {
        view = digestOf(bytes, at, length);
        at = 0;
        length = view.byteLength;
        said = LONG;
      }
      let sumA = said * lengthA;
      let sumB = said * lengthB;
      let allA = a[i] as number;
      let allB = b[i] as number;
      let key = first + 1;
      const last = at + length;
      for (let stop = key + SUMMED; at + 4 <= last; at += 4, key += 2) {
        if (key >= stop) {
          allA += reduced(sumA);
          allB += reduced(sumB);
          sumA = 0;
          sumB = 0;
          stop += SUMMED;
        }
        const word = view.getInt32(at, true);
        const low = word & 0xff_ff;
        const high = word >>> 16;
        sumA += low * (keysA[key] as number) + high * (keysA[key + 1] as number);
        sumB += low * (keysB[key] as number) + high * (keysB[key + 1] as number);
      }
      for (; at < last; at += 2, key++) {
        const word = view.getUint8(at) | (at + 1 < last ? view.getUint8(at + 1) << 8 : 0);
        sumA += word * (keysA[key] as number);
        sumB += word * (keysB[key] as number);
      }
      a[i] = allA + reduced(sumA);
      b[i] = allB + reduced(sumB);
    }
  }
}

type Four = [number, number, number, number];

/** A number below 2^53 modulo the prime, or one more or less of it: always the same for the same number. */
const reduced = (sum: number): number => sum - Math.floor(sum * (1 / PRIME)) * PRIME;

function digestOf(bytes: DataView, at: number, length: number): DataView {
  const digest = hash('sha256', new Uint8Array(bytes.buffer, bytes.byteOffset + at, length), 'buffer');
  return new DataView(digest.buffer, digest.byteOffset, digest.length);
}
