import { zstdDecompressSync } from 'node:zlib';
import { type Chunk, CODECS, ParquetBroken } from './footer.ts';
import { type Cursor, readHybrid, readOneRun } from './packed.ts';
import { storedFrame } from './storedFrame.ts';
import { readStruct, type Thrift, type ThriftStruct } from './thrift.ts';

/** Encodings that are read (Apache Parquet, `Encoding`). */
export const ENCODING = {
  PLAIN: 0,
  PLAIN_DICTIONARY: 2,
  DELTA_BINARY_PACKED: 5,
  DELTA_LENGTH_BYTE_ARRAY: 6,
  RLE_DICTIONARY: 8,
} as const;
const PAGE = { DATA: 0, DICTIONARY: 2, DATA_V2: 3 } as const;
/** Bytes of one page at most. */
const MAX_PAGE_BYTES = 128 * 1024 * 1024;

/** A dictionary of `count` values, plain. */
export type DictionaryPage = { kind: 'dictionary'; count: number; cursor: Cursor };
/**
 * Rows with `count` values that stand at `cursor`; `present` says which rows have one (1), where some have and some
 * have not.
 */
export type DataPage = {
  kind: 'data';
  rows: number;
  count: number;
  encoding: number;
  present: Int32Array | undefined;
  cursor: Cursor;
};

/** The pages of a column's chunk in order, unpacked; they have `rows` rows together. @throws ParquetBroken */
export function* pagesOf(file: Buffer, chunk: Chunk, rows: number): Generator<DictionaryPage | DataPage> {
  let done = 0;
  for (let at = chunk.from; at < chunk.to; ) {
    const { value: header, end } = readHeader(file, at);
    at = end + num(header[3]);
    if (at > chunk.to || at < end) throw new ParquetBroken('a page lies outside of its column');
    const stored = file.subarray(end, at);
    if (header[1] === PAGE.DICTIONARY) {
      const cursor = { bytes: unpacked(stored, chunk.codec, num(header[2])), at: 0 };
      yield { kind: 'dictionary', count: num(about(header[7])[1]), cursor };
      continue;
    }
    const page = openPage(header, stored, chunk.codec, rows - done);
    done += page.rows;
    yield page;
  }
  if (done !== rows) throw new ParquetBroken('a column has other rows than its group');
}

function readHeader(file: Buffer, at: number): { value: ThriftStruct; end: number } {
  try {
    return readStruct(file, at);
  } catch (why) {
    throw new ParquetBroken(`a page cannot be read: ${(why as Error).message}`);
  }
}

function openPage(header: ThriftStruct, stored: Buffer, codec: number, most: number): DataPage {
  const isFirstForm = header[1] === PAGE.DATA;
  if (!isFirstForm && header[1] !== PAGE.DATA_V2) throw new ParquetBroken('a page is of no known kind');
  const facts = about(header[isFirstForm ? 5 : 8]);
  const rows = num(facts[1]);
  if (!(rows > 0 && rows <= most)) throw new ParquetBroken('a page has other rows than its group');
  if (isFirstForm) {
    const bytes = unpacked(stored, codec, num(header[2]));
    const length = bytes.length < 4 ? 0 : bytes.readUInt32LE(0);
    const levels = presence({ bytes, at: 4 }, rows);
    return { kind: 'data', rows, encoding: num(facts[2]), ...levels, cursor: { bytes, at: 4 + length } };
  }
  const length = num(facts[5]);
  if (num(facts[6]) !== 0 || !(length >= 0 && length <= stored.length))
    throw new ParquetBroken('a page is not of a flat column');
  const levels =
    num(facts[2]) === 0
      ? { present: undefined, count: rows }
      : presence({ bytes: stored.subarray(0, length), at: 0 }, rows);
  const isPlain = facts[7] === false;
  const bytes = unpacked(
    stored.subarray(length),
    isPlain ? CODECS.UNCOMPRESSED : codec,
    num(header[2]) - length,
  );
  return { kind: 'data', rows, encoding: num(facts[4]), ...levels, cursor: { bytes, at: 0 } };
}

/** Which rows have a value: definition levels of an optional column. */
function presence(cursor: Cursor, rows: number): { present: Int32Array | undefined; count: number } {
  const one = readOneRun(cursor, rows);
  if (one !== undefined) return { present: undefined, count: one === 1 ? rows : 0 };
  const present = new Int32Array(rows);
  readHybrid(cursor, 1, present, 0, rows);
  let count = 0;
  for (let i = 0; i < rows; i++) count += present[i] as number;
  return { present: count === rows ? undefined : present, count };
}

function unpacked(stored: Buffer, codec: number, size: number): Buffer {
  if (!(size >= 0 && size <= MAX_PAGE_BYTES)) throw new ParquetBroken('a page is too large');
  if (codec === CODECS.UNCOMPRESSED && stored.length === size) return stored;
  if (codec !== CODECS.ZSTD) throw new ParquetBroken('a page is packed in no known way');
  const plain = storedFrame(stored, size);
  if (plain) return plain;
  try {
    const bytes = zstdDecompressSync(stored, {
      maxOutputLength: size + 1,
      chunkSize: Math.max(64, size + 1),
    });
    if (bytes.length === size) return bytes;
  } catch {
    // Said below.
  }
  throw new ParquetBroken('a page cannot be unpacked');
}

function about(value: Thrift | undefined): ThriftStruct {
  if (typeof value !== 'object' || Array.isArray(value) || value instanceof Uint8Array)
    throw new ParquetBroken('a page says nothing of itself');
  return value;
}

function num(value: Thrift | undefined): number {
  if (typeof value !== 'number') throw new ParquetBroken('a page lacks a number');
  return value;
}
