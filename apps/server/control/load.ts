import { MAX_BROADCASTS } from './broadcasts.ts';
import type { Control } from './control.ts';
import type { Db } from './database.ts';
import * as broadcastSql from './sql/broadcasts.ts';
import * as decisionSql from './sql/decisions.ts';
import * as userSql from './sql/users.ts';
import { FOLLOW_UPS } from './tombstones.ts';

/**
 * Brings memory and database to one state whenever PostgreSQL comes up. Rows win for what people decided
 * (titles, keys, gates, accounts); memory wins for what edges said meanwhile; a cut that either side knows stands.
 */
export async function load(control: Control, db: Db): Promise<void> {
  const { broadcasts, people, hooks, clock } = control;
  people.replace(await userSql.all(db, control.ledger.words), await userSql.sessions(db, clock.now()));
  const rows = await broadcastSql.all(db, control.ledger.words);
  if (rows.length > MAX_BROADCASTS)
    control.log.error({ rows: rows.length }, 'more broadcasts than memory is meant to hold');
  for (const row of rows) {
    const held = broadcasts.get(row.id);
    const { state, startedAt, endedAt, lastRefusal } = held ?? row;
    const ends = [...new Set([...row.ends, ...(held?.ends ?? [])])].sort((a, b) => a - b);
    const merged = { ...row, state, startedAt, endedAt, ends, epoch: Math.max(row.epoch, held?.epoch ?? 0) };
    const next = lastRefusal ? { ...merged, lastRefusal } : merged;
    if (JSON.stringify(held) !== JSON.stringify(next)) broadcasts.put(next);
  }
  await joinCuts(control, db);
  await hooks.resume(db);
}

async function joinCuts({ tombstones, broadcasts, edges, log }: Control, db: Db): Promise<void> {
  for (const row of await decisionSql.cuts(db)) {
    if (!row.broadcast) continue;
    const known = tombstones.byOrder(row.id);
    const liftedHere = tombstones.liftedBy(row.id);
    if (liftedHere && row.lifted_by === null) {
      // The database is older than the restore (it came back from a backup).
      await db.updateTable('decisions').set({ lifted_by: liftedHere }).where('id', '=', row.id).execute();
    } else if (!known && row.lifted_by === null) {
      // control's own disk was lost, the order is in the database: it stands.
      log.warn({ order: row.id }, 'cut taken from the database');
      await tombstones.cut({
        order: row.id,
        broadcast: row.broadcast,
        reason: row.reason ?? 'other',
        ...(row.clause === null ? {} : { clause: row.clause }),
        orderedAt: row.decided_at.getTime(),
        by: row.decided_by,
        edges: {},
        done: [...FOLLOW_UPS],
      });
    } else if (known && row.lifted_by !== null && !liftedHere) {
      await tombstones.lift(row.id, row.lifted_by, row.decided_at.getTime());
    } else continue;
    edges.meetAgain();
    const broadcast = broadcasts.get(row.broadcast);
    if (broadcast) broadcasts.touch(broadcast);
  }
}
