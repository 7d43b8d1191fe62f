import { Problem } from '@weir/kit';
import { Type } from 'typebox';
import { lookedAt } from '../looks.ts';
import { type Route, route } from './route.ts';
import { Nullable } from './schema.ts';

const MAX_ITEMS = 1_000;
const Item = Type.Object({
  id: Type.String(),
  log: Type.String(),
  part: Type.Union([Type.Literal('day'), Type.Literal('kept')]),
  day: Type.String({ description: 'the day of its records, or until which they are kept' }),
  on: Type.String({ description: 'first day in Asia/Shanghai on which it is gone' }),
  state: Type.Union([Type.Literal('waits'), Type.Literal('due'), Type.Literal('unproven')]),
  evidence: Type.Optional(Type.String()),
  confirmedBy: Type.Optional(
    Type.Array(Type.Object({ id: Type.String(), nickname: Type.String() }), {
      description: 'who says that it is due although the wall clock alone shows it',
    }),
  ),
});
const Open = Type.Object({}, { additionalProperties: true });

export const retentionRoutes: Route[] = [
  route({
    method: 'GET',
    url: '/api/retention',
    summary: 'What the store holds and when it goes, and the terms by which it does',
    permission: 'admin',
    answer: Type.Object({ policy: Open, items: Type.Array(Item) }),
    errors: ['database_unavailable'],
    records: 'access',
    run: async ({ control, actor }) => {
      if (actor) await lookedAt(control, actor, { what: 'retention' });
      const { version, terms } = control.retentionPolicy;
      const items = (await control.keeper.plan()).map(({ confirmedBy, ...item }) => ({
        ...item,
        ...(confirmedBy
          ? {
              confirmedBy: confirmedBy.map((id) => ({
                id,
                nickname: control.people.get(id)?.nickname ?? '',
              })),
            }
          : {}),
      }));
      return { policy: { version, items: [...terms.values()] }, items };
    },
  }),
  route({
    method: 'POST',
    url: '/api/retention/run',
    summary: 'Purge what is due: keys first, then files; answers the receipt',
    permission: 'admin',
    answer: Type.Object({ receipt: Nullable(Open) }),
    errors: ['database_unavailable'],
    records: 'retention',
    run: async ({ control }) => ({ receipt: (await control.keeper.run()) ?? null }),
  }),
  route({
    method: 'POST',
    url: '/api/retention/confirm',
    summary: 'One of two administrators says that the clock is right and these parts are due',
    permission: 'admin',
    body: Type.Object({
      items: Type.Array(Type.String({ maxLength: 64 }), { minItems: 1, maxItems: MAX_ITEMS }),
    }),
    answer: Type.Object({ confirmed: Type.Array(Type.String()), waiting: Type.Array(Type.String()) }),
    errors: ['not_found', 'database_unavailable'],
    records: 'retention',
    run: ({ control, actor, body }) => {
      if (!actor) throw new Problem('sign_in');
      return control.keeper.confirm(body.items, actor);
    },
  }),
];
