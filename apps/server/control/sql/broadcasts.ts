import type { BroadcastId, UserId } from '@weir/kit';
import type { Words } from '@weir/ledger';
import type { BroadcastKind, RefusalCode } from '../../wire.ts';
import { type Broadcast, type GateOrder, MAX_RETIRED_KEYS } from '../broadcast.ts';
import type { Db, Trx } from '../database.ts';

import type { Talk } from '../talk.ts';
import { all as allTalk } from './talk.ts';

const bytes = (hex: string): Buffer => Buffer.from(hex, 'hex');
const date = (ms: number | null): Date | null => (ms === null ? null : new Date(ms));
const ms = (value: Date | null): number | null => value?.getTime() ?? null;

/** Stores a new broadcast with its first key; answers its number. */
export async function insert(trx: Trx, words: Words, broadcast: Omit<Broadcast, 'number'>): Promise<number> {
  const { number } = await trx
    .insertInto('broadcasts')
    .values({
      id: broadcast.id,
      title: words.seal(broadcast.title),
      kind: broadcast.kind,
      category: broadcast.category,
      publisher: broadcast.publisher,
      state: broadcast.state,
      created_at: new Date(broadcast.createdAt),
    })
    .returning('number')
    .executeTakeFirstOrThrow();
  await insertKey(trx, broadcast.id, broadcast.keyHash, broadcast.createdAt);
  return number;
}

/** Stores what may change of a broadcast. */
export async function update(trx: Trx | Db, words: Words, broadcast: Broadcast): Promise<void> {
  await trx
    .updateTable('broadcasts')
    .set({
      title: broadcast.title === '' ? '' : words.seal(broadcast.title),
      state: broadcast.state,
      epoch: broadcast.epoch,
      slow_ms: broadcast.slowMs,
      rehearsal: broadcast.rehearsal,
      started_at: date(broadcast.startedAt),
      ended_at: date(broadcast.endedAt),
      ends: broadcast.ends.map((end) => new Date(end)),
      refused_code: broadcast.lastRefusal?.code ?? null,
      refused_at: broadcast.lastRefusal ? new Date(broadcast.lastRefusal.at) : null,
    })
    .where('id', '=', broadcast.id)
    .execute();
}

async function insertKey(trx: Trx, broadcast: string, hash: string, at: number): Promise<void> {
  await trx
    .insertInto('broadcast_keys')
    .values({ hash: bytes(hash), broadcast, created_at: new Date(at), retired_at: null })
    .execute();
}

/** Retires the present key and stores the next. */
export async function rotateKey(trx: Trx, broadcast: string, hash: string, at: number): Promise<void> {
  await trx
    .updateTable('broadcast_keys')
    .set({ retired_at: new Date(at) })
    .where('broadcast', '=', broadcast)
    .where('retired_at', 'is', null)
    .execute();
  await insertKey(trx, broadcast, hash, at);
}

/** Stores or withdraws a person's order on one gate. */
export async function storeGateOrder(
  trx: Trx,
  broadcast: string,
  gate: 'media' | 'messages',
  order: GateOrder | undefined,
  at: number,
): Promise<void> {
  await trx.deleteFrom('gate_orders').where('broadcast', '=', broadcast).where('gate', '=', gate).execute();
  if (!order) return;
  await trx
    .insertInto('gate_orders')
    .values({
      broadcast,
      gate,
      mode: order.mode,
      delay_ms: order.delayMs,
      ordered_by: order.by,
      ordered_at: new Date(at),
    })
    .execute();
}

/** Every broadcast with its keys and orders: read whole when PostgreSQL comes up, never by a request. */
export async function all(db: Db, words: Words): Promise<Broadcast[]> {
  const [rows, keys, orders, talks] = await Promise.all([
    db.selectFrom('broadcasts').selectAll().execute(),
    db.selectFrom('broadcast_keys').selectAll().orderBy('retired_at', 'desc').execute(),
    db.selectFrom('gate_orders').selectAll().execute(),
    allTalk(db, words),
  ]);
  const current = new Map<string, string>();
  const retired = new Map<string, string[]>();
  for (const key of keys) {
    const hash = key.hash.toString('hex');
    if (key.retired_at === null) current.set(key.broadcast, hash);
    else retired.set(key.broadcast, [...(retired.get(key.broadcast) ?? []), hash]);
  }
  const byBroadcast = new Map<string, Broadcast['orders']>();
  for (const { broadcast, gate, mode, delay_ms: delayMs, ordered_by: by, ordered_at } of orders) {
    const order = { mode, delayMs, by, at: ordered_at.getTime() };
    byBroadcast.set(broadcast, { ...byBroadcast.get(broadcast), [gate]: order });
  }
  return rows.map((row) => ({
    id: row.id as BroadcastId,
    number: row.number,
    title: words.open(row.title) ?? '',
    kind: row.kind as BroadcastKind,
    category: row.category,
    publisher: row.publisher as UserId,
    state: row.state as Broadcast['state'],
    epoch: row.epoch,
    slowMs: row.slow_ms,
    rehearsal: row.rehearsal,
    keyHash: current.get(row.id) ?? '',
    retiredKeys: (retired.get(row.id) ?? []).slice(0, MAX_RETIRED_KEYS),
    createdAt: row.created_at.getTime(),
    startedAt: ms(row.started_at),
    endedAt: ms(row.ended_at),
    ends: row.ends.map((end) => end.getTime()),
    orders: byBroadcast.get(row.id) ?? {},
    ...(talks.has(row.id) ? { talk: talks.get(row.id) as Talk } : {}),
    ...(row.refused_code && row.refused_at
      ? { lastRefusal: { code: row.refused_code as RefusalCode, at: row.refused_at.getTime() } }
      : {}),
  }));
}

/** Seals titles again that lie under a day up to `upTo`, and takes those away that `isGone` names. */
export async function resealTitles(
  trx: Trx,
  words: Words,
  upTo: string,
  isGone: (id: string) => boolean,
): Promise<void> {
  const rows = await trx.selectFrom('broadcasts').select(['id', 'title']).where('title', '!=', '').execute();
  for (const { id, title } of rows) {
    const isOver = isGone(id);
    const day = words.dayOf(title);
    if (!isOver && day !== undefined && day > upTo) continue;
    const next = isOver ? '' : words.seal(words.open(title) ?? '');
    await trx.updateTable('broadcasts').set({ title: next }).where('id', '=', id).execute();
  }
}
