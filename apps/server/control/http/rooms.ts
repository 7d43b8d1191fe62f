import { Problem } from '@weir/kit';
import { Type } from 'typebox';
import { actOnMessage, type MessageOrder } from '../messages.ts';
import { Mark } from './lexiconSchema.ts';
import type { Call, Route } from './route.ts';
import { route } from './route.ts';
import { Author, Done, list, Note, ReasonCode, Time } from './schema.ts';

const MAX_PAGE = 200;
const fields = { id: Type.String(), user: Author, text: Type.String(), ts: Time, pts: Type.Number() };
const Message = Type.Object({ ...fields, offset: Type.Integer() });
/** What the screen found: places to underline, and why it waits. */
const found = {
  category: Type.Optional(Type.String()),
  hits: Type.Optional(Type.Array(Mark)),
  trace: Type.Optional(
    Type.Array(
      Type.Object({
        step: Type.String(),
        rule: Type.String(),
        verdict: Type.String(),
        lexicon: Type.Optional(Type.Integer()),
        thresholds: Type.Optional(
          Type.Integer({ description: 'version of the thresholds; 0: the taxonomy’s own' }),
        ),
      }),
    ),
  ),
};
const Held = Type.Object({ ...fields, ...found });

async function act({ control, actor, room, params }: Call, order: MessageOrder) {
  if (!actor) throw new Problem('sign_in');
  await actOnMessage(control, room, params['id'] as string, order, actor);
  return { ok: true };
}

export const roomRoutes: Route[] = [
  route({
    method: 'GET',
    url: '/api/rooms/:id/messages',
    summary: 'Public messages behind the gate, in order of their offsets',
    permission: 'anyone',
    about: 'broadcast',
    query: Type.Object({
      after: Type.Optional(Type.Integer({ minimum: 0, description: 'an offset; without it from the first' })),
      limit: Type.Optional(Type.Integer({ minimum: 1, maximum: MAX_PAGE })),
    }),
    answer: list(Message),
    run: async ({ control, room, query }) => {
      const limit = query.limit ?? MAX_PAGE;
      const items = await control.ledger.history(room, { after: query.after ?? 0, limit });
      const last = items.length === limit ? items.at(-1) : undefined;
      return { items, next: last ? String(last.offset) : null };
    },
  }),
  route({
    method: 'GET',
    url: '/api/rooms/:id/held',
    summary: 'Messages that wait in the gate',
    permission: 'staff',
    about: 'broadcast',
    query: Type.Object({ after: Type.Optional(Type.String({ maxLength: 64 })) }),
    answer: list(Held),
    run: ({ control, actor, room, query }) => {
      control.deskLooks.note(control, actor, { what: 'held', broadcast: room });
      const held = control.ledger.held(room);
      const from = query.after === undefined ? 0 : held.findIndex(({ id }) => id === query.after) + 1;
      const items = held.slice(from, from + MAX_PAGE);
      const last = from + items.length < held.length ? items.at(-1) : undefined;
      return { items, next: last?.id ?? null };
    },
  }),
  route({
    method: 'DELETE',
    url: '/api/messages/:id',
    summary: 'Recall a message from every page that showed it',
    permission: 'staff',
    about: 'message',
    body: Type.Object({ reason: ReasonCode, note: Type.Optional(Note) }),
    answer: Done,
    errors: ['unknown_reason', 'edge_unreachable', 'database_unavailable'],
    records: 'moderation',
    run: (call) => act(call, { op: 'recall', reason: call.body.reason, note: call.body.note }),
  }),
  route({
    method: 'POST',
    url: '/api/messages/:id/release',
    summary: 'Release a held message',
    permission: 'staff',
    about: 'message',
    answer: Done,
    errors: ['not_held', 'conflict', 'not_ready', 'edge_unreachable', 'database_unavailable'],
    records: 'moderation',
    run: (call) => act(call, { op: 'release' }),
  }),
  route({
    method: 'POST',
    url: '/api/messages/:id/refuse',
    summary: 'Refuse a held message; its sender is told',
    permission: 'staff',
    about: 'message',
    body: Type.Object({ reason: ReasonCode }),
    answer: Done,
    errors: ['not_held', 'unknown_reason', 'edge_unreachable', 'database_unavailable'],
    records: 'moderation',
    run: (call) => act(call, { op: 'refuse', reason: call.body.reason }),
  }),
];
