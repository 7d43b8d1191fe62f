import { isLoopback, Problem } from '@weir/kit';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { Type } from 'typebox';
import { changePassword, mustKnow, openSession, type SignedIn, signIn, signOut } from '../accounts.ts';
import type { Control } from '../control.ts';
import { SESSION_MS } from '../people.ts';
import { callerOf } from './caller.ts';
import { COOKIE } from './door.ts';
import { isForwarded } from './origin.ts';
import { type Route, route } from './route.ts';
import { Done, Password, Role, User } from './schema.ts';

const Answer = Type.Object({ user: User, token: Type.String() });

function answer(control: Control, reply: FastifyReply, { person, token }: SignedIn) {
  reply.setCookie(COOKIE, token, {
    path: '/',
    httpOnly: true,
    sameSite: 'lax',
    secure: control.config.publicUrl?.startsWith('https:') ?? false,
    maxAge: SESSION_MS / 1000,
  });
  const { id, nickname, roles } = person;
  return { user: { id, nickname, roles }, token };
}

/** One-click roles exist where only this machine can reach the service: not through a proxy, not under a foreign name. */
function mustBeLocalDemo(control: Control, request: FastifyRequest): void {
  const on = control.config.demo === 'on' && isLoopback(control.config.bind);
  const name = request.host.replace(/:\d+$/, '').replace(/^\[|\]$/g, '');
  if (!on || !isLoopback(request.ip) || isForwarded(request) || !isLoopback(name))
    throw new Problem('not_found');
}

export const sessionRoutes: Route[] = [
  route({
    method: 'POST',
    url: '/api/session',
    summary: 'Sign in: a cookie for pages, the token as bearer for scripts',
    permission: 'anyone',
    body: Type.Object({ account: Type.String({ minLength: 1, maxLength: 64 }), password: Password }),
    answer: Answer,
    errors: ['bad_credentials', 'busy', 'database_unavailable'],
    records: 'access',
    run: async ({ control, request, reply, body }) =>
      answer(control, reply, await signIn(control, body.account, body.password, callerOf(request))),
  }),
  route({
    method: 'GET',
    url: '/api/session',
    summary: 'Who is signed in',
    permission: 'signed_in',
    answer: Type.Object({ user: User }),
    run: ({ actor }) => ({ user: actor }),
  }),
  route({
    method: 'DELETE',
    url: '/api/session',
    summary: 'Sign out',
    permission: 'signed_in',
    answer: Done,
    errors: ['database_unavailable'],
    records: 'access',
    run: async ({ control, request, actor, reply }) => {
      if (actor?.session) await signOut(control, actor.session, actor.id, callerOf(request));
      reply.clearCookie(COOKIE, { path: '/' });
      return { ok: true };
    },
  }),
  route({
    method: 'PUT',
    url: '/api/session/password',
    summary: 'Set another password of one’s own; every other session of the person ends',
    permission: 'signed_in',
    body: Type.Object({
      password: Password,
      next: Type.Intersect([Password, Type.String({ minLength: 8 })]),
    }),
    answer: Done,
    errors: ['bad_credentials', 'busy', 'database_unavailable'],
    records: 'access',
    run: async ({ control, request, actor, body }) => {
      const person = actor && control.people.get(actor.id);
      if (!actor || !person) throw new Problem('bad_credentials');
      await mustKnow(control, person, body.password, callerOf(request));
      await changePassword(control, person, body.next, actor, callerOf(request));
      return { ok: true };
    },
  }),
  route({
    method: 'POST',
    url: '/api/demo/role',
    summary: 'Be a demo role by one click; only with the demo on, from this machine',
    permission: 'anyone',
    body: Type.Object({ role: Role }),
    answer: Answer,
    errors: ['not_found', 'database_unavailable'],
    records: 'access',
    run: async ({ control, request, reply, body }) => {
      mustBeLocalDemo(control, request);
      const person = control.people.byAccount(`demo-${body.role}`);
      if (!person) throw new Problem('not_found', 'There are no demo accounts yet');
      return answer(control, reply, await openSession(control, person, callerOf(request)));
    },
  }),
];
