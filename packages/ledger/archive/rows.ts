import { Room, readNumbers, readTexts, type Texts } from '../parquet/column.ts';
import { type Chunk, type Group, ParquetBroken } from '../parquet/footer.ts';

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
const FIXED_BYTES = 256;
/** Bytes of a UUID. */
const UUID_BYTES = 16;
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

export const NUMBERS = ['n', 'ts', 'offset', 'lag'] as const;
export const TEXTS = [
  'kind',
  'room',
  'broadcast',
  'user',
  'nickname',
  'id',
  'other_id',
  'text',
  'line',
] as const;
type NumberColumn = (typeof NUMBERS)[number];
type TextColumn = (typeof TEXTS)[number];

/** Rows of one row group of a sealed object, and their lines (README, Sealed days). */
export class Rows {
  readonly numbers: Readonly<Record<NumberColumn, Float64Array>>;
  readonly texts: Readonly<Record<TextColumn, Texts | undefined>>;
  readonly count: number;
  /** Bytes that a line of the group takes at most while it is written. */
  readonly most: number;

  private constructor(
    numbers: Record<NumberColumn, Float64Array>,
    texts: Record<TextColumn, Texts | undefined>,
    count: number,
  ) {
    this.numbers = numbers;
    this.texts = texts;
    this.count = count;
    this.most = Object.values(texts).reduce((sum, column) => sum + longest(column, count), FIXED_BYTES);
  }

  /** Reads a group; its rows hold until the same memory is read into again. @throws ParquetBroken */
  static read(file: Buffer, { rows, columns }: Group, memory: Memory): Rows {
    if (columns.size !== NUMBERS.length + TEXTS.length) throw new ParquetBroken('it has other columns');
    const group = { rows, columns };
    const numbers = NUMBERS.map((name) => [name, readNumbersOf(file, group, name, memory)]);
    const texts = TEXTS.map((name) => [name, readTexts(...own(file, group, name, memory))]);
    if (columns.get('id')?.length !== UUID_BYTES) throw new ParquetBroken('its ids are no UUIDs');
    return new Rows(Object.fromEntries(numbers), Object.fromEntries(texts), rows);
  }

  /** True where row i keeps its line whole. */
  isWhole(i: number): boolean {
    const { line } = this.texts;
    return line !== undefined && (line.from[i] as number) >= 0;
  }

  /**
   * Writes row i's line without newline into `out` at `at`, where there is room for it; gives where it ends.
   * @throws ParquetBroken where the row has neither a line nor all that a plain one is made of
   */
  write(i: number, out: DataView, at: number): number {
    const { line, broadcast, id, kind, nickname, room, text, user } = this.texts;
    if (line && (line.from[i] as number) >= 0) return field(line, i, out, at);
    if (!(broadcast && id && kind && nickname && room && text && user)) return none();
    const { n, offset, ts, lag } = this.numbers;
    let end = constant(START, out, at);
    end = whole(n[i] as number, out, end);
    end = constant(BROADCAST, out, end);
    end = field(broadcast, i, out, end);
    end = constant(ID, out, end);
    end = uuid(id, i, out, end);
    end = constant(KIND, out, end);
    end = field(kind, i, out, end);
    end = constant(NICKNAME, out, end);
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
}

function longest(column: Texts | undefined, count: number): number {
  let most = 0;
  if (column)
    for (let i = 0; i < count; i++)
      most = Math.max(most, (column.to[i] as number) - (column.from[i] as number));
  return most;
}

/** Where columns are read to, by their names. */
export type Memory = Map<string, Room>;

/** A group's column of whole numbers; it holds until the same memory is read into again. @throws ParquetBroken */
export const readNumbersOf = (file: Buffer, group: Group, name: NumberColumn, memory: Memory): Float64Array =>
  readNumbers(...own(file, group, name, memory));

function own(file: Buffer, group: Group, name: string, memory: Memory): [Buffer, Chunk, number, Room] {
  const chunk = group.columns.get(name);
  if (!chunk) throw new ParquetBroken(`it has no column ${name}`);
  const room = memory.get(name) ?? new Room();
  memory.set(name, room);
  return [file, chunk, group.rows, room];
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

function uuid({ bytes, from }: Texts, i: number, out: DataView, start: number): number {
  const own = from[i] as number;
  if (own < 0) none();
  let at = start;
  for (let k = 0; k < UUID_BYTES; k++) {
    if (k === 4 || k === 6 || k === 8 || k === 10) out.setUint8(at++, HYPHEN);
    out.setUint16(at, HEX[bytes.getUint8(own + k)] as number, true);
    at += 2;
  }
  return at;
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
