import { ParquetBroken } from './footer.ts';

/** Values are read up to where JSON knows whole numbers, differences between two of them up to half of that. */
const MAX_SAFE = Number.MAX_SAFE_INTEGER;

/** A place in bytes that packed values are read from. */
export type Cursor = { bytes: Uint8Array; at: number };

const ended = (): never => {
  throw new ParquetBroken('a page ends too early');
};

function unsigned(cursor: Cursor): number {
  let value = 0;
  for (let factor = 1, length = 0; length < 10; factor *= 128, length++) {
    const byte = cursor.bytes[cursor.at++] ?? ended();
    value += (byte & 127) * factor;
    if (byte < 128) return value;
  }
  throw new ParquetBroken('a number does not end');
}

function signed(cursor: Cursor): number {
  const value = unsigned(cursor);
  if (value > MAX_SAFE) throw new ParquetBroken('a difference lies beyond 2^52');
  return value % 2 === 0 ? value / 2 : -(value + 1) / 2;
}

/** The value that all of `count` values are, where one run says so; undefined where there may be others. */
export function readOneRun(cursor: Cursor, count: number): number | undefined {
  const own = { bytes: cursor.bytes, at: cursor.at };
  const head = unsigned(own);
  return head % 2 === 0 && head / 2 >= count ? own.bytes[own.at] : undefined;
}

/**
 * Reads values of `width` bits in Parquet's run-length and bit-packed hybrid into `out`, from `from` to before `to`.
 * @throws ParquetBroken
 */
export function readHybrid(cursor: Cursor, width: number, out: Int32Array, from: number, to: number): void {
  if (width > 24) throw new ParquetBroken(`indices of ${width} bits are not read`);
  const { bytes } = cursor;
  const count = to;
  for (let done = from; done < count; ) {
    const head = unsigned(cursor);
    if (head % 2 === 0) {
      let value = 0;
      for (let i = 0; i < width; i += 8) value |= (bytes[cursor.at++] ?? ended()) << i;
      const end = Math.min(count, done + head / 2);
      if (end === done) throw new ParquetBroken('a run is empty');
      out.fill(value, done, end);
      done = end;
      continue;
    }
    const many = ((head - 1) / 2) * 8;
    const end = Math.min(count, done + many);
    const start = cursor.at;
    if (many === 0 || start + (many * width) / 8 > bytes.length) ended();
    unpack(bytes, start, width, out, done, end);
    done = end;
    cursor.at = start + (many * width) / 8;
  }
}

/**
 * Reads whole numbers in DELTA_BINARY_PACKED into `out`, from `from` to before `to`.
 * @throws ParquetBroken also where one lies beyond 2^53, or where there are more or fewer
 */
export function readDeltas(cursor: Cursor, out: Float64Array, from: number, to: number): void {
  const blockSize = unsigned(cursor);
  const miniblocks = unsigned(cursor);
  const count = unsigned(cursor);
  const each = blockSize / miniblocks;
  if (!(miniblocks > 0 && Number.isInteger(each) && each % 8 === 0 && count === to - from))
    throw new ParquetBroken('a page of deltas is not in its form');
  let value = signed(cursor);
  if (to > from) out[from] = value;
  for (let done = from + 1; done < to; ) {
    const least = signed(cursor);
    const widths = cursor.bytes.subarray(cursor.at, cursor.at + miniblocks);
    if (widths.length < miniblocks) ended();
    cursor.at += miniblocks;
    for (let mini = 0; mini < miniblocks && done < to; mini++) {
      const width = widths[mini] as number;
      const end = Math.min(to, done + each);
      if (cursor.at + (each * width) / 8 > cursor.bytes.length) ended();
      if (width <= 24) unpack(cursor.bytes, cursor.at, width, out, done, end);
      else if (width <= 45) unpackMiddle(cursor.bytes, cursor.at, width, out, done, end);
      else unpackWide(cursor.bytes, cursor.at, width, out, done, end);
      cursor.at += (each * width) / 8;
      for (; done < end; done++) {
        value += least + (out[done] as number);
        if (!(value <= MAX_SAFE && value >= -MAX_SAFE)) throw new ParquetBroken('a number lies beyond 2^53');
        out[done] = value;
      }
    }
  }
}

/** Values of at most 24 bits: each lies within four bytes from its first on. */
function unpack(
  bytes: Uint8Array,
  start: number,
  width: number,
  out: Int32Array | Float64Array,
  from: number,
  to: number,
): void {
  const mask = 2 ** width - 1;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const last = bytes.length - 4;
  let i = from;
  let bit = 0;
  for (; i < to; i++, bit += width) {
    const at = start + (bit >> 3);
    if (at > last) break;
    out[i] = (view.getInt32(at, true) >>> (bit & 7)) & mask;
  }
  // What lies behind the end is masked away.
  for (; i < to; i++, bit += width) {
    let word = 0;
    for (let k = 3; k >= 0; k--) word = (word << 8) | (bytes[start + (bit >> 3) + k] ?? 0);
    out[i] = (word >>> (bit & 7)) & mask;
  }
}

/** Powers of two, by their exponents. */
const POWER = Float64Array.from({ length: 33 }, (_, exponent) => 2 ** exponent);

/** As far as a value and the bits before it in its byte fit a number. */
function unpackMiddle(
  bytes: Uint8Array,
  start: number,
  width: number,
  out: Float64Array,
  from: number,
  to: number,
): void {
  const modulus = 2 ** width;
  for (let i = from, bit = 0; i < to; i++, bit += width) {
    const at = start + (bit >> 3);
    const shift = bit & 7;
    const low =
      ((bytes[at] ?? 0) |
        ((bytes[at + 1] ?? 0) << 8) |
        ((bytes[at + 2] ?? 0) << 16) |
        ((bytes[at + 3] ?? 0) << 24)) >>>
      shift;
    const high = (bytes[at + 4] ?? 0) | ((bytes[at + 5] ?? 0) << 8) | ((bytes[at + 6] ?? 0) << 16);
    // `low` holds the first 32 - shift bits.
    const lowBits = 32 - shift;
    if (width <= lowBits) out[i] = low % modulus;
    else out[i] = low + (high & ((1 << (width - lowBits)) - 1)) * (POWER[lowBits] as number);
  }
}

function unpackWide(
  bytes: Uint8Array,
  start: number,
  width: number,
  out: Float64Array,
  from: number,
  to: number,
): void {
  for (let i = from, bit = 0; i < to; i++, bit += width) {
    let value = 0n;
    const first = bit >> 3;
    const last = (bit + width - 1) >> 3;
    for (let at = last; at >= first; at--) value = (value << 8n) | BigInt(bytes[start + at] ?? 0);
    const delta = BigInt.asUintN(width, value >> BigInt(bit & 7));
    if (delta > BigInt(MAX_SAFE)) throw new ParquetBroken('a number lies beyond 2^53');
    out[i] = Number(delta);
  }
}
