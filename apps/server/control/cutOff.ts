import { newId, type OrderId, Problem } from '@weir/kit';
import type { CutReport, Tombstone } from '../wire.ts';
import { type Certificate, certificateOf } from './certificate.ts';
import { type Actor, type Control, theBroadcast } from './control.ts';
import { followFresh, followUp } from './followUp.ts';
import * as decisionSql from './sql/decisions.ts';
import { type Cut, tombstoneOf } from './tombstones.ts';

/** An edge answers a cut in tens of ms; after this it is `unconfirmed` and the certificate provisional. */
const EDGE_WITHIN_MS = 500;
/** What an edge's lease may overrun by: drift of its clock over one lease, and its timer. */
export const DRIFT_MS = 500;

export type CutAsk = { reason: string; facts?: string; note?: string; clause?: string };

/**
 * Cuts a broadcast off (DESIGN.md section 1). The right was checked in memory at the door. In parallel every edge
 * closes its gates and syncs its tombstone, and control syncs its own; then the certificate answers. PostgreSQL
 * has no part in it: decision, notice and hooks follow. A second call gets the same certificate.
 * @throws Problem unknown_reason; storage_failed where control's disk refused the tombstone: the edges are cut, ask again
 */
export async function cutOff(control: Control, id: string, ask: CutAsk, by: Actor): Promise<Certificate> {
  const broadcast = theBroadcast(control, id);
  const standing = control.tombstones.get(id);
  if (standing) {
    await onDisk(control, control.tombstones.settle(standing), standing.order);
    return certificate(control, standing);
  }
  const reason = control.policy.reasons.get(ask.reason);
  if (!reason) throw new Problem('unknown_reason', 'GET /api/reasons lists them; other is always among them');
  const orderedAt = control.clock.now();
  const clause = ask.clause ?? reason.clause;
  const edges = control.edges.known();
  const cut: Cut = {
    order: newId<OrderId>(),
    broadcast: id,
    reason: ask.reason,
    ...(clause === undefined ? {} : { clause }),
    orderedAt,
    by: by.id,
    edges: Object.fromEntries(
      edges.map(({ edge }) => [edge, { closedNoLaterThan: orderedAt + control.config.leaseMs + DRIFT_MS }]),
    ),
    done: [],
  };
  cut.sealed = sealedDecision(control, cut, ask);
  // Refuses from here on: leases, publishing, play and the second order see it in memory.
  const stored = control.tombstones.cut(cut);
  const closing = edges.map(({ edge }) => closeAt(control, cut, edge));
  pending.set(
    cut.order,
    Promise.all([stored.catch(() => {}), ...closing]).finally(() => pending.delete(cut.order)),
  );
  control.broadcasts.touch(broadcast);
  try {
    await onDisk(control, stored, cut.order);
  } catch (why) {
    await Promise.all(closing);
    throw why;
  } finally {
    // With the edges' reports, or without those that did not answer in time.
    void Promise.all(closing).then(() => followFresh(control, cut));
  }
  return certificate(control, cut);
}

/** @throws Problem storage_failed: it is in force in memory, and is tried again until it is on disk */
async function onDisk(control: Control, stored: Promise<void>, order: string): Promise<void> {
  try {
    await stored;
  } catch (why) {
    // The next try, within a second or by the next order, finds room.
    void control.capacity.check();
    control.log.error({ order, why: (why as Error).message }, 'tombstone not on disk');
    throw new Problem(
      'storage_failed',
      'The gates are closed, but the disk refused the tombstone; free space and order again',
    );
  }
}

/** A tombstone that only an edge has: control's disk was lost or is older. It stands here too. */
export function adopt(control: Control, stone: Tombstone, edge: string): void {
  control.log.warn({ order: stone.order, edge }, 'cut taken from an edge');
  const closedNoLaterThan = control.clock.now();
  const cut: Cut = { ...stone, by: `edge:${edge}`, edges: { [edge]: { closedNoLaterThan } }, done: [] };
  control.tombstones
    .cut(cut)
    .catch((why: Error) => control.log.error({ order: cut.order, why: why.message }, 'tombstone not on disk'))
    .finally(() => void followUp(control, cut));
}

/** The record of the decision, sealed: facts and note lie nowhere in clear. A full disk costs them, not the cut. */
function sealedDecision(control: Control, cut: Cut, ask: CutAsk): Cut['sealed'] {
  const { order, broadcast, reason, clause, by, orderedAt: ts } = cut;
  const policy = control.policy.version;
  const decided = { decision: 'cut', order, reason, clause, policy };
  const record = { kind: 'decision.made', ts, broadcast, user: by, ...decided };
  try {
    const { day, bytes } = control.ledger.seal('moderation', { ...record, facts: ask.facts, note: ask.note });
    return { day, bytes: bytes.toString('base64') };
  } catch (why) {
    control.log.error({ order, why: (why as Error).message }, 'facts and note of a cut could not be sealed');
    return undefined;
  }
}

/** Cuts whose edges are still being waited for. */
const pending = new Map<string, Promise<unknown>>();

async function certificate(control: Control, cut: Cut): Promise<Certificate> {
  await pending.get(cut.order);
  return certificateOf(cut, control.config);
}

/** The certificate of a standing cut. @throws Problem not_cut */
export function currentCertificate(control: Control, id: string): Promise<Certificate> {
  const standing = control.tombstones.get(theBroadcast(control, id).id);
  if (!standing) throw new Problem('not_cut');
  return certificate(control, standing);
}

async function closeAt(control: Control, cut: Cut, edge: string): Promise<void> {
  try {
    const report = await control.edges.askEdge<CutReport>(edge, 'cut', tombstoneOf(cut), EDGE_WITHIN_MS);
    control.tombstones.report(cut.order, report).catch(() => {});
  } catch (why) {
    control.log.warn({ edge, order: cut.order, why: (why as Error).message }, 'edge has not confirmed a cut');
  }
}

/** An edge is heard of again: the cuts it has not confirmed are put to it again. */
export function askAgain(control: Control, edge: string): void {
  for (const cut of control.tombstones.standing()) {
    const there = cut.edges[edge];
    if (!there || there.report || pending.has(cut.order)) continue;
    const asked = closeAt(control, cut, edge).finally(() => pending.delete(cut.order));
    pending.set(cut.order, asked);
    void asked.then(() => certificateFollows(control, cut));
  }
}

/** The certificate grew: the stored one follows. */
function certificateFollows(control: Control, cut: Cut): void {
  if (!cut.done.includes('database')) return;
  void control.database
    .write((trx) => decisionSql.storeCertificate(trx, cut.order, certificateOf(cut, control.config)))
    .catch((why: Error) =>
      control.log.warn({ order: cut.order, why: why.message }, 'certificate not stored'),
    );
}
