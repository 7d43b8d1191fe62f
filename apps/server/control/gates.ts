import { newId } from '@weir/kit';
import type { GateMode, GatePair } from '../wire.ts';
import type { Broadcast, GateOrder } from './broadcast.ts';
import type { Actor, Control } from './control.ts';
import { DEFAULT_DELAY_MS, gateOf } from './policy.ts';
import * as broadcastSql from './sql/broadcasts.ts';
import * as decisionSql from './sql/decisions.ts';

export type GateAsk = { mode: GateMode; delayMs?: number };

const orderOf = (ask: GateAsk, by: string, at: number): GateOrder | undefined =>
  ask.mode === 'open'
    ? undefined
    : { mode: ask.mode, delayMs: ask.mode === 'delay' ? (ask.delayMs ?? DEFAULT_DELAY_MS) : 0, by, at };

/**
 * A person's order on a broadcast's gates: one input beside policy, the strictest wins. Recorded first, then in
 * memory, then at the edges; answers the gates as they now stand.
 */
export async function orderGate(
  control: Control,
  broadcast: Broadcast,
  ask: { media?: GateAsk; messages?: GateAsk; note?: string },
  by: Actor,
): Promise<GatePair> {
  const at = control.clock.now();
  const order = newId();
  const orders = { ...broadcast.orders };
  await control.database.write(async (trx) => {
    for (const gate of ['media', 'messages'] as const) {
      const wanted = ask[gate];
      if (!wanted) continue;
      const next = orderOf(wanted, by.id, at);
      delete orders[gate];
      if (next) orders[gate] = next;
      await broadcastSql.storeGateOrder(trx, broadcast.id, gate, next, at);
    }
    await decisionSql.insert(trx, { id: order, kind: 'gate', broadcast: broadcast.id, by: by.id, at });
    await control.outbox.record(trx, 'moderation', {
      kind: 'gate.changed',
      ts: at,
      broadcast: broadcast.id,
      user: by.id,
      order,
      media: ask.media,
      messages: ask.messages,
      note: ask.note,
      policy: control.policy.version,
    });
  });
  await applyView(control, { ...(control.broadcasts.get(broadcast.id) ?? broadcast), orders });
  await control.outbox.flush();
  return gateOf({ ...broadcast, orders }, control.policy);
}

/** Takes a changed broadcast into memory and to the edges; one that does not answer learns it with its next lease. */
export async function applyView(control: Control, next: Broadcast): Promise<void> {
  control.broadcasts.put(next);
  if (control.tombstones.get(next.id)) return;
  await control.edges.tell('view', control.broadcasts.view(next));
}
