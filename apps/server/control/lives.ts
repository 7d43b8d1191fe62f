import { createHash, randomBytes } from 'node:crypto';
import { type BroadcastId, newId, Problem, type UserId } from '@weir/kit';
import type { BroadcastKind, End, Kick } from '../wire.ts';
import type { Broadcast } from './broadcast.ts';
import { MAX_BROADCASTS } from './broadcasts.ts';
import type { Actor, Control } from './control.ts';
import { applyView } from './gates.ts';
import { admitName, holdName, withdrawNames } from './names/hold.ts';
import { cleanName, type HeldName } from './names/name.ts';
import { titleRecord } from './publicWords.ts';
import * as sql from './sql/broadcasts.ts';
import * as decisionSql from './sql/decisions.ts';

const KEY_BYTES = 24;
/** Kinds that are built: each has its way from encoder to page. */
const BUILT: readonly BroadcastKind[] = ['video', 'audio'];

export type Ingest = { url: string; key: string };

const newKey = (): string => randomBytes(KEY_BYTES).toString('base64url');
const hashOf = (key: string): string => createHash('sha256').update(key).digest('hex');

/**
 * A new broadcast of this publisher; the key is shown here and by rotation only. A title that is doubted waits for a
 * person; until then the publisher's nickname stands there.
 * @throws Problem storage_full, kind_unavailable, unknown_category, busy, database_unavailable
 */
export async function createBroadcast(
  control: Control,
  ask: { title: string; kind: BroadcastKind; category: string },
  by: Actor,
): Promise<{ broadcast: Broadcast; ingest: Ingest; held?: HeldName }> {
  if (!BUILT.includes(ask.kind)) throw new Problem('kind_unavailable', 'Choose video or audio');
  control.closure.admit();
  control.capacity.admit();
  const title = cleanName(ask.title);
  const screened = control.screen.admit(title, 'title');
  if (!control.policy.categories.has(ask.category))
    throw new Problem('unknown_category', 'GET /api/categories lists them');
  if (control.broadcasts.size >= MAX_BROADCASTS) throw new Problem('busy', 'There are too many broadcasts');
  const key = newKey();
  const at = control.clock.now();
  const draft: Omit<Broadcast, 'number'> = {
    ...ask,
    title: screened.verdict === 'hold' ? by.nickname : title,
    id: newId<BroadcastId>(),
    publisher: by.id as UserId,
    state: 'created',
    epoch: 1,
    slowMs: 0,
    rehearsal: false,
    keyHash: hashOf(key),
    retiredKeys: [],
    createdAt: at,
    startedAt: null,
    endedAt: null,
    ends: [],
    orders: {},
  };
  const number = await control.database.write(async (trx) => {
    const given = await sql.insert(trx, control.ledger.words, draft);
    // Last, so that no title becomes public of which no record stands.
    await control.ledger.append([titleRecord('broadcast.created', draft, by, at)]);
    return given;
  });
  const broadcast = { ...draft, number };
  control.broadcasts.put(broadcast);
  const made = { broadcast, ingest: { url: control.edges.rtmpUrl(), key } };
  if (screened.verdict === 'pass') return made;
  return { ...made, held: await holdName(control, aboutOf(broadcast), title, screened, by) };
}

/** A new key; whoever uses the old one is disconnected, and told key_rotated when trying again. */
export async function rotateKey(control: Control, broadcast: Broadcast): Promise<Ingest> {
  const key = newKey();
  const keyHash = hashOf(key);
  await control.database.write((trx) => sql.rotateKey(trx, broadcast.id, keyHash, control.clock.now()));
  const now = control.broadcasts.get(broadcast.id) ?? broadcast;
  control.broadcasts.put({ ...now, keyHash, retiredKeys: [broadcast.keyHash, ...now.retiredKeys] });
  const kick: Kick = { broadcast: broadcast.id, code: 'key_rotated' };
  await control.edges.tell('kick', kick);
  return { url: control.edges.rtmpUrl(), key };
}

/** Ends a broadcast by order of its publisher or staff; the key may go live again. */
export async function endBroadcast(control: Control, broadcast: Broadcast, by: Actor): Promise<void> {
  const at = control.clock.now();
  const cause = by.id === broadcast.publisher ? 'publisher' : 'staff';
  let recorded: Promise<void> | undefined;
  if (cause === 'staff') {
    const order = newId();
    await control.database.write(async (trx) => {
      await decisionSql.insert(trx, { id: order, kind: 'end', broadcast: broadcast.id, by: by.id, at });
      await control.outbox.record(trx, 'moderation', {
        kind: 'decision.made',
        ts: at,
        broadcast: broadcast.id,
        user: by.id,
        decision: 'end',
        order,
        policy: control.policy.version,
      });
    });
    recorded = control.outbox.flush();
    // Closing does not wait for the ledger's disk; its answer does.
    recorded.catch(() => {});
  }
  const body: End = { broadcast: broadcast.id, cause };
  await control.edges.tell('end', body);
  control.streams.end(broadcast, at, cause);
  await recorded;
}

const aboutOf = ({ id, publisher }: Broadcast) => ({ of: 'title' as const, subject: id, owner: publisher });

/**
 * Changes title, slow mode or rehearsal. A title that is doubted waits for a person, and the old one stays; one that a
 * person has `released` is asked no more.
 * @throws Problem `content_refused` with the id to contest; nothing is changed then
 */
export async function changeBroadcast(
  control: Control,
  broadcast: Broadcast,
  { title: wished, ...rest }: { title?: string; slowMs?: number; rehearsal?: boolean },
  by: Actor,
  word: 'screened' | 'released' = 'screened',
): Promise<{ broadcast: Broadcast; held?: HeldName }> {
  const title = wished === undefined ? undefined : cleanName(wished);
  if (title !== undefined) control.closure.admit();
  const asked = title !== undefined && title !== broadcast.title && word === 'screened';
  const screened = asked ? await admitName(control, aboutOf(broadcast), title, by) : undefined;
  const doubted = screened?.verdict === 'hold' ? screened : undefined;
  const change = { ...rest, ...(title === undefined || doubted ? {} : { title }) };
  const next = { ...broadcast, ...change };
  await control.database.write(async (trx) => {
    await sql.update(trx, control.ledger.words, next);
    if (next.title !== broadcast.title)
      await control.ledger.append([titleRecord('title.changed', next, by, control.clock.now())]);
  });
  const merged = { ...(control.broadcasts.get(broadcast.id) ?? broadcast), ...change };
  await applyView(control, merged);
  if (doubted)
    return {
      broadcast: merged,
      held: await holdName(control, aboutOf(merged), title as string, doubted, by),
    };
  if (asked) await withdrawNames(control, 'title', merged.id);
  return { broadcast: merged };
}
