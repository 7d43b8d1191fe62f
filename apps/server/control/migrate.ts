import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Log } from '@weir/kit';
import type { ClientBase } from 'pg';

const FOLDER = fileURLToPath(new URL('./migrations', import.meta.url));
/** Any number will do, as long as it is ours: two starting controls take turns. */
const ADVISORY_LOCK = 0x77_65_69_72;

type Migration = { number: number; name: string; sql: string; checksum: string };

/** The migrations that ship, in order. @throws Error on a gap or a double number */
export function shippedMigrations(folder = FOLDER): Migration[] {
  const names = readdirSync(folder)
    .filter((name) => name.endsWith('.sql'))
    .sort();
  return names.map((name, index) => {
    const number = Number(/^(\d{4})_/.exec(name)?.[1]);
    if (number !== index + 1) throw new Error(`${name} should be migration ${index + 1}`);
    const sql = readFileSync(join(folder, name), 'utf8');
    return { number, name, sql, checksum: createHash('sha256').update(sql).digest('hex') };
  });
}

/**
 * Brings the database to the shipped version, each migration in a transaction of its own, under an advisory lock.
 * @throws Error where an applied migration was changed, or the database is newer than this Weir
 */
export async function migrate(client: ClientBase, log: Log, migrations = shippedMigrations()): Promise<void> {
  await client.query('SELECT pg_advisory_lock($1)', [ADVISORY_LOCK]);
  try {
    await client.query(
      'CREATE TABLE IF NOT EXISTS migrations (number int PRIMARY KEY, name text, checksum text, at timestamptz DEFAULT now())',
    );
    const { rows } = await client.query<{ number: number; checksum: string; name: string }>(
      'SELECT number, name, checksum FROM migrations ORDER BY number',
    );
    for (const row of rows) {
      const shipped = migrations[row.number - 1];
      if (!shipped) throw new Error(`The database has migration ${row.name}, which is newer than this Weir`);
      if (shipped.checksum !== row.checksum)
        throw new Error(`Migration ${row.name} was changed after it had been applied`);
    }
    for (const migration of migrations.slice(rows.length)) {
      await client.query('BEGIN');
      try {
        await client.query(migration.sql);
        await client.query('INSERT INTO migrations (number, name, checksum) VALUES ($1, $2, $3)', [
          migration.number,
          migration.name,
          migration.checksum,
        ]);
        await client.query('COMMIT');
      } catch (why) {
        await client.query('ROLLBACK');
        throw why;
      }
      log.info({ migration: migration.name }, 'migrated');
    }
  } finally {
    await client.query('SELECT pg_advisory_unlock($1)', [ADVISORY_LOCK]).catch(() => {});
  }
}
