import type { Db } from '../database.ts';

export type Delivery = { id: string; url: string; event: string; body: object; createdAt: number };

export async function insert(db: Db, delivery: Delivery): Promise<void> {
  await db
    .insertInto('deliveries')
    .values({
      id: delivery.id,
      url: delivery.url,
      event: delivery.event,
      body: JSON.stringify(delivery.body),
      created_at: new Date(delivery.createdAt),
    })
    .onConflict((conflict) => conflict.column('id').doNothing())
    .execute();
}

export async function remove(db: Db, id: string): Promise<void> {
  await db.deleteFrom('deliveries').where('id', '=', id).execute();
}

/** What an earlier run did not get rid of, oldest first. */
export async function waiting(db: Db, limit: number): Promise<Delivery[]> {
  const rows = await db.selectFrom('deliveries').selectAll().orderBy('created_at').limit(limit).execute();
  return rows.map(({ created_at, ...row }) => ({ ...row, createdAt: created_at.getTime() }));
}
