import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Duck } from '../archive/duck.ts';
import { MemoryFile } from '../sealed/memory.ts';
import { readNumbers, readTexts, type Texts } from './column.ts';
import { groupsOf, TYPES } from './footer.ts';

let duck: Duck;
beforeAll(async () => {
  duck = await Duck.open();
});
afterAll(() => duck.close());

/** Rows of every kind that DuckDB packs in a way of its own: i counts from 0. */
const COLUMNS = {
  rising: 'i * 3 + 1000000',
  wild: `CAST(hash(i) % 2251799813685247 AS BIGINT) * (1 - 2 * (i % 2))`,
  narrow: 'CAST(hash(i) % 1000 AS BIGINT)',
  wide: 'CAST(hash(i) % 3000000000000 AS BIGINT)',
  few: 'CAST(hash(i) % 5 AS BIGINT)',
  holes: 'CASE WHEN hash(i) % 3 = 0 THEN NULL ELSE i END',
  none: 'CAST(NULL AS BIGINT)',
  texts: `repeat('字a', CAST(hash(i) % 9 AS BIGINT)) || i`,
  dictionary: `'room-' || hash(i) % 7`,
  'texts with holes': `CASE WHEN hash(i) % 4 = 0 THEN NULL ELSE 'x' || i END`,
  'dictionary with holes': `CASE WHEN hash(i) % 4 = 0 THEN NULL ELSE 'y' || hash(i) % 3 END`,
  'nothing at all': 'CAST(NULL AS VARCHAR)',
  empty: `''`,
  id: `CAST(md5('' || i) AS UUID)`,
  'id with holes': `CASE WHEN hash(i) % 4 = 0 THEN NULL ELSE CAST(md5('' || i) AS UUID) END`,
};

async function written(rows: number, options: string): Promise<{ bytes: Buffer; there: unknown[][] }> {
  const file = new MemoryFile();
  const names = Object.entries(COLUMNS).map(([name, sql]) => `${sql} AS "${name}"`);
  await duck.run(
    'writing',
    `COPY (SELECT ${names.join(', ')} FROM range(${rows}) r(i)) TO '${file.path}' (FORMAT parquet, USE_TMP_FILE false, ${options})`,
  );
  const there = await duck.rows('reading', `SELECT * FROM read_parquet('${file.path}')`);
  const bytes = file.read();
  file.close();
  return { bytes, there };
}

/** Where row i's text stands, by its pick where there is one. */
function placesOf(texts: Texts | undefined, i: number): (number | undefined)[] {
  if (!texts?.picks) return [texts?.from[i], texts?.to[i]];
  const { from, to, indices } = texts.picks;
  const index = indices[i] as number;
  return index < 0 ? [-1, -1] : [from[index], to[index]];
}

/** Every value of every column as our reader has it, row by row. */
function readBack(bytes: Buffer): unknown[][] {
  const rows: unknown[][] = [];
  for (const { rows: count, columns } of groupsOf(bytes)) {
    const read = [...columns.values()].map((chunk): ((i: number) => unknown) => {
      if (chunk.type === TYPES.INT64) {
        const values = readNumbers(bytes, chunk, count);
        return (i) => (Number.isNaN(values[i]) ? null : values[i]);
      }
      const texts = readTexts(bytes, chunk, count);
      const bare = readTexts(bytes, chunk, count, undefined, false);
      return (i) => {
        if (texts && `${placesOf(bare, i)}` !== `${texts.from[i]},${texts.to[i]}`)
          throw new Error(`${i} is elsewhere`);
        if (!texts || (texts.from[i] as number) < 0) return null;
        const { buffer, byteOffset } = texts.bytes;
        const [from, to] = [texts.from[i] as number, texts.to[i] as number];
        const value = Buffer.from(buffer, byteOffset + from, to - from);
        return value.toString(chunk.length > 0 ? 'hex' : 'utf8');
      };
    });
    for (let i = 0; i < count; i++) rows.push(read.map((at) => at(i)));
  }
  return rows;
}

const plain = (rows: unknown[][]): unknown[][] =>
  rows.map((row) =>
    row.map((value) => {
      if (value === null || typeof value === 'string') return value;
      return typeof value === 'bigint' ? Number(value) : String(value).replaceAll('-', '');
    }),
  );

describe('a Parquet file', () => {
  it.each([
    [1, 'PARQUET_VERSION v2, COMPRESSION zstd'],
    [5_000, 'PARQUET_VERSION v2, COMPRESSION zstd, ROW_GROUP_SIZE 2048'],
    [5_000, 'PARQUET_VERSION v1, COMPRESSION zstd'],
    [3_000, 'PARQUET_VERSION v2, COMPRESSION uncompressed, DICTIONARY_SIZE_LIMIT 1'],
    [0, 'PARQUET_VERSION v2, COMPRESSION zstd'],
  ])('of %i rows, %s, is read as DuckDB reads it', async (rows, options) => {
    const { bytes, there } = await written(rows, options);
    expect(readBack(bytes)).toEqual(plain(there));
  });

  it('that is cut, or bent anywhere in its footer, is refused or read without a crash', async () => {
    const { bytes } = await written(300, 'PARQUET_VERSION v2, COMPRESSION zstd');
    const broken = { name: 'Error', message: expect.stringMatching(/./) };
    expect(() => readBack(bytes.subarray(0, -1))).toThrow(/no Parquet/);
    const footer = bytes.length - 8 - bytes.readUInt32LE(bytes.length - 8);
    for (let at = footer; at < bytes.length; at += 3) {
      const bent = Buffer.from(bytes);
      bent[at] = (bent[at] as number) ^ 0x41;
      try {
        readBack(bent);
      } catch (why) {
        expect(why, `byte ${at}`).toMatchObject(broken);
        expect((why as Error).constructor.name, `byte ${at}: ${why}`).toBe('ParquetBroken');
      }
    }
  });
});
