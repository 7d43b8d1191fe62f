import type { Texts } from '../parquet/column.ts';
import { ParquetBroken } from '../parquet/footer.ts';
import { type Rows, UUID_BYTES } from './rows.ts';

/** Bytes that are moved at once. */
const WORD = 8;

/** A text of ASCII as words, the last one filled up with zeros. */
type Constant = { words: BigInt64Array; length: number };
function constantOf(text: string): Constant {
  const bytes = new DataView(new ArrayBuffer(Math.ceil(text.length / WORD) * WORD));
  for (let i = 0; i < text.length; i++) bytes.setUint8(i, text.charCodeAt(i));
  const count = bytes.byteLength / WORD;
  return {
    words: BigInt64Array.from({ length: count }, (_, i) => bytes.getBigInt64(WORD * i, true)),
    length: text.length,
  };
}

/** What stands in a line of the plain form between its columns. */
const START = constantOf('{"v":1,"n":');
const BROADCAST = constantOf(',"broadcast":"');
const ID = constantOf('","id":"');
const KIND = constantOf('","kind":"');
const NICKNAME = constantOf('","nickname":"');
const OFFSET = constantOf('","offset":');
const PTS = constantOf(',"pts":');
const ROOM = constantOf(',"room":"');
const TEXT = constantOf('","text":"');
const TS = constantOf('","ts":');
const USER = constantOf(',"user":"');
const END = constantOf('"}');
/** Bytes of a plain line besides its texts at most: what is above, four numbers and a UUID; words end behind it. */
export const FIXED_BYTES = 256;
/** Characters of a UUID. */
const UUID_LENGTH = 36;
/** No place, nor what stands for none (-1). */
const UNKNOWN = -2;
/** Numbers from here on end with four digits that are written as one word. */
const SPILLS = 10_000;
const HYPHEN = 45;
const MINUS = 45;
/** Two hexadecimal digits a byte, and four decimal ones a number below 10,000, as words: the first digit lowest. */
const HEX = Uint16Array.from({ length: 256 }, (_, i) => hexDigit(i >> 4) | (hexDigit(i & 15) << 8));
const DECIMAL = new Int32Array(10_000);
for (let i = 0; i < DECIMAL.length; i++)
  DECIMAL[i] = digit(i / 1_000) | (digit(i / 100) << 8) | (digit(i / 10) << 16) | (digit(i) << 24);

function digit(value: number): number {
  return 48 + (Math.floor(value) % 10);
}

function hexDigit(value: number): number {
  return '0123456789abcdef'.charCodeAt(value);
}

/**
 * Writes the lines of a group's rows without newline, one over another, from `at` of `out` on. What a line begins with
 * up to its nickname, besides number and id, is mostly what the one before it began with, and is left standing.
 */
export class LineWriter {
  readonly #rows: Pick<Rows, 'numbers' | 'texts'>;
  readonly #out: DataView;
  readonly #at: number;
  /** Where the number of what stands there ends; -1 where that is no line of the plain form. */
  #numbered = -1;
  /** Where its broadcast and its kind begin and end in their columns. */
  #broadcast = UNKNOWN;
  #broadcastTo = UNKNOWN;
  #kind = UNKNOWN;
  #kindTo = UNKNOWN;
  /** Where its id begins, and its nickname. */
  #idAt = -1;
  #nicknameAt = -1;

  constructor(rows: Pick<Rows, 'numbers' | 'texts'>, out: DataView, at: number) {
    this.#rows = rows;
    this.#out = out;
    this.#at = at;
  }

  /**
   * Writes row i's line; gives where it ends.
   * @throws ParquetBroken where the row has neither a line nor all that a plain one is made of
   */
  write(i: number): number {
    const { texts, numbers } = this.#rows;
    const { line, broadcast, id, kind, nickname, room, text, user } = texts;
    const out = this.#out;
    if (line && (line.from[i] as number) >= 0) {
      this.#numbered = -1;
      return field(line, i, out, this.#at);
    }
    if (!(broadcast && id && kind && nickname && room && text && user)) return none();
    const { n, offset, ts, lag } = numbers;
    let end = this.#begin(n[i] as number, broadcast, i);
    end = uuid(id, i, out, end);
    end = this.#nameKind(kind, i, end);
    end = field(nickname, i, out, end);
    end = constant(OFFSET, out, end);
    end = whole(offset[i] as number, out, end);
    end = constant(PTS, out, end);
    end = whole((ts[i] as number) - (lag[i] as number), out, end);
    end = constant(ROOM, out, end);
    end = field(room, i, out, end);
    end = constant(TEXT, out, end);
    end = field(text, i, out, end);
    end = constant(TS, out, end);
    end = whole(ts[i] as number, out, end);
    end = constant(USER, out, end);
    end = field(user, i, out, end);
    return constant(END, out, end);
  }

  /** Number and broadcast, to where the id begins. */
  #begin(n: number, broadcast: Texts, i: number): number {
    const out = this.#out;
    const from = broadcast.from[i] as number;
    const to = broadcast.to[i] as number;
    const isPlain = this.#numbered >= 0;
    let end = isPlain ? this.#at + START.length : constant(START, out, this.#at);
    end = whole(n, out, end);
    // A number of few digits is written with more bytes than it has.
    const isSame = from === this.#broadcast && to === this.#broadcastTo && end === this.#numbered;
    if (isPlain && n >= SPILLS && isSame) return this.#idAt;
    this.#numbered = end;
    this.#broadcast = from;
    this.#broadcastTo = to;
    this.#kind = UNKNOWN;
    end = constant(BROADCAST, out, end);
    end = field(broadcast, i, out, end);
    this.#idAt = constant(ID, out, end);
    return this.#idAt;
  }

