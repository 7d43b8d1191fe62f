import { isId, Problem, type ProblemCode } from '@weir/kit';
import type { FastifyRequest } from 'fastify';
import type { Broadcast } from '../broadcast.ts';
import { type Actor, type Control, LOCAL_OPERATOR } from '../control.ts';
import type { Person } from '../people.ts';
import * as userSql from '../sql/users.ts';
import { isModerator } from '../talk.ts';
import type { Permission, Route } from './route.ts';

export const COOKIE = 'weir_session';

/** What the door found on the way in. */
export type Admitted = { actor: Actor | undefined; broadcast?: Broadcast; person?: Person; room?: string };

const has = (actor: Actor, ...roles: string[]): boolean =>
  actor.roles.includes('admin') || roles.some((role) => actor.roles.includes(role));

/** True where this person may do what asks for `permission`. */
export function permits(permission: Permission, actor: Actor | undefined, broadcast?: Broadcast): boolean {
  if (permission === 'anyone') return true;
  if (!actor) return false;
  const owns = broadcast !== undefined && actor.id === broadcast.publisher;
  switch (permission) {
    case 'signed_in':
      return true;
    case 'publish':
      return has(actor, 'publisher');
    case 'staff':
      return has(actor, 'reviewer');
    case 'lexicon':
      return has(actor, 'lexicon');
    case 'lexicon_read':
      return has(actor, 'lexicon', 'reviewer');
    case 'admin':
      return has(actor);
    case 'operator':
      return actor.id === LOCAL_OPERATOR.id;
    case 'owner':
      return owns || has(actor);
    case 'owner_or_staff':
      return owns || has(actor, 'reviewer');
    case 'moderate':
      return owns || has(actor, 'reviewer') || (broadcast !== undefined && isModerator(broadcast, actor.id));
  }
}

/** Codes that the door itself may refuse a route with. */
export function doorCodes({ permission, about, cut }: Route): ProblemCode[] {
  return [
    ...(about ? (['not_found'] as const) : []),
    ...(about && about !== 'person' && about !== 'clip' && cut !== 'allowed'
      ? (['broadcast_cut'] as const)
      : []),
    ...(permission === 'anyone' ? [] : (['sign_in', 'forbidden'] as const)),
  ];
}

/**
 * The one door: 404 unknown, 410 cut, 401 not signed in, 403 not allowed, in this order, all from memory.
 * @throws Problem
 */
export async function admit(
  control: Control,
  route: Route,
  request: FastifyRequest,
  local: boolean,
): Promise<Admitted> {
  const { id } = request.params as { id?: string };
  const subject = route.about && id !== undefined ? await lookUp(control, route, id) : {};
  // Who brings a token at the machine's own socket is that person, with what they may, and no operator.
  const actor = local && tokenOf(request) === undefined ? LOCAL_OPERATOR : holderOf(control, request);
  if (!permits(route.permission, actor, subject.broadcast)) {
    if (!actor) throw new Problem('sign_in');
    await route.refused?.(control, actor, request.query);
    throw new Problem('forbidden', 'This account may not do that');
  }
  return { ...subject, actor };
}

async function lookUp(control: Control, route: Route, id: string): Promise<Omit<Admitted, 'actor'>> {
  const unknown = (): Problem => new Problem('not_found', `No ${route.about} has this id`);
  if (!isId(id)) throw unknown();
  if (route.about === 'person') {
    const person = control.people.get(id);
    if (!person) throw unknown();
    return { person };
  }
  if (route.about === 'clip') {
    if (!control.clips.get(id)) throw unknown();
    return {};
  }
  const room = route.about === 'message' ? (await control.ledger.findMessage(id))?.room : id;
  const broadcast = room === undefined ? undefined : control.broadcasts.get(room);
  if (!broadcast || room === undefined) throw unknown();
  const cut = control.tombstones.get(room);
  if (cut && route.cut !== 'allowed') {
    const { reason, clause } = cut;
    throw new Problem('broadcast_cut', 'The broadcast was cut off', {
      reason,
      ...(clause ? { clause } : {}),
    });
  }
  return { broadcast, room };
}

/** The token a request brings: bearer before cookie. */
export function tokenOf(request: FastifyRequest): string | undefined {
  const bearer = /^Bearer ([\w-]{20,200})$/.exec(request.headers.authorization ?? '')?.[1];
  return bearer ?? request.cookies[COOKIE];
}

export function holderOf(control: Control, request: FastifyRequest): Actor | undefined {
  const token = tokenOf(request);
  const holder = token === undefined ? undefined : control.people.holder(token);
  if (!holder) return undefined;
  const { person, session } = holder;
  if (control.people.slide(session)) {
    const moved = control.people.holder(token as string)?.session.expiresAt ?? session.expiresAt;
    // A session that slides while PostgreSQL is away slides again with the next request.
    control.database.read((db) => userSql.slideSession(db, session.hash, moved)).catch(() => {});
  }
  return { id: person.id, nickname: person.nickname, roles: person.roles, session: session.hash };
}
