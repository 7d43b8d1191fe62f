import type { Certificate } from '../certificate.ts';
import type { Db, Trx } from '../database.ts';

export type Decision = {
  id: string;
  kind:
    | 'cut'
    | 'restore'
    | 'gate'
    | 'recall'
    | 'refuse'
    | 'release'
    | 'end'
    | 'role'
    | 'lexicon'
    | 'contest'
    | 'talk';
  broadcast?: string;
  subject?: string;
  reason?: string;
  clause?: string;
  by: string;
  at: number;
  certificate?: Certificate;
};

/** Stores a decision; one that is there already (its follow-up was repeated) is left. Answers whether it is new. */
export async function insert(trx: Trx, decision: Decision): Promise<boolean> {
  const { numInsertedOrUpdatedRows } = await trx
    .insertInto('decisions')
    .values({
      id: decision.id,
      kind: decision.kind,
      broadcast: decision.broadcast ?? null,
      subject: decision.subject ?? null,
      reason: decision.reason ?? null,
      clause: decision.clause ?? null,
      decided_by: decision.by,
      decided_at: new Date(decision.at),
      certificate: decision.certificate ? JSON.stringify(decision.certificate) : null,
      lifted_by: null,
    })
    .onConflict((conflict) => conflict.column('id').doNothing())
    .executeTakeFirst();
  return (numInsertedOrUpdatedRows ?? 0n) > 0n;
}

/** Whether a decision of a kind was made about a subject. */
export async function stands(db: Db, kind: Decision['kind'], subject: string): Promise<boolean> {
  const row = await db
    .selectFrom('decisions')
    .select('id')
    .where('kind', '=', kind)
    .where('subject', '=', subject)
    .limit(1)
    .executeTakeFirst();
  return row !== undefined;
}

/** Marks a cut as lifted; answers the order that lifts it, an earlier one where there is one; undefined without such a cut. */
export async function lift(trx: Trx, order: string, by: string): Promise<string | undefined> {
  const row = await trx
    .updateTable('decisions')
    .set((eb) => ({ lifted_by: eb.fn.coalesce('lifted_by', eb.val(by)) }))
    .where('id', '=', order)
    .returning('lifted_by')
    .executeTakeFirst();
  return row?.lifted_by ?? undefined;
}

/** Replaces a provisional certificate. */
export async function storeCertificate(trx: Trx, order: string, certificate: Certificate): Promise<void> {
  await trx
    .updateTable('decisions')
    .set({ certificate: JSON.stringify(certificate) })
    .where('id', '=', order)
    .execute();
}

/** Every cut and by which order it was lifted, if it was. */
export function cuts(db: Db) {
  return db.selectFrom('decisions').selectAll().where('kind', '=', 'cut').execute();
}
