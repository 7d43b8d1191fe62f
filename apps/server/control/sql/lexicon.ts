import type { Db, Trx } from '../database.ts';
import type { Version, VersionState } from '../lexicon/version.ts';

/** Stores a new version under the next number, which it answers. */
export async function insert(trx: Trx, version: Omit<Version, 'version'>): Promise<number> {
  const { last } = await trx
    .selectFrom('lexicon_versions')
    .select((eb) => eb.fn.coalesce(eb.fn.max('version'), eb.lit(0)).as('last'))
    .executeTakeFirstOrThrow();
  await trx
    .insertInto('lexicon_versions')
    .values({
      version: last + 1,
      hash: Buffer.from(version.hash, 'hex'),
      state: version.state,
      note: version.note,
      terms: version.terms,
      bytes: version.bytes,
      added: version.added,
      removed: version.removed,
      changed: version.changed,
      made_by: version.by,
      made_at: new Date(version.at),
      state_by: version.stateBy,
      state_at: new Date(version.stateAt),
    })
    .execute();
  return last + 1;
}

/** Gives a version another state. */
export async function setState(
  trx: Trx,
  version: number,
  state: VersionState,
  by: string,
  at: number,
): Promise<void> {
  await trx
    .updateTable('lexicon_versions')
    .set({ state, state_by: by, state_at: new Date(at) })
    .where('version', '=', version)
    .execute();
}

/** Every version, oldest first: read whole when PostgreSQL comes up. */
export async function all(db: Db): Promise<Version[]> {
  const rows = await db.selectFrom('lexicon_versions').selectAll().orderBy('version').execute();
  return rows.map((row) => ({
    version: row.version,
    hash: row.hash.toString('hex'),
    state: row.state,
    note: row.note,
    terms: row.terms,
    bytes: row.bytes,
    added: row.added,
    removed: row.removed,
    changed: row.changed,
    by: row.made_by,
    at: row.made_at.getTime(),
    stateBy: row.state_by,
    stateAt: row.state_at.getTime(),
  }));
}
