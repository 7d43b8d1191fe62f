import { Problem } from '@weir/kit';
import { Type } from 'typebox';
import type { GateOrder as Order } from '../broadcast.ts';
import type { Actor, Control } from '../control.ts';
import { currentCertificate, cutOff } from '../cutOff.ts';
import { orderGate } from '../gates.ts';
import { gateOf, policyOf } from '../policy.ts';
import { restore } from '../restore.ts';
import { present } from './present.ts';
import { type Route, route } from './route.ts';
import {
  Author,
  Broadcast,
  Certificate,
  Gate,
  GateOrder,
  Mode,
  Note,
  Nullable,
  ReasonCode,
  Time,
} from './schema.ts';

const must = (actor: Actor | undefined): Actor => {
  if (!actor) throw new Problem('sign_in');
  return actor;
};

const Standing = Type.Object({
  mode: Mode,
  delayMs: Type.Integer(),
  by: Author,
  at: Nullable(Time),
});

/** A person's standing order as staff see it. */
function standing(control: Control, order: Order | undefined) {
  if (!order) return undefined;
  const { mode, delayMs, by, at } = order;
  return {
    mode,
    delayMs,
    by: { id: by, nickname: control.people.get(by)?.nickname ?? '' },
    at: at === undefined ? null : new Date(at).toISOString(),
  };
}

export const gateRoutes: Route[] = [
  route({
    method: 'GET',
    url: '/api/broadcasts/:id/gate',
    summary: 'The gates in force, what policy alone would set, and the orders that stand',
    permission: 'staff',
    about: 'broadcast',
    answer: Type.Object({
      gate: Gate,
      policy: Gate,
      orders: Type.Object({ media: Type.Optional(Standing), messages: Type.Optional(Standing) }),
    }),
    run: ({ control, broadcast }) => {
      const media = standing(control, broadcast.orders.media);
      const messages = standing(control, broadcast.orders.messages);
      return {
        gate: gateOf(broadcast, control.policy),
        policy: policyOf(broadcast, control.policy),
        orders: { ...(media ? { media } : {}), ...(messages ? { messages } : {}) },
      };
    },
  }),
  route({
    method: 'PUT',
    url: '/api/broadcasts/:id/gate',
    summary: 'Order the gates; the strictest of order and policy wins, `open` withdraws the order',
    permission: 'staff',
    about: 'broadcast',
    body: Type.Object({
      media: Type.Optional(GateOrder),
      messages: Type.Optional(GateOrder),
      note: Type.Optional(Note),
    }),
    answer: Gate,
    errors: ['bad_request', 'database_unavailable'],
    statuses: { broadcast_cut: 409 },
    records: 'moderation',
    run: ({ control, broadcast, actor, body }) => {
      if (!body.media && !body.messages) throw new Problem('bad_request', 'Order media, messages or both');
      return orderGate(control, broadcast, body, must(actor));
    },
  }),
  route({
    method: 'POST',
    url: '/api/broadcasts/:id/cut-off',
    summary: 'Cut it off at once; a second call gets the same certificate. Needs no database',
    permission: 'staff',
    about: 'broadcast',
    cut: 'allowed',
    body: Type.Object({
      reason: ReasonCode,
      facts: Type.Optional(Note),
      note: Type.Optional(Note),
      clause: Type.Optional(Type.String({ maxLength: 64 })),
    }),
    answer: Certificate,
    errors: ['unknown_reason', 'storage_failed'],
    records: 'content',
    run: ({ control, broadcast, actor, body }) => cutOff(control, broadcast.id, body, must(actor)),
  }),
  route({
    method: 'GET',
    url: '/api/broadcasts/:id/cut-off',
    summary: 'The certificate of a cut-off as far as its edges have reported',
    permission: 'owner_or_staff',
    about: 'broadcast',
    cut: 'allowed',
    answer: Certificate,
    errors: ['not_cut'],
    run: ({ control, broadcast }) => currentCertificate(control, broadcast.id),
  }),
  route({
    method: 'POST',
    url: '/api/broadcasts/:id/restore',
    summary: 'Lift a cut-off by a new, recorded order: state created, same key, new HLS epoch',
    permission: 'staff',
    about: 'broadcast',
    cut: 'allowed',
    body: Type.Object({ note: Note }),
    answer: Broadcast,
    errors: ['not_cut', 'database_unavailable', 'storage_failed'],
    records: 'moderation',
    run: async ({ control, broadcast, actor, body }) => {
      await restore(control, broadcast.id, body.note, must(actor));
      return present(control, control.broadcasts.get(broadcast.id) ?? broadcast);
    },
  }),
];
