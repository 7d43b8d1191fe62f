import type { Db, Trx } from '../database.ts';

/**
 * One row under the log's next number. The counter's row lock is held to the end of the transaction, so numbers
 * are gapless and in order of COMMIT; it costs that writers of one log take turns for one fsync.
 */
export async function insert(trx: Trx, log: string, sealed: { day: string; bytes: Buffer }): Promise<void> {
  const { last } = await trx
    .updateTable('log_numbers')
    .set((eb) => ({ last: eb('last', '+', 1) }))
    .where('log', '=', log)
    .returning('last')
    .executeTakeFirstOrThrow();
  await trx.insertInto('outbox').values({ log, n: last, day: sealed.day, sealed: sealed.bytes }).execute();
}

/** Rows not yet applied, by log and number. */
export function oldest(db: Db, limit: number) {
  return db.selectFrom('outbox').selectAll().orderBy('log').orderBy('n').limit(limit).execute();
}

/** Deletes what the ledger holds. */
export async function applied(trx: Trx, upTo: { log: string; n: number }[]): Promise<void> {
  for (const { log, n } of upTo)
    await trx.deleteFrom('outbox').where('log', '=', log).where('n', '<=', n).execute();
}
