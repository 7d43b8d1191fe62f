import { sql } from 'kysely';
import type { Db, Trx } from '../database.ts';
import { ANSWERED, type HeldName, type NameState } from '../names/name.ts';

export async function insert(trx: Trx, name: HeldName): Promise<void> {
  await trx
    .insertInto('held_names')
    .values({
      id: name.id,
      kind: name.of,
      subject: name.subject,
      owner: name.owner,
      made_by: name.by,
      made_at: new Date(name.at),
      category: name.category,
      state: name.state,
      reason: null,
      answered_by: null,
      answered_at: null,
      seen_at: null,
    })
    .execute();
}

type Answer = { state: NameState; reason?: string | null; by?: string; at?: number };

/** Moves a name on from one of the states `from`, news to its owner; false where it is in none of them. */
export async function move(trx: Trx, id: string, from: readonly NameState[], to: Answer): Promise<boolean> {
  const row = await trx
    .updateTable('held_names')
    .set({
      state: to.state,
      seen_at: null,
      ...(to.reason === undefined ? {} : { reason: to.reason }),
      ...(to.by === undefined ? {} : { answered_by: to.by }),
      ...(to.at === undefined ? {} : { answered_at: new Date(to.at) }),
    })
    .where('id', '=', id)
    .where('state', 'in', [...from])
    .returning('id')
    .executeTakeFirst();
  return row !== undefined;
}

const REPLACED: readonly NameState[] = ['held', 'refused', 'contested'];

/** Another name, `by`, takes the place of those of the same kind that wait or were refused. */
export async function withdraw(
  trx: Trx,
  of: HeldName['of'],
  subject: string,
  { by = '', states = REPLACED }: { by?: string; states?: readonly NameState[] } = {},
): Promise<void> {
  await trx
    .updateTable('held_names')
    .set({ state: 'withdrawn' })
    .where('kind', '=', of)
    .where('subject', '=', subject)
    .where('state', 'in', [...states])
    .where(sql<string>`id::text`, '!=', by)
    .execute();
}

const rows = (db: Db) => db.selectFrom('held_names').selectAll();

const nameOf = (row: Awaited<ReturnType<ReturnType<typeof rows>['execute']>>[number]): HeldName => ({
  id: row.id,
  of: row.kind,
  subject: row.subject,
  owner: row.owner,
  by: row.made_by,
  at: row.made_at.getTime(),
  category: row.category,
  state: row.state,
  reason: row.reason,
  answeredBy: row.answered_by,
  answeredAt: row.answered_at?.getTime() ?? null,
  seenAt: row.seen_at?.getTime() ?? null,
});

export async function get(db: Db, id: string): Promise<HeldName | undefined> {
  const row = await rows(db).where('id', '=', id).executeTakeFirst();
  return row && nameOf(row);
}

/** A page of those in some of the states, the oldest first; what the screen alone refused waits for nobody. */
export async function page(
  db: Db,
  states: readonly NameState[],
  after: string | undefined,
  limit: number,
): Promise<HeldName[]> {
  let query = rows(db)
    .where('state', 'in', [...states])
    .where((e) => e.or([e('state', '!=', 'refused'), e('answered_by', 'is not', null)]))
    .orderBy('id')
    .limit(limit);
  if (after) query = query.where('id', '>', after);
  return (await query.execute()).map(nameOf);
}

/** The latest of one person that were not withdrawn, the latest first. */
export async function ofOwner(db: Db, owner: string, limit: number): Promise<HeldName[]> {
  const found = await rows(db)
    .where('owner', '=', owner)
    .where('state', '!=', 'withdrawn')
    .orderBy('id', 'desc')
    .limit(limit)
    .execute();
  return found.map(nameOf);
}

/** Its owner has seen what was answered; whoever is not the owner, or has seen it, changes nothing. */
export async function see(trx: Trx, owner: string, ids: readonly string[], at: number): Promise<void> {
  await trx
    .updateTable('held_names')
    .set({ seen_at: new Date(at) })
    .where('id', 'in', [...ids])
    .where('owner', '=', owner)
    .where('state', 'in', [...ANSWERED])
    .where('seen_at', 'is', null)
    .execute();
}

/** How many are in some of the states, `most` at most. */
export async function count(db: Db, states: readonly NameState[], most: number): Promise<number> {
  const found = await db
    .selectFrom('held_names')
    .select('id')
    .where('state', 'in', [...states])
    .limit(most)
    .execute();
  return found.length;
}
