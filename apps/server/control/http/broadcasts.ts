import { Problem } from '@weir/kit';
import { Type } from 'typebox';
import type { Broadcast as Held } from '../broadcast.ts';
import type { Actor, Control } from '../control.ts';
import { changeBroadcast, createBroadcast, endBroadcast, rotateKey } from '../lives.ts';
import { play, poster } from '../play.ts';
import { permits } from './door.ts';
import { pendingOf } from './pending.ts';
import { present } from './present.ts';
import { type Route, route } from './route.ts';
import { Broadcast, Done, Ingest, Kind, list, oneLine, State } from './schema.ts';

const Title = oneLine(100);
const MAX_PAGE = 200;
const must = (actor: Actor | undefined): Actor => {
  if (!actor) throw new Problem('sign_in');
  return actor;
};

/** Others' broadcasts are listed while there is something to see; one's own and for staff all of them. */
function visible(control: Control, broadcast: Held, actor: Actor | undefined): boolean {
  if (permits('owner_or_staff', actor, broadcast)) return true;
  if (control.tombstones.get(broadcast.id)) return false;
  return !broadcast.rehearsal && (broadcast.state === 'live' || broadcast.state === 'interrupted');
}

export const broadcastRoutes: Route[] = [
  route({
    method: 'POST',
    url: '/api/broadcasts',
    summary: 'Create a broadcast; its key is shown here and by rotation only',
    permission: 'publish',
    body: Type.Object({ title: Title, kind: Kind, category: Type.String({ minLength: 1, maxLength: 64 }) }),
    answer: Broadcast,
    status: 201,
    errors: [
      'kind_unavailable',
      'unknown_category',
      'content_refused',
      'busy',
      'service_closed',
      'storage_full',
      'storage_failed',
      'database_unavailable',
    ],
    records: 'content',
    run: async ({ control, actor, body }) => {
      if (!actor || actor.id === 'local') throw new Problem('forbidden', 'A publisher creates broadcasts');
      const { broadcast, ingest, held } = await createBroadcast(control, body, actor);
      return { ...present(control, broadcast), ingest, ...(held ? { pending: pendingOf(held) } : {}) };
    },
  }),
  route({
    method: 'GET',
    url: '/api/broadcasts',
    summary:
      'Broadcasts, the newest first: running ones for everybody, all for staff, `mine` for their publisher',
    permission: 'anyone',
    compressed: true,
    query: Type.Object({
      state: Type.Optional(State),
      mine: Type.Optional(Type.Union([Type.Literal('1'), Type.Literal('true')])),
      limit: Type.Optional(Type.Integer({ minimum: 1, maximum: MAX_PAGE })),
      after: Type.Optional(Type.Integer({ minimum: 1, description: 'the `next` of the page before' })),
    }),
    answer: list(Broadcast),
    run: ({ control, actor, query }) => {
      const limit = query.limit ?? MAX_PAGE;
      const found: Held[] = [];
      for (const broadcast of control.broadcasts.all()) {
        const state = control.tombstones.get(broadcast.id) ? 'cut' : broadcast.state;
        if (query.state && query.state !== state) continue;
        if (query.mine && broadcast.publisher !== actor?.id) continue;
        if (query.after !== undefined && broadcast.number >= query.after) continue;
        if (visible(control, broadcast, actor)) found.push(broadcast);
      }
      const page = found.toSorted((a, b) => b.number - a.number).slice(0, limit);
      const last = found.length > limit ? page.at(-1) : undefined;
      return {
        items: page.map((broadcast) => present(control, broadcast, permits('staff', actor))),
        next: last ? String(last.number) : null,
      };
    },
  }),
  route({
    method: 'GET',
    url: '/api/broadcasts/:id',
    summary: 'One broadcast, a cut one too',
    permission: 'anyone',
    about: 'broadcast',
    cut: 'allowed',
    answer: Broadcast,
    run: ({ control, broadcast, actor }) => ({
      ...present(control, broadcast, permits('staff', actor)),
      ...(permits('moderate', actor, broadcast) ? { moderates: true } : {}),
    }),
  }),
  route({
    method: 'PATCH',
    url: '/api/broadcasts/:id',
    summary: 'Change title or slow mode',
    permission: 'owner',
    about: 'broadcast',
    body: Type.Object({
      title: Type.Optional(Title),
      slowMs: Type.Optional(Type.Integer({ minimum: 0, maximum: 600_000 })),
    }),
    answer: Broadcast,
    errors: ['content_refused', 'service_closed', 'storage_failed', 'database_unavailable'],
    records: 'content',
    run: async ({ control, broadcast, actor, body }) => {
      const { broadcast: next, held } = await changeBroadcast(control, broadcast, body, must(actor));
      return { ...present(control, next), ...(held ? { pending: pendingOf(held) } : {}) };
    },
  }),
  route({
    method: 'POST',
    url: '/api/broadcasts/:id/rehearsal',
    summary: 'Private rehearsal: the public gate is closed while the publisher tries',
    permission: 'owner',
    about: 'broadcast',
    body: Type.Object({ on: Type.Boolean() }),
    answer: Broadcast,
    errors: ['database_unavailable'],
    run: async ({ control, broadcast, actor, body }) =>
      present(
        control,
        (await changeBroadcast(control, broadcast, { rehearsal: body.on }, must(actor))).broadcast,
      ),
  }),
  route({
    method: 'POST',
    url: '/api/broadcasts/:id/key',
    summary: 'Rotate the key; whoever uses the old one is disconnected',
    permission: 'owner',
    about: 'broadcast',
    answer: Type.Object({ ingest: Ingest }),
    errors: ['database_unavailable'],
    run: async ({ control, broadcast }) => ({ ingest: await rotateKey(control, broadcast) }),
  }),
  route({
    method: 'POST',
    url: '/api/broadcasts/:id/end',
    summary: 'End it; the key may go live again',
    permission: 'owner_or_staff',
    about: 'broadcast',
    answer: Broadcast,
    errors: ['database_unavailable'],
    records: 'moderation',
    run: async ({ control, broadcast, actor }) => {
      if (actor) await endBroadcast(control, broadcast, actor);
      return present(control, control.broadcasts.get(broadcast.id) ?? broadcast);
    },
  }),
  route({
    method: 'POST',
    url: '/api/broadcasts/:id/play',
    summary: 'Addresses to watch and talk; before it is live too',
    permission: 'anyone',
    about: 'broadcast',
    body: Type.Object({ player: Type.Optional(Type.Union([Type.Literal('weir'), Type.Literal('any')])) }),
    answer: Type.Object({
      flv: Type.String(),
      ws: Type.String(),
      hls: Type.String(),
      room: Type.String(),
      session: Type.String({ description: 'what a revocation names' }),
      expiresAt: Type.String({ format: 'date-time' }),
    }),
    run: ({ control, broadcast, actor }) => play(control, broadcast, actor),
  }),
  route({
    method: 'GET',
    url: '/api/broadcasts/:id/poster',
    summary: 'Redirects to the latest key frame from behind the gate (one-frame fMP4)',
    permission: 'anyone',
    about: 'broadcast',
    answer: Type.Null(),
    run: ({ control, broadcast, reply }) => {
      const url = poster(control, broadcast);
      if (!url) throw new Problem('not_found', 'There is no picture of it now');
      return reply.header('cache-control', 'no-store').redirect(url, 302);
    },
  }),
  route({
    method: 'POST',
    url: '/api/broadcasts/:id/revoke',
    summary: "End a viewer's running connections, by viewer session or by person",
    permission: 'staff',
    about: 'broadcast',
    body: Type.Object({
      session: Type.Optional(Type.String({ maxLength: 64 })),
      user: Type.Optional(Type.String({ maxLength: 64 })),
    }),
    answer: Done,
    errors: ['bad_request'],
    run: async ({ control, broadcast, body }) => {
      const sessions = body.user ? control.tickets.of(broadcast.id, body.user) : [];
      if (body.session) sessions.push(body.session);
      if (!body.session && !body.user) throw new Problem('bad_request', 'Name a session or a user');
      for (const session of sessions)
        await control.edges.tell('revoke', { broadcast: broadcast.id, session });
      return { ok: true };
    },
  }),
];
