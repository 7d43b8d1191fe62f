import { newId, Problem } from '@weir/kit';
import type { Findings, Written } from '@weir/ledger';
import type { MessageAct } from '../wire.ts';
import { type Allow, amendmentFor } from './allow.ts';
import type { Actor, Control } from './control.ts';
import * as sql from './sql/contests.ts';
import * as decisionSql from './sql/decisions.ts';

export type ContestState = 'open' | 'stands' | 'overturned';

/**
 * A sender's objection to a refusal (`contest`), or a reviewer's report that something was found where nothing is
 * (`report`). What was said is in the `content` log under `message`. Times are wall ms.
 */
export type Contest = {
  id: string;
  kind: 'contest' | 'report';
  message: string;
  room: string;
  author: string;
  by: string;
  at: number;
  category: string;
  terms: string[];
  /** Version of the lexicon that found it. */
  lexicon: number | null;
  state: ContestState;
  answeredBy: string | null;
  answeredAt: number | null;
  /** Version of the lexicon that came of the answer, and the term it allows. */
  version: number | null;
  allow: string | null;
};

/** A message as its records tell it. */
export type Said = Findings & {
  user: string;
  nickname: string;
  text: string;
  ts: number;
  /** `published`, `held`, or `refused` with its code. */
  state: 'published' | 'held' | 'refused';
  code?: string;
};

const HOUR_MS = 3_600_000;
/** Refusals that were none of the text: they are told again with the next try. */
const NO_JUDGEMENT = new Set(['not_acknowledged']);

/** What the records of one message say, the latest judgement last. */
export function saidOf(records: readonly Written[]): Said | undefined {
  let said: Said | undefined;
  for (const record of records) {
    const { user, text, kind } = record as Written & { text?: unknown };
    if (typeof user !== 'string' || typeof text !== 'string') continue;
    const { nickname, code, category, hits, trace } = record as Written &
      Findings & { nickname?: string; code?: string };
    said = {
      ...said,
      user,
      text,
      nickname: nickname ?? said?.nickname ?? '',
      ts: said?.ts ?? record.ts,
      state: kind === 'message.refused' ? 'refused' : kind === 'message.held' ? 'held' : 'published',
      ...(code ? { code } : {}),
      ...(category ? { category } : {}),
      ...(hits ? { hits } : {}),
      ...(trace ? { trace } : {}),
    };
  }
  return said;
}

/**
 * The sender objects to a refusal, once; a person answers.
 * @throws Problem `forbidden` for anybody else, `not_refused`, `conflict` the second time, `rate`, `database_unavailable`
 */
export async function contest(control: Control, message: string, room: string, by: Actor): Promise<Contest> {
  const { database, clock, config } = control;
  const said = saidOf(await control.ledger.recordsOf(message));
  if (said?.user !== by.id) throw new Problem('forbidden', 'Only its sender contests a message');
  if (said.state !== 'refused' || NO_JUDGEMENT.has(said.code ?? '') || control.alone.waits(message))
    throw new Problem('not_refused', 'Only what was refused can be contested');
  const from = clock.now() - HOUR_MS;
  const made = await database.read((db) => sql.countSince(db, by.id, from));
  if (config.limitContests > 0 && made >= config.limitContests)
    throw new Problem('rate', `${config.limitContests} contests within an hour are the most`);
  return open(control, 'contest', message, room, said, by);
}

/** A reviewer says that something was found where nothing is. @throws Problem `conflict` where nothing was found */
export async function reportFalse(
  control: Control,
  message: string,
  room: string,
  by: Actor,
  note?: string,
): Promise<Contest> {
  const said = saidOf(await control.ledger.recordsOf(message));
  if (!said?.hits?.length) throw new Problem('conflict', 'Nothing was found in this message');
  return open(control, 'report', message, room, said, by, note);
}

