import type { RouteThresholds } from '../../lexicon/thresholds.ts';
import type { Db, Trx } from '../database.ts';
import type { ThresholdVersion } from '../lexicon/thresholds.ts';

/** Stores a new version under the next number, which it answers. */
export async function insert(trx: Trx, version: Omit<ThresholdVersion, 'version'>): Promise<number> {
  const { last } = await trx
    .selectFrom('threshold_versions')
    .select((eb) => eb.fn.coalesce(eb.fn.max('version'), eb.lit(0)).as('last'))
    .executeTakeFirstOrThrow();
  await trx
    .insertInto('threshold_versions')
    .values({
      version: last + 1,
      routes: JSON.stringify(version.routes),
      state: version.state,
      note: version.note,
      made_by: version.by,
      made_at: new Date(version.at),
      state_by: version.stateBy,
      state_at: new Date(version.stateAt),
    })
    .execute();
  return last + 1;
}

/** Puts one version in force in place of the one that is; `version` undefined: none. */
export async function setLive(trx: Trx, version: number | undefined, by: string, at: number): Promise<void> {
  const state = { state_by: by, state_at: new Date(at) };
  await trx
    .updateTable('threshold_versions')
    .set({ state: 'retired', ...state })
    .where('state', '=', 'live')
    .execute();
  if (version === undefined) return;
  await trx
    .updateTable('threshold_versions')
    .set({ state: 'live', ...state })
    .where('version', '=', version)
    .execute();
}

/** Every version, oldest first. */
export async function all(db: Db): Promise<ThresholdVersion[]> {
  const rows = await db.selectFrom('threshold_versions').selectAll().orderBy('version').execute();
  return rows.map((row) => ({
    version: row.version,
    routes: row.routes as RouteThresholds,
    state: row.state,
    note: row.note,
    by: row.made_by,
    at: row.made_at.getTime(),
    stateBy: row.state_by,
    stateAt: row.state_at.getTime(),
  }));
}
