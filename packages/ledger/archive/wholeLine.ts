import type { Texts } from '../parquet/column.ts';
import { MOST } from '../sealed/columns.ts';
import { BadRow } from './badRow.ts';
import type { Rows } from './rows.ts';

/** Columns that hold a field of their own name, where it is a text. */
const FIELDS = ['kind', 'room', 'broadcast', 'user', 'nickname', 'text'] as const;
const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;

/**
 * Checks the columns beside a line that is kept whole: what a search looks at must be what was signed.
 * @throws BadRow naming the column
 */
export function checkColumns({ texts, numbers }: Rows, i: number, line: Buffer): void {
  const n = numbers.n[i] as number;
  const record = recordOf(line, n);
  const check = (name: string, is: string | number | undefined, value: unknown): void => {
    // What is of another type than its column is not searched by it.
    const isOf = typeof value === 'number' ? Number.isInteger(value) : typeof value === 'string';
    const isSame = isOf ? is === value : value !== undefined || is === undefined;
    if (!isSame) throw new BadRow(n, `has another ${name} beside its line than in it`);
  };
  for (const name of FIELDS) check(name, textOf(texts[name], i), record[name]);
  const id = texts.id && (texts.id.from[i] as number) >= 0 ? uuidOf(texts.id, i) : undefined;
  const isUuid = typeof record['id'] === 'string' && UUID.test(record['id']);
  check('id', id, isUuid ? record['id'] : undefined);
  check('other_id', textOf(texts.other_id, i), isUuid ? undefined : record['id']);
  for (const name of ['n', 'ts', 'offset'] as const) {
    const value = numbers[name][i] as number;
    const said = record[name];
    const isHeld = typeof said !== 'number' || !Number.isInteger(said) || Math.abs(said) <= MOST;
    check(name, Number.isNaN(value) ? undefined : value, isHeld ? said : undefined);
  }
}

function recordOf(line: Buffer, n: number): Record<string, unknown> {
  try {
    return JSON.parse(line.toString('utf8')) as Record<string, unknown>;
  } catch {
    throw new BadRow(n, 'is no JSON');
  }
}

function bytesOf({ bytes, from, to }: Texts, i: number): Buffer {
  const start = from[i] as number;
  return Buffer.from(bytes.buffer, bytes.byteOffset + start, (to[i] as number) - start);
}

function textOf(column: Texts | undefined, i: number): string | undefined {
  if (!column || (column.from[i] as number) < 0) return undefined;
  return bytesOf(column, i).toString('utf8');
}

const uuidOf = (column: Texts, i: number): string =>
  bytesOf(column, i)
    .toString('hex')
    .replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
