import { bytesOf, fromOf, numberOf, toOf } from './columns';

/** Columns, numbered as `../rows.ts` names them. */
const KIND: i32 = 0;
const ROOM: i32 = 1;
const BROADCAST: i32 = 2;
const USER: i32 = 3;
const NICKNAME: i32 = 4;
const ID: i32 = 5;
const TEXT: i32 = 7;
const LINE: i32 = 8;
const N: i32 = 0;
const TS: i32 = 1;
const OFFSET: i32 = 2;
const LAG: i32 = 3;

const MOST: f64 = 9007199254740991;
/** Eight times the digit 0. */
const ZEROS: u64 = 0x1_0000_0001 * 0x3030_3030;
const EIGHT_DIGITS: u64 = 100_000_000;
const HYPHEN: u8 = 45;
const MINUS: u8 = 45;

/** A text of ASCII of at most 16 characters. */
function ascii(text: string): v128 {
  const at: usize = memory.data(16, 16);
  v128.store(at, i64x2.splat(0));
  for (let i = 0; i < text.length; i++) store<u8>(at + i, <u8>text.charCodeAt(i));
  return v128.load(at);
}

const START = ascii('{"v":1,"n":');
const AND_BROADCAST = ascii(',"broadcast":"');
const AND_ID = ascii('","id":"');
const AND_KIND = ascii('","kind":"');
const AND_NICKNAME = ascii('","nickname":"');
const AND_OFFSET = ascii('","offset":');
const AND_PTS = ascii(',"pts":');
const AND_ROOM = ascii(',"room":"');
const AND_TEXT = ascii('","text":"');
const AND_TS = ascii('","ts":');
const AND_USER = ascii(',"user":"');
const END = ascii('"}');
const HEX = ascii('0123456789abcdef');

/**
 * Writes a salt of 32 bytes and behind it the line of a row without newline from `slate` on; gives where it ends, 0
 * where the row has neither a line nor all that one of the plain form is made of (README, Sealed days). 16 bytes at a
 * time are written.
 */
export function line(row: i32, salt: usize, slate: usize): usize {
  v128.store(slate, v128.load(salt));
  v128.store(slate, v128.load(salt, 16), 16);
  const at = slate + 32;
  if (fromOf(LINE, row) >= 0) return field(LINE, row, at);
  const offset = numberOf(OFFSET, row);
  const ts = numberOf(TS, row);
  const pts = ts - numberOf(LAG, row);
  const n = numberOf(N, row);
  const isShort =
    (fromOf(BROADCAST, row) |
      fromOf(ID, row) |
      fromOf(KIND, row) |
      fromOf(NICKNAME, row) |
      fromOf(ROOM, row) |
      fromOf(TEXT, row) |
      fromOf(USER, row)) <
    0;
  if (isShort || !(isWhole(n) && isWhole(offset) && isWhole(ts) && isWhole(pts))) return 0;
  let end = constant(START, 11, at);
  end = whole(n, end);
  end = constant(AND_BROADCAST, 14, end);
  end = field(BROADCAST, row, end);
  end = constant(AND_ID, 8, end);
  end = uuid(bytesOf(ID) + fromOf(ID, row), end);
  end = constant(AND_KIND, 10, end);
  end = field(KIND, row, end);
  end = constant(AND_NICKNAME, 14, end);
  end = field(NICKNAME, row, end);
  end = constant(AND_OFFSET, 11, end);
  end = whole(offset, end);
  end = constant(AND_PTS, 7, end);
  end = whole(pts, end);
  end = constant(AND_ROOM, 9, end);
  end = field(ROOM, row, end);
  end = constant(AND_TEXT, 10, end);
  end = field(TEXT, row, end);
  end = constant(AND_TS, 7, end);
  end = whole(ts, end);
  end = constant(AND_USER, 9, end);
  end = field(USER, row, end);
  return constant(END, 2, end);
}

/** False of none (NaN), too. */
export function isWhole(value: f64): bool {
  return abs(value) <= MOST;
}

function constant(text: v128, length: i32, at: usize): usize {
  v128.store(at, text);
  return at + length;
}

function field(column: i32, row: i32, at: usize): usize {
  const from = fromOf(column, row);
  const length = toOf(column, row) - from;
  const bytes = bytesOf(column) + from;
  for (let k = 0; k < length; k += 16) v128.store(at + k, v128.load(bytes + k));
  return at + length;
}

/** Sixteen bytes as 8-4-4-4-12 hexadecimal digits (RFC 9562, section 4). */
function uuid(from: usize, at: usize): usize {
  const bytes = v128.load(from);
  const high = v128.swizzle(HEX, i8x16.shr_u(bytes, 4));
  const low = v128.swizzle(HEX, v128.and(bytes, i8x16.splat(15)));
  const left = v128.shuffle<u8>(high, low, 0, 16, 1, 17, 2, 18, 3, 19, 4, 20, 5, 21, 6, 22, 7, 23);
  const right = v128.shuffle<u8>(high, low, 8, 24, 9, 25, 10, 26, 11, 27, 12, 28, 13, 29, 14, 30, 15, 31);
  store<u64>(at, v128.extract_lane<u64>(left, 0));
  store<u8>(at + 8, HYPHEN);
  store<u32>(at + 9, v128.extract_lane<u32>(left, 2));
  store<u8>(at + 13, HYPHEN);
  store<u32>(at + 14, v128.extract_lane<u32>(left, 3));
  store<u8>(at + 18, HYPHEN);
  store<u32>(at + 19, v128.extract_lane<u32>(right, 0));
  store<u8>(at + 23, HYPHEN);
  store<u32>(at + 24, v128.extract_lane<u32>(right, 1));
  store<u64>(at + 28, v128.extract_lane<u64>(right, 1));
  return at + 36;
}

/** A whole number below 2^53 in decimal. */
function whole(signed: f64, start: usize): usize {
  let at = start;
  if (signed < 0) store<u8>(at++, MINUS);
  const value = <u64>abs(signed);
  if (value < EIGHT_DIGITS) return leading(<u32>value, at);
  const high = value / EIGHT_DIGITS;
  at = leading(<u32>high, at);
  store<u64>(at, eight(<u32>(value - high * EIGHT_DIGITS)) | ZEROS);
  return at + 8;
}

/** A number below 10^8 without zeros before it. */
function leading(value: u32, at: usize): usize {
  const digits = eight(value);
  const zeros = value === 0 ? 7 : <i32>(ctz(digits) >> 3);
  store<u64>(at, (digits | ZEROS) >> (zeros << 3));
  return at + 8 - zeros;
}

/** The eight digits of a number below 10^8, a byte each, the first one lowest: halves, then pairs, then digits. */
function eight(value: u32): u64 {
  const high: u64 = value / 10_000;
  const halves = high | ((<u64>value - high * 10_000) << 32);
  const hundreds = ((halves * 10_486) >> 20) & 0x0000007f0000007f;
  const pairs = hundreds | ((halves - hundreds * 100) << 16);
  const tens = ((pairs * 103) >> 10) & 0x000f000f000f000f;
  return tens | ((pairs - tens * 10) << 8);
}
