import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { silentLog } from '@weir/kit';
import type { ClientBase } from 'pg';
import { from as copyFrom } from 'pg-copy-streams';
import { migrate, shippedMigrations } from '../../control/migrate.ts';
import { BackupFault } from '../fault.ts';
import { columnsOf, type DumpEnd, type DumpHead, FIRST_WORDS, FORMS, LAST_WORDS } from './dump.ts';
import { DumpLines } from './lines.ts';

const COPY = /^COPY "([a-z_][a-z0-9_]*)" \(("[a-z_][a-z0-9_]*"(?:, "[a-z_][a-z0-9_]*")*)\) FROM stdin;$/;
const SETVAL =
  /^SELECT setval\(pg_get_serial_sequence\('([a-z_][a-z0-9_]*)', '([a-z_][a-z0-9_]*)'\), (\d{1,19}), (true|false)\);$/;

/**
 * Fills an empty database from a dump: runs the shipped migrations as far as the dump's, then rows and sequences in one
 * transaction. The caller migrates up afterwards. Nothing but COPY into known tables and `setval` is executed, whatever
 * the dump says.
 * @returns rows of each table
 * @throws BackupFault refused: the database is not empty, the dump is of a newer Weir or of other migrations; damaged:
 * it is not whole. Then no row is there.
 */
export async function load(
  client: ClientBase,
  source: AsyncIterable<Uint8Array>,
): Promise<Record<string, number>> {
  const lines = new DumpLines(source);
  const head = headOf(await lines.next());
  const shipped = shippedMigrations();
  const last = head.migrations.length;
  if (last > shipped.length)
    throw new BackupFault(
      'refused',
      `The backup has ${head.migrations.at(-1)?.name}, which is newer than this Weir`,
    );
  for (const [index, { name, checksum }] of head.migrations.entries())
    if (shipped[index]?.checksum !== checksum)
      throw new BackupFault('refused', `${name} is another migration here than where the backup was made`);
  if ((await columnsOf(client)).size > 0) throw new BackupFault('refused', 'The database is not empty');
  await migrate(client, silentLog, shipped.slice(0, last));
  await client.query('BEGIN');
  try {
    for (const form of FORMS) await client.query(form);
    const rows = await fill(client, lines, head);
    await client.query('COMMIT');
    return rows;
  } catch (why) {
    await client.query('ROLLBACK');
    throw why;
  }
}

async function fill(client: ClientBase, lines: DumpLines, head: DumpHead): Promise<Record<string, number>> {
  const columns = await columnsOf(client);
  const loaded: Record<string, number> = {};
  for (const table of head.tables)
    if (!columns.has(table)) throw damaged(`it has a table ${JSON.stringify(table)} that is none`);
  // A migration may have put rows in; the dump has them, as they were.
  await client.query(`TRUNCATE ${head.tables.map((table) => `"${table}"`).join(', ')} CASCADE`);
  for (;;) {
    const line = await lines.next();
    if (line === undefined) throw damaged('it is cut short');
    if (line.startsWith(LAST_WORDS)) {
      const { rows } = JSON.parse(line.slice(LAST_WORDS.length)) as DumpEnd;
      for (const table of head.tables)
        if (loaded[table] !== rows[table]) throw damaged(`${table} has not the rows it should`);
      return loaded;
    }
    const [, table, list] = COPY.exec(line) ?? [];
    if (table !== undefined) {
      if (!head.tables.includes(table) || loaded[table] !== undefined)
        throw damaged(`it has ${table} where it should not`);
      const into = client.query(copyFrom(`COPY "${table}" (${list}) FROM STDIN`));
      await pipeline(Readable.from(lines.rows()), into);
      loaded[table] = into.rowCount;
      continue;
    }
    const [, of, column, value, called] = SETVAL.exec(line) ?? [];
    if (of === undefined) throw damaged('it has a line that is none');
    await client.query('SELECT setval(pg_get_serial_sequence($1, $2), $3::bigint, $4::boolean)', [
      of,
      column,
      value,
      called,
    ]);
  }
}

function headOf(line: string | undefined): DumpHead {
  if (!line?.startsWith(FIRST_WORDS)) throw damaged('it does not begin as one');
  let head: DumpHead;
  try {
    head = JSON.parse(line.slice(FIRST_WORDS.length));
  } catch {
    throw damaged('it does not begin as one');
  }
  const isWhole = Array.isArray(head.migrations) && head.migrations.length > 0 && Array.isArray(head.tables);
  if (!isWhole || head.tables.length === 0 || !head.tables.every((table) => /^[a-z_][a-z0-9_]*$/.test(table)))
    throw damaged('it does not begin as one');
  return head;
}

const damaged = (what: string): BackupFault => new BackupFault('damaged', `The dump of PostgreSQL: ${what}`);