  /** Kind, to where the nickname begins. */
  #nameKind(kind: Texts, i: number, at: number): number {
    const from = kind.from[i] as number;
    const to = kind.to[i] as number;
    if (from === this.#kind && to === this.#kindTo) return this.#nicknameAt;
    const out = this.#out;
    this.#kind = from;
    this.#kindTo = to;
    this.#nicknameAt = constant(NICKNAME, out, field(kind, i, out, constant(KIND, out, at)));
    return this.#nicknameAt;
  }
}

const none = (): never => {
  throw new ParquetBroken('a row is no record');
};

function constant({ words, length }: Constant, out: DataView, at: number): number {
  for (let i = 0; i < words.length; i++) out.setBigInt64(at + WORD * i, words[i] as bigint, true);
  return at + length;
}

/** A value by words: the bytes that the last one has too many are written over by what follows. */
function field({ bytes, from, to }: Texts, i: number, out: DataView, at: number): number {
  const start = from[i] as number;
  if (start < 0) none();
  const length = (to[i] as number) - start;
  if (start + length + WORD <= bytes.byteLength)
    for (let k = 0; k < length; k += WORD) out.setBigInt64(at + k, bytes.getBigInt64(start + k, true), true);
  else for (let k = 0; k < length; k++) out.setUint8(at + k, bytes.getUint8(start + k));
  return at + length;
}

/** Sixteen bytes as 8-4-4-4-12 hexadecimal digits (RFC 9562, section 4). */
function uuid({ bytes, from }: Texts, i: number, out: DataView, at: number): number {
  const own = from[i] as number;
  if (own < 0) none();
  for (let k = 0; k < 4; k++) hex(bytes, own + k, out, at + 2 * k);
  out.setUint8(at + 8, HYPHEN);
  hex(bytes, own + 4, out, at + 9);
  hex(bytes, own + 5, out, at + 11);
  out.setUint8(at + 13, HYPHEN);
  hex(bytes, own + 6, out, at + 14);
  hex(bytes, own + 7, out, at + 16);
  out.setUint8(at + 18, HYPHEN);
  hex(bytes, own + 8, out, at + 19);
  hex(bytes, own + 9, out, at + 21);
  out.setUint8(at + 23, HYPHEN);
  for (let k = 10; k < UUID_BYTES; k++) hex(bytes, own + k, out, at + 4 + 2 * k);
  return at + UUID_LENGTH;
}

function hex(bytes: DataView, from: number, out: DataView, at: number): void {
  out.setUint16(at, HEX[bytes.getUint8(from)] as number, true);
}

/** A whole number in decimal. */
function whole(value: number, out: DataView, start: number): number {
  if (value < 0) {
    out.setUint8(start, MINUS);
    return whole(-value, out, start + 1);
  }
  if (!(value <= Number.MAX_SAFE_INTEGER)) none();
  if (value < 10_000) return leading(value | 0, out, start);
  if (value < 100_000_000) {
    const high = (value / 10_000) | 0;
    return four((value | 0) - high * 10_000, out, leading(high, out, start));
  }
  const high = Math.floor(value / 100_000_000);
  const low = (value - high * 100_000_000) | 0;
  const middle = (low / 10_000) | 0;
  return four(low - middle * 10_000, out, four(middle, out, whole(high, out, start)));
}

function four(value: number, out: DataView, at: number): number {
  out.setInt32(at, DECIMAL[value] as number, true);
  return at + 4;
}

/** A number below 10,000 without zeros before it. */
function leading(value: number, out: DataView, at: number): number {
  const length = value < 10 ? 1 : value < 100 ? 2 : value < 1_000 ? 3 : 4;
  out.setInt32(at, (DECIMAL[value] as number) >>> (8 * (4 - length)), true);
  return at + length;
}
