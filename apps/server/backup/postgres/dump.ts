import type { ClientBase } from 'pg';
import { to as copyTo } from 'pg-copy-streams';
import { BackupFault } from '../fault.ts';
import { TRAVELS, TRAVELS_NOT } from './tables.ts';

export const FIRST_WORDS = '-- weir-postgres 1 ';
export const LAST_WORDS = '-- weir-postgres end ';

export type DumpHead = {
  /** Those that were applied, in order. */
  migrations: { number: number; name: string; checksum: string }[];
  tables: string[];
};
/** Rows of each table. */
export type DumpEnd = { rows: Record<string, number> };

/** What `COPY` writes and reads depends on these. */
export const FORMS = [
  "SET LOCAL client_encoding = 'UTF8'",
  "SET LOCAL DateStyle = 'ISO, YMD'",
  "SET LOCAL TimeZone = 'UTC'",
  "SET LOCAL IntervalStyle = 'iso_8601'",
  'SET LOCAL extra_float_digits = 1',
  "SET LOCAL bytea_output = 'hex'",
  'SET LOCAL statement_timeout = 0',
] as const;

const quoted = (name: string): string => `"${name.replaceAll('"', '""')}"`;

/**
 * The database as a script that `load` reads, and `psql` too once the migrations have run: COPY in text form, which any
 * version of PostgreSQL takes. The caller has begun the transaction (REPEATABLE READ, READ ONLY), so that all of it is
 * of one moment. Rows are in order of their primary key: what did not change has the same bytes in the next dump.
 * @throws BackupFault refused where the database has a table that is in neither list of `tables.ts`, or lacks one
 */
export async function* dump(client: ClientBase): AsyncGenerator<Buffer> {
  for (const form of FORMS) await client.query(form);
  const columns = await columnsOf(client);
  const unknown = [...columns.keys()].filter((name) => !isListed(name));
  const lacking = TRAVELS.filter((name) => !columns.has(name));
  if (unknown.length > 0 || lacking.length > 0)
    throw new BackupFault(
      'refused',
      `The database is not what this Weir knows: ${[...unknown, ...lacking].join(', ')}`,
    );
  const { rows: migrations } = await client.query<DumpHead['migrations'][number]>(
    'SELECT number, name, checksum FROM migrations ORDER BY number',
  );
  const head: DumpHead = { migrations, tables: [...TRAVELS] };
  yield Buffer.from(`${FIRST_WORDS}${JSON.stringify(head)}\n`);
  const keys = await primaryKeysOf(client);
  const end: DumpEnd = { rows: {} };
  for (const table of TRAVELS) {
    const list = (columns.get(table) ?? []).map(quoted).join(', ');
    const order = keys.get(table)?.map(quoted).join(', ');
    yield Buffer.from(`COPY ${quoted(table)} (${list}) FROM stdin;\n`);
    const rows = client.query(
      copyTo(`COPY (SELECT ${list} FROM ${quoted(table)}${order ? ` ORDER BY ${order}` : ''}) TO STDOUT`),
    );
    for await (const piece of rows) yield piece;
    end.rows[table] = rows.rowCount;
    yield Buffer.from('\\.\n');
  }
  for (const { table, column, last, called } of await sequencesOf(client))
    yield Buffer.from(
      `SELECT setval(pg_get_serial_sequence('${table}', '${column}'), ${last}, ${called});\n`,
    );
  yield Buffer.from(`${LAST_WORDS}${JSON.stringify(end)}\n`);
}

const isListed = (name: string): boolean =>
  (TRAVELS as readonly string[]).includes(name) || Object.hasOwn(TRAVELS_NOT, name);

/** Columns of every table, in their order; generated ones make themselves. */
export async function columnsOf(client: ClientBase): Promise<Map<string, string[]>> {
  const { rows } = await client.query<{ table: string; columns: string[] }>(`
    SELECT c.relname AS table, array_agg(a.attname::text ORDER BY a.attnum) AS columns
    FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid
    WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p')
      AND a.attnum > 0 AND NOT a.attisdropped AND a.attgenerated = ''
    GROUP BY c.relname`);
  return new Map(rows.map(({ table, columns }) => [table, columns]));
}

async function primaryKeysOf(client: ClientBase): Promise<Map<string, string[]>> {
  const { rows } = await client.query<{ table: string; columns: string[] }>(`
    SELECT c.relname AS table, array_agg(a.attname::text ORDER BY k.place) AS columns
    FROM pg_constraint p JOIN pg_class c ON c.oid = p.conrelid
      CROSS JOIN LATERAL unnest(p.conkey) WITH ORDINALITY AS k (number, place)
      JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum = k.number
    WHERE p.contype = 'p' AND c.relnamespace = 'public'::regnamespace GROUP BY c.relname`);
  return new Map(rows.map(({ table, columns }) => [table, columns]));
}

/** Sequences that give columns their values. They stand outside of transactions: never behind the rows, perhaps ahead. */
async function sequencesOf(
  client: ClientBase,
): Promise<{ table: string; column: string; last: string; called: boolean }[]> {
  const { rows } = await client.query<{ table: string; column: string; sequence: string }>(`
    SELECT c.relname AS table, a.attname AS column, s.oid::regclass::text AS sequence
    FROM pg_class s JOIN pg_depend d ON d.objid = s.oid AND d.classid = 'pg_class'::regclass AND d.deptype IN ('a', 'i')
      JOIN pg_class c ON c.oid = d.refobjid JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum = d.refobjsubid
    WHERE s.relkind = 'S' AND c.relnamespace = 'public'::regnamespace ORDER BY 1, 2`);
  const all = [];
  for (const { table, column, sequence } of rows) {
    if (!(TRAVELS as readonly string[]).includes(table)) continue;
    const { rows: values } = await client.query<{ last: string; called: boolean }>(
      `SELECT last_value::text AS last, is_called AS called FROM ${sequence}`,
    );
    if (values[0]) all.push({ table, column, ...values[0] });
  }
  return all;
}
