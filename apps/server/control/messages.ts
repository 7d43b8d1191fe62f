import { newId, Problem } from '@weir/kit';
import type { HistoryAnswer, HistoryAsk, MessageAct } from '../wire.ts';
import type { Actor, Control } from './control.ts';
import * as decisionSql from './sql/decisions.ts';

/** Largest page of history that an edge or a client gets at once. */
const MAX_PAGE = 500;

/** `control.history`: what stands on disk of a room. */
export async function history(control: Control, ask: HistoryAsk): Promise<HistoryAnswer> {
  const { ledger } = control;
  const limit = Math.min(ask.limit, MAX_PAGE);
  const page = ask.after === undefined ? { limit } : { limit, after: ask.after };
  return {
    offset: ledger.offset(ask.room),
    items: await ledger.history(ask.room, page),
    held: ledger.held(ask.room),
  };
}

export type MessageOrder =
  | { op: 'release' }
  | { op: 'refuse' | 'recall'; reason: string; note?: string | undefined };

/**
 * A person's act on a message: recorded as a decision, then done by the room. Where no edge serves the room, the
 * content log takes the recall or refusal itself, so that no later history shows the message.
 * @throws Problem not_held, unknown_reason, edge_unreachable, database_unavailable
 */
export async function actOnMessage(
  control: Control,
  room: string,
  id: string,
  order: MessageOrder,
  by: Actor,
): Promise<void> {
  const { ledger, database, outbox, clock } = control;
  if (order.op !== 'release' && !control.policy.reasons.has(order.reason))
    throw new Problem('unknown_reason', 'GET /api/reasons lists them; other is always among them');
  if (order.op === 'recall' && ledger.isRecalled(room, id)) return;
  if (order.op !== 'recall' && !ledger.held(room).some((held) => held.id === id)) {
    // The edge may have done it when its answer was no longer waited for: asked again, that is no error.
    if (order.op === 'release' && (await wasReleased(control, room, id))) return;
    throw new Problem('not_held');
  }
  const at = clock.now();
  const decision = newId();
  const reason = order.op === 'release' ? undefined : order.reason;
  await database.write(async (trx) => {
    await decisionSql.insert(trx, {
      id: decision,
      kind: order.op,
      broadcast: room,
      subject: id,
      ...(reason === undefined ? {} : { reason }),
      by: by.id,
      at,
    });
    await outbox.record(trx, 'moderation', {
      kind: 'decision.made',
      ts: at,
      broadcast: room,
      room,
      user: by.id,
      decision: order.op,
      order: decision,
      policy: control.policy.version,
      message: id,
      reason,
      note: order.op === 'release' ? undefined : order.note,
    });
  });
  const recorded = outbox.flush();
  // What takes back does not wait for the ledger's disk, its answer does; what lets pass waits.
  if (order.op === 'release') await recorded;
  else recorded.catch(() => {});
  const act: MessageAct =
    order.op === 'release'
      ? { room, op: 'release', id }
      : order.op === 'refuse'
        ? { room, op: 'refuse', id, reason: order.reason }
        : { room, op: 'recall', id, by: by.id, reason: order.reason };
  try {
    await control.edges.ask(room, 'message', act);
  } catch (why) {
    if (!(why instanceof Problem) || why.code !== 'edge_unreachable' || order.op === 'release') throw why;
    await recordAlone(control, room, id, order, by, at);
  }
  await recorded;
}

/** Whether a message is shown because a person has released it. */
async function wasReleased({ ledger, database }: Control, room: string, id: string): Promise<boolean> {
  if (ledger.isRecalled(room, id)) return false;
  const records = await ledger.recordsOf(id);
  if (!records.some(({ kind }) => kind === 'message.published')) return false;
  return database.read((db) => decisionSql.stands(db, 'release', id));
}

async function recordAlone(
  { ledger }: Control,
  room: string,
  id: string,
  order: Extract<MessageOrder, { reason: string }>,
  by: Actor,
  ts: number,
): Promise<void> {
  const base = { ts, room, broadcast: room, id };
  if (order.op === 'recall')
    return void (await ledger.append([
      { ...base, kind: 'message.recalled', by: by.id, reason: order.reason },
    ]));
  const held = ledger.held(room).find((message) => message.id === id);
  if (held)
    await ledger.append([
      {
        ...base,
        kind: 'message.refused',
        user: held.user.id,
        nickname: held.user.nickname,
        text: held.text,
        code: order.reason,
        ...(held.category ? { category: held.category } : {}),
        ...(held.hits ? { hits: held.hits } : {}),
        ...(held.trace ? { trace: held.trace } : {}),
      },
    ]);
}
