import { newId, Problem } from '@weir/kit';
import type { RoomTalk } from '../wire.ts';
import type { Broadcast } from './broadcast.ts';
import type { Actor, Control } from './control.ts';
import type { Trx } from './database.ts';
import { applyView } from './gates.ts';
import type { Person } from './people.ts';
import * as decisionSql from './sql/decisions.ts';
import * as sql from './sql/talk.ts';

export type Moderator = { person: string; by: string; at: number };
export type Mute = { person: string; until: number; reason: string; by: string; at: number };
export type Word = { word: string; verdict: 'hold' | 'refuse' };

/** What was set for the talk of one room. Times are wall ms. */
export type Talk = { moderators: Moderator[]; mutes: Mute[]; words: Word[] };

export const NO_TALK: Talk = { moderators: [], mutes: [], words: [] };

export const MAX_MODERATORS = 50;
export const MAX_MUTES = 500;
export const MAX_WORDS = 100;

/** What edges are told; nothing where nothing is set. */
export function talkView({ talk = NO_TALK }: Broadcast, now: number): { talk?: RoomTalk } {
  const mutes = talk.mutes
    .filter(({ until }) => until > now)
    .map(({ person, until, reason }) => ({ user: person, until, reason }));
  return mutes.length + talk.words.length > 0 ? { talk: { mutes, words: talk.words } } : {};
}

/** True where this person moderates the room: named by its publisher. */
export const isModerator = ({ talk }: Broadcast, person: string): boolean =>
  talk?.moderators.some((one) => one.person === person) ?? false;

const isStaff = (roles: readonly string[]): boolean => roles.includes('reviewer') || roles.includes('admin');

/** Names a moderator; again is no error. @throws Problem `conflict` beyond 50, or of the publisher */
export async function nameModerator(
  control: Control,
  broadcast: Broadcast,
  person: Person,
  by: Actor,
): Promise<Moderator> {
  const talk = talkOf(control, broadcast);
  const known = talk.moderators.find((one) => one.person === person.id);
  if (known) return known;
  if (person.id === broadcast.publisher) throw new Problem('conflict', 'The publisher moderates anyway');
  if (talk.moderators.length >= MAX_MODERATORS)
    throw new Problem('conflict', `A room has at most ${MAX_MODERATORS} moderators`);
  const one = { person: person.id, by: by.id, at: control.clock.now() };
  await change(control, broadcast, by, {
    act: 'moderator.named',
    subject: person.id,
    next: { ...talk, moderators: [...talk.moderators, one] },
    store: (trx) => sql.insertModerator(trx, broadcast.id, one),
  });
  return one;
}

/** Takes a moderator's right back; of somebody who has none is no error. */
export async function dismissModerator(control: Control, broadcast: Broadcast, person: string, by: Actor) {
  const talk = talkOf(control, broadcast);
  if (!talk.moderators.some((one) => one.person === person)) return;
  await change(control, broadcast, by, {
    act: 'moderator.dismissed',
    subject: person,
    next: { ...talk, moderators: talk.moderators.filter((one) => one.person !== person) },
    store: (trx) => sql.deleteModerator(trx, broadcast.id, person),
  });
}

/**
 * Mutes somebody in one room for a term. The publisher and staff are not to be muted; a moderator neither, but by the
 * publisher or staff.
 * @throws Problem `forbidden`, `unknown_reason`, `conflict` beyond 500
 */
export async function mute(
  control: Control,
  broadcast: Broadcast,
  ask: { person: Person; minutes: number; reason: string },
  by: Actor,
): Promise<Mute> {
  const { person, minutes, reason } = ask;
  if (!control.policy.reasons.has(reason))
    throw new Problem('unknown_reason', 'GET /api/reasons lists them; other is always among them');
  if (person.id === broadcast.publisher || isStaff(person.roles))
    throw new Problem('forbidden', 'The publisher and staff cannot be muted');
  const above = by.id === broadcast.publisher || isStaff(by.roles);
  if (isModerator(broadcast, person.id) && !above)
    throw new Problem('forbidden', 'A moderator is muted by the publisher or staff alone');
  const at = control.clock.now();
  const talk = talkOf(control, broadcast);
  const others = talk.mutes.filter((one) => one.person !== person.id && one.until > at);
  if (others.length >= MAX_MUTES)
    throw new Problem('conflict', `A room has at most ${MAX_MUTES} mutes at once`);
  const one = { person: person.id, until: at + minutes * 60_000, reason, by: by.id, at };
  await change(control, broadcast, by, {
    act: 'person.muted',
    subject: person.id,
    more: { minutes, reason },
    next: { ...talk, mutes: [...others, one] },
    store: (trx) => sql.storeMute(trx, broadcast.id, one, at),
  });
  return one;
}

/** Ends a mute before its term; of somebody who is not muted is no error. */
export async function unmute(
  control: Control,
  broadcast: Broadcast,
  person: string,
  by: Actor,
): Promise<void> {
  const talk = talkOf(control, broadcast);
  if (!talk.mutes.some((one) => one.person === person)) return;
  await change(control, broadcast, by, {
    act: 'person.unmuted',
    subject: person,
    next: { ...talk, mutes: talk.mutes.filter((one) => one.person !== person) },
    store: (trx) => sql.deleteMute(trx, broadcast.id, person),
  });
}

/** Replaces a room's words: each is held or refused there, and takes nothing from policy. */
export async function setWords(
  control: Control,
  broadcast: Broadcast,
  given: Word[],
  by: Actor,
): Promise<Word[]> {
  const words = [
    ...new Map(given.map((one) => [one.word.trim(), { ...one, word: one.word.trim() }])).values(),
  ];
  await change(control, broadcast, by, {
    act: 'words.set',
    subject: broadcast.id,
    more: { words },
    next: { ...talkOf(control, broadcast), words },
    store: (trx) => sql.replaceWords(trx, control.ledger.words, broadcast.id, words),
  });
  return words;
}

const talkOf = (control: Control, { id, talk }: Broadcast): Talk =>
  control.broadcasts.get(id)?.talk ?? talk ?? NO_TALK;

type Order = {
  act: string;
  subject: string;
  more?: object;
  next: Talk;
  store: (trx: Trx) => Promise<void>;
};

/** Recorded first, then in memory, then at the edges. */
async function change(control: Control, broadcast: Broadcast, by: Actor, order: Order): Promise<void> {
  const { database, outbox, clock } = control;
  const at = clock.now();
  await database.write(async (trx) => {
    await order.store(trx);
    await decisionSql.insert(trx, {
      id: newId(),
      kind: 'talk',
      broadcast: broadcast.id,
      subject: order.subject,
      by: by.id,
      at,
    });
    await outbox.record(trx, 'moderation', {
      kind: 'decision.made',
      decision: order.act,
      ts: at,
      broadcast: broadcast.id,
      room: broadcast.id,
      user: by.id,
      subject: order.subject,
      ...order.more,
    });
  });
  await applyView(control, { ...(control.broadcasts.get(broadcast.id) ?? broadcast), talk: order.next });
  await outbox.flush();
}
