import { isWhole } from './line';

/** Words of 32 bits that have keys of their own; whoever calls has a digest in the place of a longer text. */
const WORDS: i32 = 256;
/** What stands for the length of such a text. */
const LONG: u64 = 4 * WORDS + 2;

/** Keys stand in pairs, one for each of two sums, 64 bits each; so do the sums of the rows. */
const PAIR: i32 = 16;

/** Begins the sums of `count` rows with a pair of keys. */
export function begin(sums: usize, count: i32, key: usize): void {
  const first = v128.load(key);
  for (let row = 0; row < count; row++) v128.store(sums + PAIR * row, first);
}

/** Begins sums of `count` texts in a dictionary, which are added to others. */
export function zero(sums: usize, count: i32): void {
  memory.fill(sums, 0, PAIR * count);
}

/**
 * Adds texts to the sums of `count` rows: one more than the length, so that an empty text is not none, and words
 * filled up with zeros, each times a key of its own. Gives how many are too long; they are left out.
 */
export function addTexts(bytes: usize, from: usize, to: usize, count: i32, keys: usize, sums: usize): i32 {
  let left = 0;
  for (let row = 0; row < count; row++) {
    const start = load<i32>(from + 4 * row);
    if (start < 0) continue;
    const length = load<i32>(to + 4 * row) - start;
    if (length > 4 * WORDS) left++;
    else addText(bytes + start, length, <u64>length + 1, keys, sums + PAIR * row);
  }
  return left;
}

/** Adds the digest of a text that is too long. */
export function addDigest(bytes: usize, length: i32, keys: usize, sum: usize): void {
  addText(bytes, length, LONG, keys, sum);
}

function addText(from: usize, length: i32, said: u64, keys: usize, sum: usize): void {
  let a = load<u64>(sum) + said * load<u64>(keys);
  let b = load<u64>(sum, 8) + said * load<u64>(keys, 8);
  let key = keys + PAIR;
  let k = 0;
  for (; k + 4 <= length; k += 4, key += PAIR) {
    const word: u64 = load<u32>(from + k);
    a += word * load<u64>(key);
    b += word * load<u64>(key, 8);
  }
  if (k < length) {
    const word: u64 = load<u32>(from + k) & ((1 << (8 * (length - k))) - 1);
    a += word * load<u64>(key);
    b += word * load<u64>(key, 8);
  }
  store<u64>(sum, a);
  store<u64>(sum, b, 8);
}

/** Adds to each row the sum of its text in a dictionary; -1 is none. */
export function addPicks(indices: usize, picked: usize, count: i32, sums: usize): void {
  for (let row = 0; row < count; row++) {
    const index = load<i32>(indices + 4 * row);
    if (index < 0) continue;
    const at = sums + PAIR * row;
    v128.store(at, i64x2.add(v128.load(at), v128.load(picked + PAIR * index)));
  }
}

/** Adds whole numbers, each as two words; none (NaN) has a key of its own. */
export function addNumbers(values: usize, count: i32, keys: usize, sums: usize): void {
  for (let row = 0; row < count; row++) {
    const value = load<f64>(values + 8 * row);
    const at = sums + PAIR * row;
    if (!isWhole(value)) {
      v128.store(at, i64x2.add(v128.load(at), v128.load(keys)));
      continue;
    }
    const bits = <u64>(<i64>value);
    const low = bits & 0xffffffff;
    const high = bits >> 32;
    store<u64>(at, load<u64>(at) + low * load<u64>(keys, 16) + high * load<u64>(keys, 32));
    store<u64>(at, load<u64>(at, 8) + low * load<u64>(keys, 24) + high * load<u64>(keys, 40), 8);
  }
}

/** The upper half of each sum, which is what has the same chance for each value. */
export function ends(sums: usize, count: i32, a: usize, b: usize): void {
  for (let row = 0; row < count; row++) {
    store<u32>(a + 4 * row, load<u32>(sums + PAIR * row, 4));
    store<u32>(b + 4 * row, load<u32>(sums + PAIR * row, 12));
  }
}