async function open(
  control: Control,
  kind: Contest['kind'],
  message: string,
  room: string,
  said: Said,
  by: Actor,
  note?: string,
): Promise<Contest> {
  const { database, outbox, clock } = control;
  const { hits = [], trace = [], category = '' } = said;
  const made: Contest = {
    id: newId(),
    kind,
    message,
    room,
    author: said.user,
    by: by.id,
    at: clock.now(),
    category: category || (said.code ?? ''),
    terms: [...new Set(hits.map(({ term }) => term))],
    lexicon: trace.find(({ lexicon }) => lexicon !== undefined)?.lexicon ?? null,
    state: 'open',
    answeredBy: null,
    answeredAt: null,
    version: null,
    allow: null,
  };
  await database.write(async (trx) => {
    await sql.insert(trx, made);
    await outbox.record(trx, 'moderation', {
      kind: 'contest.opened',
      ts: made.at,
      broadcast: room,
      room,
      user: by.id,
      contest: made.id,
      of: kind,
      message,
      category: made.category,
      note,
    });
  });
  await outbox.flush();
  return made;
}

export type Answer = {
  outcome: 'stands' | 'overturned';
  allow?: Allow | undefined;
  note?: string | undefined;
};

/**
 * A person answers; with `allow` the lexicon changes, on every edge before the sender is told: what they say again passes.
 * @throws Problem `not_found`, `conflict` where it is answered, `forbidden` for one's own, `lexicon_invalid`
 */
export async function answerContest(
  control: Control,
  id: string,
  answer: Answer,
  by: Actor,
): Promise<Contest> {
  const { database, outbox, clock, lexicon, ledger } = control;
  const found = await database.read((db) => sql.get(db, id));
  if (!found) throw new Problem('not_found', 'No contest has this id');
  if (found.author === by.id) throw new Problem('forbidden', 'Nobody answers a contest of their own');
  if (found.state !== 'open') throw new Problem('conflict', 'It has been answered');
  const { outcome, allow, note } = answer;
  if (allow && outcome !== 'overturned')
    throw new Problem('bad_request', 'An allow term goes with overturned');
  const said = saidOf(await ledger.recordsOf(found.message));
  const origin = { source: 'contest', note: `contest ${id}` };
  const changed =
    allow && said ? await lexicon.amend(await amendmentFor(control, allow, said, origin), by) : undefined;
  const at = clock.now();
  const version = changed?.version ?? null;
  await database.write(async (trx) => {
    if (!(await sql.answer(trx, id, { state: outcome, by: by.id, at, version, allow: allow?.term ?? null })))
      throw new Problem('conflict', 'It has been answered');
    await decisionSql.insert(trx, {
      id: newId(),
      kind: 'contest',
      broadcast: found.room,
      subject: found.message,
      by: by.id,
      at,
    });
    await outbox.record(trx, 'moderation', {
      kind: 'decision.made',
      decision: `contest.${outcome}`,
      ts: at,
      broadcast: found.room,
      room: found.room,
      user: by.id,
      contest: id,
      message: found.message,
      note,
      allow,
      ...(version === null ? {} : { version }),
    });
  });
  await outbox.flush();
  if (found.kind === 'contest') {
    const telling = (changed ? lexicon.followed() : Promise.resolve()).then(() =>
      tell(control, found, answer, said),
    );
    // Who answers does not wait for an edge that takes long.
    if (!changed) await telling;
  }
  return { ...found, state: outcome, answeredBy: by.id, answeredAt: at, version, allow: allow?.term ?? null };
}

/** Tells the sender where they are in the room; who is not there finds it under their own messages. */
async function tell(
  control: Control,
  { room, message, author }: Contest,
  answer: Answer,
  said?: Said,
): Promise<void> {
  const { outcome, note } = answer;
  const act: MessageAct = {
    room,
    op: 'contest',
    id: message,
    user: author,
    outcome,
    ...(note ? { note } : {}),
    ...(outcome === 'overturned' && said?.code === 'muted' ? { unmute: true } : {}),
  };
  await control.edges
    .ask(room, 'message', act)
    .catch((why: Error) =>
      control.log.info({ why: why.message, message }, 'the sender is not told in the room'),
    );
}
