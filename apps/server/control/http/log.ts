import { Type } from 'typebox';
import { lookedAt } from '../looks.ts';
import { type Route, route } from './route.ts';

const MAX_RECORDS = 10_000;
const Word = Type.Optional(Type.String({ maxLength: 200 }));

export const logRoutes: Route[] = [
  route({
    method: 'GET',
    url: '/api/log',
    summary: 'Records of the logs that fit, oldest first',
    permission: 'admin',
    query: Type.Object({
      log: Type.Optional(
        Type.Union([
          Type.Literal('content'),
          Type.Literal('moderation'),
          Type.Literal('access'),
          Type.Literal('retention'),
        ]),
      ),
      kind: Word,
      room: Word,
      broadcast: Word,
      user: Word,
      text: Word,
      from: Type.Optional(Type.Integer({ minimum: 0, description: 'wall ms' })),
      to: Type.Optional(Type.Integer({ minimum: 0, description: 'wall ms, exclusive' })),
      limit: Type.Optional(Type.Integer({ minimum: 1, maximum: MAX_RECORDS })),
    }),
    answer: Type.Object({ items: Type.Array(Type.Object({}, { additionalProperties: true })) }),
    errors: ['database_unavailable'],
    records: 'access',
    run: async ({ control, actor, query }) => {
      const { text, ...named } = query;
      // What was searched for is content: that it was, and how long it is, is enough, and may be kept longer.
      if (actor)
        await lookedAt(control, actor, {
          what: 'log',
          query: { ...named, ...(text === undefined ? {} : { textLength: text.length }) },
        });
      const items = await Array.fromAsync(control.ledger.search({ limit: 1_000, ...query }));
      // In a record the number and log stand first, as DOORS.md writes them.
      return {
        items: items.map(({ log, n, ts, v: _, ...rest }) => ({
          log,
          n,
          ts: new Date(ts).toISOString(),
          ...rest,
        })),
      };
    },
  }),
];
