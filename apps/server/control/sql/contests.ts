import type { Contest, ContestState } from '../contests.ts';
import type { Db, Trx } from '../database.ts';

export async function insert(trx: Trx, contest: Contest): Promise<void> {
  await trx
    .insertInto('contests')
    .values({
      id: contest.id,
      kind: contest.kind,
      message: contest.message,
      room: contest.room,
      author: contest.author,
      made_by: contest.by,
      made_at: new Date(contest.at),
      category: contest.category,
      terms: contest.terms,
      lexicon: contest.lexicon,
      state: contest.state,
      answered_by: null,
      answered_at: null,
      version: null,
      allow: null,
    })
    .execute();
}

/** Writes a person's answer; false where somebody has answered already. */
export async function answer(
  trx: Trx,
  id: string,
  answered: { state: ContestState; by: string; at: number; version: number | null; allow: string | null },
): Promise<boolean> {
  const row = await trx
    .updateTable('contests')
    .set({
      state: answered.state,
      answered_by: answered.by,
      answered_at: new Date(answered.at),
      version: answered.version,
      allow: answered.allow,
    })
    .where('id', '=', id)
    .where('state', '=', 'open')
    .returning('id')
    .executeTakeFirst();
  return row !== undefined;
}

/** How many contests a person has made since `from`, wall ms. */
export async function countSince(db: Db, by: string, from: number): Promise<number> {
  const { count } = await db
    .selectFrom('contests')
    .select(({ fn }) => fn.countAll<number>().as('count'))
    .where('made_by', '=', by)
    .where('kind', '=', 'contest')
    .where('made_at', '>', new Date(from))
    .executeTakeFirstOrThrow();
  return Number(count);
}

const rows = (db: Db) => db.selectFrom('contests').selectAll();

const contestOf = (row: Awaited<ReturnType<ReturnType<typeof rows>['execute']>>[number]): Contest => ({
  id: row.id,
  kind: row.kind,
  message: row.message,
  room: row.room,
  author: row.author,
  by: row.made_by,
  at: row.made_at.getTime(),
  category: row.category,
  terms: row.terms,
  lexicon: row.lexicon,
  state: row.state,
  answeredBy: row.answered_by,
  answeredAt: row.answered_at?.getTime() ?? null,
  version: row.version,
  allow: row.allow,
});

export async function get(db: Db, id: string): Promise<Contest | undefined> {
  const row = await rows(db).where('id', '=', id).executeTakeFirst();
  return row && contestOf(row);
}

/** A page, the oldest first, so that who waits longest is answered first; ids are made in order of time. */
export async function page(
  db: Db,
  state: ContestState | 'answered' | undefined,
  after: string | undefined,
  limit: number,
): Promise<Contest[]> {
  let query = rows(db).orderBy('id').limit(limit);
  if (state === 'answered') query = query.where('state', '!=', 'open');
  else if (state) query = query.where('state', '=', state);
  if (after) query = query.where('id', '>', after);
  return (await query.execute()).map(contestOf);
}

/** Contests of these messages. */
export async function ofMessages(db: Db, messages: readonly string[]): Promise<Contest[]> {
  if (messages.length === 0) return [];
  return (
    await rows(db)
      .where('message', 'in', [...messages])
      .execute()
  ).map(contestOf);
}

/** What became of contests since `from`, by the terms that were contested. */
export async function byTerm(db: Db, from: number) {
  const found = await rows(db)
    .where('made_at', '>=', new Date(from))
    .orderBy('id', 'desc')
    .limit(10_000)
    .execute();
  const terms = new Map<string, { contested: number; upheld: number; overturned: number }>();
  for (const row of found)
    for (const term of row.terms) {
      const count = terms.get(term) ?? { contested: 0, upheld: 0, overturned: 0 };
      count.contested++;
      if (row.state === 'stands') count.upheld++;
      if (row.state === 'overturned') count.overturned++;
      terms.set(term, count);
    }
  return terms;
}

/** How many are open, `most` at most. */
export async function countOpen(db: Db, most: number): Promise<number> {
  const found = await db
    .selectFrom('contests')
    .select('id')
    .where('state', '=', 'open')
    .limit(most)
    .execute();
  return found.length;
}
