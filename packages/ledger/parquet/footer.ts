import { readStruct, type Thrift, type ThriftStruct } from './thrift.ts';

/** Physical types that are read (Apache Parquet, `Type`). */
export const TYPES = { INT64: 2, BYTE_ARRAY: 6, FIXED_LEN_BYTE_ARRAY: 7 } as const;
/** Codecs that are read (`CompressionCodec`). */
export const CODECS = { UNCOMPRESSED: 0, ZSTD: 6 } as const;
const OPTIONAL = 1;

/** A column's values in one row group: where its pages stand, and how they are packed. */
export type Chunk = {
  type: number;
  /** Bytes of a FIXED_LEN_BYTE_ARRAY. */
  length: number;
  codec: number;
  from: number;
  to: number;
  /** The least and the greatest value (bytes), where no row is without one and the writer says so. */
  least?: Buffer | undefined;
  most?: Buffer | undefined;
};
/** A row group: its rows, and its columns by their names. */
export type Group = { rows: number; columns: ReadonlyMap<string, Chunk> };

const MAGIC = 0x31_52_41_50;
const TAIL_BYTES = 8;

/** Apache Parquet that is broken, or written in a way that is not read here. */
export class ParquetBroken extends Error {}

/** Where the footer of a file of `size` bytes begins, from the file's last bytes. @throws ParquetBroken */
export function footerAt(tail: Buffer, size: number): number {
  if (size < 2 * TAIL_BYTES || tail.length < TAIL_BYTES || tail.readUInt32LE(tail.length - 4) !== MAGIC)
    throw new ParquetBroken('this is no Parquet');
  const from = size - TAIL_BYTES - tail.readUInt32LE(tail.length - TAIL_BYTES);
  if (from < 4) throw new ParquetBroken('its footer is longer than itself');
  return from;
}

/** The row groups of a whole file. @throws ParquetBroken */
export function groupsOf(file: Buffer): Group[] {
  const from = footerAt(file, file.length);
  if (file.readUInt32LE(0) !== MAGIC) throw new ParquetBroken('this is no Parquet');
  return readFooter(file.subarray(from, file.length - TAIL_BYTES), from);
}

/**
 * The row groups that a footer speaks of, which begins at `from` of its file; their columns are all flat and optional,
 * as those of sealed days are.
 * @throws ParquetBroken
 */
export function readFooter(footer: Buffer, from: number): Group[] {
  try {
    const { value } = readStruct(footer, 0);
    const [root, ...leaves] = structs(value[2]);
    if (!root || num(root[5]) !== leaves.length) throw new ParquetBroken('its columns are not flat');
    const columns = leaves.map((leaf) => {
      if (leaf[5] !== undefined || num(leaf[3]) !== OPTIONAL)
        throw new ParquetBroken('its columns are not flat and optional');
      return { name: text(leaf[4]), type: num(leaf[1]), length: num(leaf[2] ?? 0) };
    });
    return structs(value[4]).map((group): Group => {
      const chunks = structs(group[1]);
      if (chunks.length !== columns.length) throw new ParquetBroken('a row group lacks columns');
      return {
        rows: num(group[3]),
        columns: new Map(
          columns.map(({ name, type, length }, i): [string, Chunk] => {
            const about = chunks[i]?.[3] as ThriftStruct;
            const path = (about[3] as Thrift[]).map(text);
            if (path.length !== 1 || path[0] !== name || num(about[1]) !== type)
              throw new ParquetBroken(`a row group has another column than ${name}`);
            const dictionary = about[11];
            const start = Math.min(num(about[9]), dictionary === undefined ? Infinity : num(dictionary));
            const stop = start + num(about[7]);
            if (!(start >= 4 && stop >= start && stop <= from))
              throw new ParquetBroken(`${name} lies outside of the file`);
            return [
              name,
              { type, length, codec: num(about[4]), from: start, to: stop, ...boundsOf(about[12]) },
            ];
          }),
        ),
      };
    });
  } catch (why) {
    if (why instanceof ParquetBroken) throw why;
    throw new ParquetBroken(`its footer cannot be read: ${(why as Error).message}`);
  }
}

/** A chunk's statistics: null count 3, greatest and least value 5 and 6. */
function boundsOf(value: Thrift | undefined): Pick<Chunk, 'least' | 'most'> {
  const about = (value ?? {}) as ThriftStruct;
  const [least, most] = [about[6], about[5]];
  if (about[3] !== 0 || !(least instanceof Uint8Array) || !(most instanceof Uint8Array)) return {};
  return { least: Buffer.from(least), most: Buffer.from(most) };
}

function structs(value: Thrift | undefined): ThriftStruct[] {
  if (!Array.isArray(value)) throw new ParquetBroken('its footer lacks a list');
  return value as ThriftStruct[];
}

function num(value: Thrift | undefined): number {
  if (typeof value !== 'number') throw new ParquetBroken('its footer lacks a number');
  return value;
}

const text = (value: Thrift | undefined): string => {
  if (!(value instanceof Uint8Array)) throw new ParquetBroken('its footer lacks a name');
  return Buffer.from(value).toString('utf8');
};
