import { NUMBERS, type Rows, TEXTS } from '../archive/rows.ts';
import type { Texts } from '../parquet/column.ts';

type RowsRead = Pick<Rows, 'numbers' | 'texts' | 'count'>;
/** A row by its columns; an `id` is 16 bytes in hexadecimal digits. */
export type Row = Partial<Record<string, string | number>>;

/** Rows as they are read; with `picked` their texts stand in dictionaries. */
export function rowsOf(rows: readonly Row[], { picked = false } = {}): RowsRead {
  const numbers = NUMBERS.map((name) => [
    name,
    Float64Array.from(rows, (row) => (row[name] as number) ?? Number.NaN),
  ]);
  const texts = TEXTS.map((name) => [
    name,
    textsOf(
      rows.map((row) => row[name] as string | undefined),
      picked,
      name === 'id' ? 'hex' : 'utf8',
    ),
  ]);
  return { numbers: Object.fromEntries(numbers), texts: Object.fromEntries(texts), count: rows.length };
}

function textsOf(
  values: readonly (string | undefined)[],
  picked: boolean,
  form: BufferEncoding,
): Texts | undefined {
  const own = [...new Set(values)].filter((value) => value !== undefined);
  if (own.length === 0) return undefined;
  const stored = picked ? own : values;
  const places = { from: new Int32Array(stored.length).fill(-1), to: new Int32Array(stored.length).fill(-1) };
  // Something stands behind the last: what is read beyond a text must not count.
  let all = Buffer.alloc(0);
  for (const [i, value] of stored.entries()) {
    if (value === undefined) continue;
    places.from[i] = all.length;
    all = Buffer.concat([all, Buffer.from(value, form)]);
    places.to[i] = all.length;
  }
  const bytes = Buffer.concat([all, Buffer.from('behind')]);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  if (!picked) return { bytes: view, ...places };
  const indices = Int32Array.from(values, (value) => (value === undefined ? -1 : own.indexOf(value)));
  const at = (from: Int32Array) =>
    Int32Array.from(indices, (index) => (index < 0 ? -1 : (from[index] ?? -1)));
  return { bytes: view, from: at(places.from), to: at(places.to), picks: { ...places, indices } };
}
