import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readConfig, silentLog } from '@weir/kit';
import type { PublishedMessage } from '@weir/ledger';
import pg from 'pg';
import { startPostgres } from '../../apps/server/postgres/start.ts';

/** Bytes of a message in PostgreSQL: a table with native types, an index by room and one by person. */
export async function inPostgres(messages: readonly PublishedMessage[]): Promise<number> {
  const dir = mkdtempSync(join(tmpdir(), 'weir-bench-postgres-'));
  chmodSync(dir, 0o711);
  const postgres = await startPostgres({ config: readConfig({ WEIR_DATA_DIR: dir }), log: silentLog });
  try {
    const client = new pg.Client(postgres.connection);
    await client.connect();
    await client.query(`CREATE TABLE message (n bigint, ts bigint, kind text, room uuid, broadcast uuid, person uuid,
      nickname text, id uuid, message_offset int, pts int, text text)`);
    for (let from = 0; from < messages.length; from += 5_000) {
      const part = messages.slice(from, from + 5_000);
      const column = (pick: (one: PublishedMessage, i: number) => unknown): unknown[] => part.map(pick);
      await client.query(
        `INSERT INTO message SELECT * FROM unnest($1::bigint[], $2::bigint[], $3::text[], $4::uuid[], $5::uuid[],
          $6::uuid[], $7::text[], $8::uuid[], $9::int[], $10::int[], $11::text[])`,
        [
          column((_, i) => from + i + 1),
          column(({ ts }) => ts),
          column(({ kind }) => kind),
          column((one) => one.room),
          column((one) => one.broadcast),
          column(({ user }) => user),
          column(({ nickname }) => nickname),
          column(({ id }) => id),
          column(({ offset }) => offset),
          column(({ pts }) => pts),
          column(({ text }) => text),
        ],
      );
    }
    await client.query('CREATE INDEX ON message (room, ts); CREATE INDEX ON message (person, ts)');
    const { rows } = await client.query("SELECT pg_total_relation_size('message') AS bytes");
    await client.end();
    return Number(rows[0].bytes) / messages.length;
  } finally {
    await postgres.stop();
    rmSync(dir, { recursive: true, force: true });
  }
}
