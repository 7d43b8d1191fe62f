import type { Log } from '@weir/kit';
import pg from 'pg';
import { migrate } from '../../control/migrate.ts';
import { type BackupFacts, DUMP_NAME } from '../copy/copy.ts';
import { load } from '../postgres/load.ts';
import type { BackupReader } from '../store/index.ts';

async function withClient<T>(
  connection: pg.ClientConfig,
  work: (client: pg.Client) => Promise<T>,
): Promise<T> {
  const client = new pg.Client(connection);
  client.on('error', () => {});
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end().catch(() => {});
  }
}

/** @throws Error where the operator's own database holds tables already: nothing in it is touched */
export const refuseUsed = (connection: pg.ClientConfig): Promise<void> =>
  withClient(connection, async (client) => {
    const { rowCount } = await client.query(
      "SELECT 1 FROM pg_tables WHERE schemaname NOT IN ('pg_catalog', 'information_schema') LIMIT 1",
    );
    if (rowCount)
      throw new Error('the database of WEIR_DATABASE_URL is not empty: a restore needs an empty one');
  });

/**
 * Loads the dump, brings it to this version's schema, and closes accounts that were closed since. Checks that the
 * outbox goes on where the copied logs end. Gives how many accounts were closed.
 * @throws BackupFault, Error where the cut does not fit together
 */
export function loadDatabase(
  connection: pg.ClientConfig,
  reader: BackupReader,
  { log, facts, closed, now }: { log: Log; facts: BackupFacts; closed: readonly string[]; now: number },
): Promise<number> {
  return withClient(connection, async (client) => {
    await load(client, reader.get(DUMP_NAME));
    await migrate(client, log);
    const { rows } = await client.query<{ log: string; last: string; first: string | null }>(
      'SELECT l.log, l.last, min(o.n) AS first FROM log_numbers l LEFT JOIN outbox o ON o.log = l.log GROUP BY l.log, l.last',
    );
    for (const { log: name, last, first } of rows) {
      const there = facts.cut.last[name as keyof typeof facts.cut.last];
      const goesOn = first === null ? there >= Number(last) : Number(first) <= there + 1;
      if (!goesOn || there > Number(last))
        throw new Error(
          `the backup does not fit together: ${name} has ${there} records, the database ${last}`,
        );
    }
    return closeAccounts(client, closed, now);
  });
}

/** Closes accounts by their ids; gives how many were open. */
async function closeAccounts(client: pg.Client, ids: readonly string[], now: number): Promise<number> {
  const { rowCount } = await client.query(
    'UPDATE users SET disabled_at = $2 WHERE id = ANY($1::uuid[]) AND disabled_at IS NULL',
    [ids, new Date(now)],
  );
  return rowCount ?? 0;
}
