import { type Chunk, ParquetBroken, TYPES } from './footer.ts';
import { type Cursor, readDeltas, readHybrid } from './packed.ts';
import { type DataPage, ENCODING, pagesOf } from './page.ts';

/** Where texts begin, and where they end: -1 where there is none. */
type Places = { from: Int32Array; to: Int32Array };
/** Texts or bytes of a column, each in `bytes` from `from` to before `to`. */
export type Texts = Places & {
  bytes: DataView;
  /** Where all stand in one dictionary: its own places, and each row's number in it, -1 where there is none. */
  picks?: Places & { indices: Int32Array };
};

/** Memory that columns of one name are read into, group after group: what was read before is overwritten. */
export class Room {
  #numbers = new Float64Array(0);
  #from = new Int32Array(0);
  #to = new Int32Array(0);
  #indices = new Int32Array(0);
  #lengths = new Float64Array(0);

  /** For lengths of texts, until the next page. */
  lengths(count: number): Float64Array {
    if (this.#lengths.length < count) this.#lengths = new Float64Array(count);
    return this.#lengths;
  }

  numbers(rows: number): Float64Array {
    if (this.#numbers.length < rows) this.#numbers = new Float64Array(rows);
    return this.#numbers;
  }

  places(rows: number): Places & { indices: Int32Array } {
    if (this.#from.length < rows) {
      this.#from = new Int32Array(rows);
      this.#to = new Int32Array(rows);
      this.#indices = new Int32Array(rows);
    }
    return { from: this.#from, to: this.#to, indices: this.#indices };
  }
}

const isPicked = ({ encoding }: DataPage): boolean =>
  encoding === ENCODING.RLE_DICTIONARY || encoding === ENCODING.PLAIN_DICTIONARY;
const unknown = ({ encoding }: DataPage): never => {
  throw new ParquetBroken(`encoding ${encoding} is not read`);
};
const early = (): never => {
  throw new ParquetBroken('a page ends too early');
};
const short = (): never => {
  throw new ParquetBroken('a dictionary is too short');
};

/** Indices into a dictionary. */
function readIndices({ cursor, count }: DataPage, out: Int32Array, at: number): void {
  const width = cursor.bytes[cursor.at++] ?? early();
  readHybrid(cursor, width, out, at, at + count);
}

/** Moves the values that stand at `base` on to the rows that have one, the last first. */
function spread(
  out: Int32Array | Float64Array,
  base: number,
  present: Int32Array,
  count: number,
  none: number,
): void {
  for (let row = present.length - 1, k = count - 1; row >= 0; row--)
    out[base + row] = present[row] === 1 ? (out[base + k--] as number) : none;
}

/** A column of whole numbers, NaN where there is none. @throws ParquetBroken also where one lies beyond 2^53 */
export function readNumbers(file: Buffer, chunk: Chunk, rows: number, room = new Room()): Float64Array {
  if (chunk.type !== TYPES.INT64) throw new ParquetBroken('a column is not of whole numbers');
  const out = room.numbers(rows);
  let dictionary: Float64Array | undefined;
  let done = 0;
  for (const page of pagesOf(file, chunk, rows)) {
    if (page.kind === 'dictionary') {
      dictionary = new Float64Array(page.count);
      plainNumbers(page.cursor, dictionary, 0, page.count);
      continue;
    }
    const { encoding, cursor, count, present } = page;
    if (count === 0) out.fill(Number.NaN, done, done + page.rows);
    else if (isPicked(page)) {
      const { indices } = room.places(count);
      readIndices(page, indices, 0);
      for (let i = 0; i < count; i++) out[done + i] = dictionary?.[indices[i] as number] ?? short();
    } else if (encoding === ENCODING.DELTA_BINARY_PACKED) readDeltas(cursor, out, done, done + count);
    else if (encoding === ENCODING.PLAIN) plainNumbers(cursor, out, done, count);
    else unknown(page);
    if (present) spread(out, done, present, count, Number.NaN);
    done += page.rows;
  }
  return out;
}

/**
 * A column of texts, or of bytes of one length; undefined where no row has any. Without `places`, where all stand in one
 * dictionary `from` and `to` say nothing: the picks alone do.
 * @throws ParquetBroken
 */
export function readTexts(
  file: Buffer,
  chunk: Chunk,
  rows: number,
  room = new Room(),
  places = true,
): Texts | undefined {
  const { type } = chunk;
  if (type !== TYPES.BYTE_ARRAY && type !== TYPES.FIXED_LEN_BYTE_ARRAY)
    throw new ParquetBroken('a column is not of texts');
  const { from, to, indices } = room.places(rows);
  const pieces: Uint8Array[] = [];
  let dictionary: Places | undefined;
  let length = 0;
  let some = 0;
  let picked = 0;
  let done = 0;
  const keep = (bytes: Uint8Array): number => {
    pieces.push(bytes);
    length += bytes.length;
    return length - bytes.length;
  };
  for (const page of pagesOf(file, chunk, rows)) {
    const { count, cursor } = page;
    if (page.kind === 'dictionary') {
      if (dictionary) throw new ParquetBroken('a column has two dictionaries');
      dictionary = { from: new Int32Array(count), to: new Int32Array(count) };
      plainTexts(cursor, chunk, keep(cursor.bytes), dictionary, 0, count);
      continue;
    }
    if (count === 0) {
      from.fill(-1, done, done + page.rows);
      to.fill(-1, done, done + page.rows);
      indices.fill(-1, done, done + page.rows);
    } else if (isPicked(page)) {
      pickTexts(page, dictionary, { from, to, indices }, done, places);
      if (page.present) spread(indices, done, page.present, count, -1);
      picked += count;
    } else if (page.encoding === ENCODING.DELTA_LENGTH_BYTE_ARRAY)
      deltaTexts(cursor, keep(cursor.bytes), { from, to }, done, count, room.lengths(count));
    else if (page.encoding === ENCODING.PLAIN)
      plainTexts(cursor, chunk, keep(cursor.bytes), { from, to }, done, count);
    else unknown(page);
    if (page.present && (places || !isPicked(page))) {
      spread(from, done, page.present, count, -1);
      spread(to, done, page.present, count, -1);
    }
    done += page.rows;
    some += count;
  }
  if (some === 0) return undefined;
  // Some stand beside the dictionary: all need their places.
  if (!places && picked > 0 && picked < some) return readTexts(file, chunk, rows, room);
  const bytes = pieces.length === 1 ? (pieces[0] as Uint8Array) : Buffer.concat(pieces);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  return {
    bytes: view,
    from,
    to,
    ...(dictionary && picked === some ? { picks: { ...dictionary, indices } } : {}),
  };
}

function plainNumbers({ bytes, at }: Cursor, out: Float64Array, done: number, count: number): void {
  if (bytes.length < at + 8 * count) early();
  const view = new DataView(bytes.buffer, bytes.byteOffset + at);
  for (let i = 0; i < count; i++) {
    const value = view.getInt32(8 * i + 4, true) * 2 ** 32 + view.getUint32(8 * i, true);
    if (!Number.isSafeInteger(value)) throw new ParquetBroken('a number lies beyond 2^53');
    out[done + i] = value;
  }
}

function plainTexts(
  { bytes, at: start }: Cursor,
  { type, length }: Chunk,
  base: number,
  { from, to }: Places,
  done: number,
  count: number,
): void {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  let at = start;
  for (let i = done; i < done + count; i++) {
    let size = length;
    if (type === TYPES.BYTE_ARRAY) {
      if (at + 4 > bytes.length) early();
      size = view.getUint32(at, true);
      at += 4;
    }
    from[i] = base + at;
    at += size;
    if (at > bytes.length) early();
    to[i] = base + at;
  }
}

function deltaTexts(
  cursor: Cursor,
  base: number,
  { from, to }: Places,
  done: number,
  count: number,
  lengths: Float64Array,
): void {
  readDeltas(cursor, lengths, 0, count);
  const { bytes } = cursor;
  let { at } = cursor;
  for (let i = 0; i < count; i++) {
    const length = lengths[i] as number;
    from[done + i] = base + at;
    at += length;
    if (!(length >= 0 && at <= bytes.length)) early();
    to[done + i] = base + at;
  }
}

function pickTexts(
  page: DataPage,
  dictionary: Places | undefined,
  { from, to, indices }: Places & { indices: Int32Array },
  done: number,
  places: boolean,
): void {
  const { count } = page;
  if (!dictionary) throw new ParquetBroken('a page has no dictionary');
  readIndices(page, indices, done);
  const { from: begins, to: ends } = dictionary;
  const many = begins.length;
  for (let i = done; i < done + count; i++) {
    const index = indices[i] as number;
    if (index >= many) short();
    if (!places) continue;
    from[i] = begins[index] as number;
    to[i] = ends[index] as number;
  }
}
