import { createHash } from 'node:crypto';
import { Problem } from '@weir/kit';
import type { Ledger } from '@weir/ledger';
import { certificateOf } from './certificate.ts';
import type { Control } from './control.ts';
import * as decisionSql from './sql/decisions.ts';
import { type Cut, FOLLOW_UPS } from './tombstones.ts';

const running = new Map<string, Promise<void>>();
/** Cuts that nobody has followed up before: of any other the ledger may hold the record already. */
const fresh = new WeakSet<Cut>();

/** Runs the parts that are not done: content log, webhook and purge, decision with sealed record. Never rejects. */
export function followUp(control: Control, cut: Cut): Promise<void> {
  let run = running.get(cut.order);
  if (!run) {
    run = runParts(control, cut).finally(() => running.delete(cut.order));
    running.set(cut.order, run);
  }
  return run;
}

async function runParts(control: Control, cut: Cut): Promise<void> {
  const run = async (part: (typeof FOLLOW_UPS)[number]): Promise<void> => {
    if (cut.done.includes(part)) return;
    try {
      await parts[part](control, cut);
      await control.tombstones.done(cut.order, part);
    } catch (why) {
      control.log.warn({ order: cut.order, part, why: (why as Error).message }, 'follow-up of a cut waits');
    }
  };
  // Side by side: a hook that cannot be stored holds up no decision.
  await Promise.all(FOLLOW_UPS.map(run));
}

/** The same id each time for what follows an order: a repeated follow-up repeats no delivery (UUIDv8, RFC 9562). */
function derivedId(order: string, what: string): string {
  const hex = createHash('sha256').update(`${order} ${what}`).digest('hex');
  const tail = `${hex.slice(0, 8)}-${hex.slice(8, 12)}-8${hex.slice(13, 16)}-8${hex.slice(17, 20)}`;
  return `${tail}-${hex.slice(20, 32)}`;
}

const parts: Record<(typeof FOLLOW_UPS)[number], (control: Control, cut: Cut) => Promise<void>> = {
  async content({ ledger }, cut) {
    const { order, broadcast, reason, clause, orderedAt: ts, by } = cut;
    // A kill between the record and its mark leaves the record: the ledger itself is asked.
    if (!fresh.delete(cut) && (await isWritten(ledger, cut))) return;
    await ledger.append([
      { kind: 'broadcast.cut', ts, broadcast, user: by, id: order, reason, ...(clause ? { clause } : {}) },
    ]);
  },

  async hooks({ hooks, broadcasts, config }, cut) {
    const broadcast = broadcasts.get(cut.broadcast);
    const certificate = certificateOf(cut, config);
    const kept = await Promise.all([
      hooks.send(
        'broadcast.cut',
        {
          broadcast: cut.broadcast,
          number: broadcast?.number,
          reason: cut.reason,
          clause: cut.clause,
          certificate,
        },
        derivedId(cut.order, 'broadcast.cut'),
      ),
      hooks.send(
        'purge',
        {
          broadcast: cut.broadcast,
          prefixes: [`/hls/${cut.broadcast}/`, `/live/${cut.broadcast}.flv`, `/poster/${cut.broadcast}.mp4`],
        },
        derivedId(cut.order, 'purge'),
      ),
    ]);
    if (!kept.every(Boolean)) throw new Problem('database_unavailable', 'the hooks go on in memory');
  },

  async database({ database, outbox, config, policy }, cut) {
    const { order: id, broadcast, reason, clause, by, orderedAt: at } = cut;
    await database.write(async (trx) => {
      const fresh = await decisionSql.insert(trx, {
        id,
        kind: 'cut',
        broadcast,
        reason,
        ...(clause === undefined ? {} : { clause }),
        by,
        at,
        certificate: certificateOf(cut, config),
      });
      if (!fresh) return;
      if (cut.sealed)
        await outbox.recordSealed(trx, 'moderation', {
          day: cut.sealed.day,
          bytes: Buffer.from(cut.sealed.bytes, 'base64'),
        });
      else
        await outbox.record(trx, 'moderation', {
          kind: 'decision.made',
          ts: at,
          broadcast,
          user: by,
          decision: 'cut',
          order: id,
          reason,
          policy: policy.version,
        });
    });
    await outbox.flush();
  },
};

/** What follows a cut that was ordered just now. */
export function followFresh(control: Control, cut: Cut): Promise<void> {
  fresh.add(cut);
  return followUp(control, cut);
}

/** Whether the content log has the record of this order. */
async function isWritten(ledger: Ledger, { order, broadcast, orderedAt }: Cut): Promise<boolean> {
  const query = {
    log: 'content',
    kind: 'broadcast.cut',
    broadcast,
    from: orderedAt,
    to: orderedAt + 1,
  } as const;
  for await (const { id } of ledger.search(query)) if (id === order) return true;
  return false;
}

/** Takes up every cut that an earlier run, or a stopped PostgreSQL, left unfinished. */
export async function finishCuts(control: Control): Promise<void> {
  for (const cut of control.tombstones.unfinished()) await followUp(control, cut);
}
