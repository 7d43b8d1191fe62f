import { newId, type OrderId, Problem } from '@weir/kit';
import type { RestoreOrder } from '../wire.ts';
import { type Actor, type Control, theBroadcast } from './control.ts';
import { followUp } from './followUp.ts';
import * as broadcastSql from './sql/broadcasts.ts';
import * as decisionSql from './sql/decisions.ts';

/**
 * Lifts a cut by a new, recorded order: state `created`, same key, new HLS epoch. PostgreSQL decides first, then
 * control's disk, then the edges: a crash between them leaves the broadcast cut until the next start reads both. An
 * edge that does not answer learns it with the hello that its next lease asks for.
 * @throws Problem not_cut, database_unavailable, storage_failed
 */
export async function restore(control: Control, id: string, note: string, by: Actor): Promise<void> {
  const broadcast = theBroadcast(control, id);
  const cut = control.tombstones.get(id);
  if (!cut) throw new Problem('not_cut', 'Only a cut broadcast can be restored');
  const order = newId<OrderId>();
  const at = control.clock.now();
  const restored = {
    ...broadcast,
    state: 'created' as const,
    epoch: broadcast.epoch + 1,
    startedAt: null,
    endedAt: null,
  };
  if (!cut.done.includes('database')) await followUp(control, cut);
  if (!cut.done.includes('database'))
    throw new Problem('database_unavailable', 'The cut is not recorded yet; try again');
  const lifting = await control.database.write(async (trx) => {
    const lifting = await decisionSql.lift(trx, cut.order, order);
    if (lifting === undefined) throw new Problem('not_cut');
    // An earlier restore was decided and then the disk refused it: that order is carried out.
    if (lifting !== order) return lifting;
    await decisionSql.insert(trx, { id: order, kind: 'restore', broadcast: id, by: by.id, at });
    await broadcastSql.update(trx, control.ledger.words, restored);
    await control.outbox.record(trx, 'moderation', {
      kind: 'decision.made',
      ts: at,
      broadcast: id,
      user: by.id,
      decision: 'restore',
      order,
      lifts: cut.order,
      note,
      policy: control.policy.version,
    });
    return lifting;
  });
  await control.outbox.flush();
  await control.tombstones.lift(cut.order, lifting, at).catch((why: Error) => {
    control.log.error({ order: lifting, why: why.message }, 'restore not on disk');
    throw new Problem('storage_failed', 'It is still cut: the disk refused; free space and order again');
  });
  control.broadcasts.put(restored);
  const body: RestoreOrder = { order: lifting, broadcast: id, view: control.broadcasts.view(restored) };
  await control.edges.tell('restore', body);
}
