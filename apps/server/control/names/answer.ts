import { newId, Problem } from '@weir/kit';
import { changeAccount } from '../accounts.ts';
import { type Allow, amendmentFor } from '../allow.ts';
import type { Actor, Control } from '../control.ts';
import { changeBroadcast } from '../lives.ts';
import * as decisionSql from '../sql/decisions.ts';
import * as sql from '../sql/names.ts';
import { saidName } from './hold.ts';
import { type HeldName, type NameState, WAITING } from './name.ts';

/** A release may change the lexicon at once, so that the same is not doubted again. */
type Order = { op: 'release'; allow?: Allow | undefined } | { op: 'refuse'; reason: string };

/**
 * A person releases a name or refuses it. One that was contested is answered by somebody else than who refused it.
 * @throws Problem `not_found`, `forbidden` for one's own or the same person again, `conflict` where it waits no more,
 * `unknown_reason`, `lexicon_invalid`
 */
export async function answerName(control: Control, id: string, answer: Order, by: Actor): Promise<HeldName> {
  const { database, outbox, clock, policy } = control;
  const found = await database.read((db) => sql.get(db, id));
  if (!found) throw new Problem('not_found', 'No name has this id');
  if (found.owner === by.id || found.by === by.id)
    throw new Problem('forbidden', 'Nobody answers for a name of their own');
  if (found.state === 'contested' && found.answeredBy === by.id)
    throw new Problem('forbidden', 'Somebody else answers what you have refused');
  if (!WAITING.includes(found.state)) throw new Problem('conflict', 'It waits no more');
  if (answer.op === 'refuse' && !policy.reasons.has(answer.reason))
    throw new Problem('unknown_reason', 'GET /api/reasons lists them; other is always among them');
  const said = answer.op === 'release' ? await saidName(control, found) : undefined;
  if (answer.op === 'release' && !said) throw new Problem('conflict', 'What it says is no longer kept');
  const allow = answer.op === 'release' ? answer.allow : undefined;
  const origin = { source: 'name', note: `name ${id}` };
  const changed =
    allow && said
      ? await control.lexicon.amend(await amendmentFor(control, allow, said, origin), by)
      : undefined;
  // First it stands there, then that it was released: done again after a failure it is the same.
  if (said) await put(control, found, said.text, by);
  const at = clock.now();
  const refused: NameState = found.state === 'contested' ? 'stands' : 'refused';
  const state = answer.op === 'release' ? 'released' : refused;
  const reason = answer.op === 'refuse' ? answer.reason : null;
  await database.write(async (trx) => {
    if (!(await sql.move(trx, id, WAITING, { state, reason, by: by.id, at })))
      throw new Problem('conflict', 'It waits no more');
    const kind = answer.op === 'release' ? 'release' : 'refuse';
    await decisionSql.insert(trx, {
      id: newId(),
      kind,
      subject: id,
      ...(reason ? { reason } : {}),
      by: by.id,
      at,
    });
    await outbox.record(trx, 'moderation', {
      kind: 'decision.made',
      decision: `name.${state}`,
      ts: at,
      user: by.id,
      name: id,
      of: found.of,
      subject: found.subject,
      ...(reason ? { reason } : {}),
      ...(changed ? { allow, version: changed.version } : {}),
      policy: policy.version,
    });
  });
  await outbox.flush();
  return { ...found, state, reason, answeredBy: by.id, answeredAt: at, seenAt: null };
}

/** Its owner objects to a refusal, once; another person answers. @throws Problem `not_found`, `forbidden`, `not_refused` */
export async function contestName(control: Control, id: string, by: Actor): Promise<HeldName> {
  const { database, outbox, clock } = control;
  const found = await database.read((db) => sql.get(db, id));
  if (!found) throw new Problem('not_found', 'No name has this id');
  if (found.owner !== by.id) throw new Problem('forbidden', 'Only its owner contests a name');
  await database.write(async (trx) => {
    if (!(await sql.move(trx, id, ['refused'], { state: 'contested' })))
      throw new Problem('not_refused', 'Only what was refused can be contested, and once');
    // It is what its owner wishes for now.
    await sql.withdraw(trx, found.of, found.subject, { by: id, states: WAITING });
    await outbox.record(trx, 'moderation', {
      kind: 'contest.opened',
      ts: clock.now(),
      user: by.id,
      of: found.of,
      name: id,
      category: found.category,
    });
  });
  await outbox.flush();
  return { ...found, state: 'contested' };
}

/** The name stands where it was meant to, by a person's word and past the screen. */
async function put(control: Control, { of, subject }: HeldName, text: string, by: Actor): Promise<void> {
  if (of === 'title') {
    const broadcast = control.broadcasts.get(subject);
    if (broadcast) await changeBroadcast(control, broadcast, { title: text }, by, 'released');
  } else {
    const person = control.people.get(subject);
    if (person) await changeAccount(control, person, { nickname: text }, by, 'released');
  }
}
