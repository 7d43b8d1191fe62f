import type { Which } from '../../lexicon/counts.ts';
import type { HitCount } from '../../wire.ts';
import type { Db, Trx } from '../database.ts';

const HOUR_MS = 3_600_000;
/** Hours of statistics that are kept. */
const KEEP_MS = 90 * 24 * HOUR_MS;

/** Adds counts to the hour of `at`. */
export async function add(trx: Trx, counts: readonly HitCount[], at: number): Promise<void> {
  if (counts.length === 0) return;
  const hour = new Date(Math.floor(at / HOUR_MS) * HOUR_MS);
  await trx
    .insertInto('lexicon_hits')
    .values(
      counts.map(({ which, term, category, hits, held, refused }) => ({
        hour,
        lexicon: which,
        term,
        category,
        hits,
        held,
        refused,
      })),
    )
    .onConflict((conflict) =>
      conflict.columns(['hour', 'lexicon', 'term']).doUpdateSet((eb) => ({
        hits: eb('lexicon_hits.hits', '+', eb.ref('excluded.hits')),
        held: eb('lexicon_hits.held', '+', eb.ref('excluded.held')),
        refused: eb('lexicon_hits.refused', '+', eb.ref('excluded.refused')),
      })),
    )
    .execute();
}

/** The terms found most since `from`, wall ms. */
export async function top(db: Db, which: Which, from: number, limit: number) {
  const rows = await db
    .selectFrom('lexicon_hits')
    .select(({ fn }) => [
      'term',
      fn.max('category').as('category'),
      fn.sum<string>('hits').as('hits'),
      fn.sum<string>('held').as('held'),
      fn.sum<string>('refused').as('refused'),
    ])
    .where('lexicon', '=', which)
    .where('hour', '>=', new Date(Math.floor(from / HOUR_MS) * HOUR_MS))
    .groupBy('term')
    .orderBy('hits', 'desc')
    .orderBy('term')
    .limit(limit)
    .execute();
  return rows.map(({ term, category, hits, held, refused }) => ({
    term,
    category,
    hits: Number(hits),
    held: Number(held),
    refused: Number(refused),
  }));
}

/** Forgets what is older than a quarter of a year. */
export async function forget(db: Db, now: number): Promise<void> {
  await db
    .deleteFrom('lexicon_hits')
    .where('hour', '<', new Date(now - KEEP_MS))
    .execute();
}
