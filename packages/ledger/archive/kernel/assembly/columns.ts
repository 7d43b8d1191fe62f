/**
 * Where the columns of a row group stand in memory. Whoever sets them has checked that texts lie within their bytes;
 * 16 bytes at a time are read, so that many must follow what is last.
 */
const TEXTS: i32 = 9;
const NUMBERS: i32 = 4;

const bytesAt: usize = memory.data(TEXTS * 4, 16);
const fromAt: usize = memory.data(TEXTS * 4, 16);
const toAt: usize = memory.data(TEXTS * 4, 16);
const numbersAt: usize = memory.data(NUMBERS * 4, 16);

/** Texts of a column: `from` and `to` have 32 bits a row and count from `bytes` on, -1 where there is none. */
export function setTexts(column: i32, bytes: usize, from: usize, to: usize): void {
  store<u32>(bytesAt + 4 * column, bytes);
  store<u32>(fromAt + 4 * column, from);
  store<u32>(toAt + 4 * column, to);
}

/** Whole numbers of a column: a float of 64 bits a row, NaN where there is none. */
export function setNumbers(column: i32, at: usize): void {
  store<u32>(numbersAt + 4 * column, at);
}

/** Where a row's text begins in its column's bytes; -1 where there is none. */
export function fromOf(column: i32, row: i32): i32 {
  return load<i32>(load<u32>(fromAt + 4 * column) + 4 * row);
}

export function toOf(column: i32, row: i32): i32 {
  return load<i32>(load<u32>(toAt + 4 * column) + 4 * row);
}

export function bytesOf(column: i32): usize {
  return load<u32>(bytesAt + 4 * column);
}

export function numberOf(column: i32, row: i32): f64 {
  return load<f64>(load<u32>(numbersAt + 4 * column) + 8 * row);
}
