import { Problem } from '@weir/kit';
import type { Hold } from '@weir/ledger';
import { Type } from 'typebox';
import { lookedAt } from '../looks.ts';
import { type Route, route } from './route.ts';
import { Done, list, Note, Time } from './schema.ts';

const DEFAULT_QUOTA = 2 * 1024 ** 3;
const MAX_RECORDS = 1_000;
const Word = Type.String({ minLength: 1, maxLength: 200 });
const LogName = Type.Union([
  Type.Literal('content'),
  Type.Literal('moderation'),
  Type.Literal('access'),
  Type.Literal('retention'),
]);
const What = Type.Object({
  broadcast: Type.Optional(Word),
  room: Type.Optional(Word),
  user: Type.Optional(Word),
  from: Type.Optional(Type.Integer({ minimum: 0, description: 'wall ms' })),
  to: Type.Optional(Type.Integer({ minimum: 0, description: 'wall ms, exclusive' })),
  records: Type.Optional(
    Type.Array(Type.Object({ log: LogName, n: Type.Integer({ minimum: 1 }) }), {
      minItems: 1,
      maxItems: MAX_RECORDS,
    }),
  ),
  logs: Type.Optional(Type.Array(LogName, { minItems: 1, maxItems: 4, uniqueItems: true })),
});
const Day = Type.String({ pattern: '^\\d{4}-\\d{2}-\\d{2}$' });
const Shown = Type.Object({
  id: Type.String(),
  case: Type.String(),
  reason: Type.String(),
  responsible: Type.String(),
  reviewOn: Type.String(),
  by: Type.String(),
  at: Time,
  what: What,
  bytes: Type.Integer(),
  quotaBytes: Type.Integer(),
  recordings: Type.Integer(),
  missing: Type.Array(Type.String()),
});

const shown = (hold: Hold & { bytes: number }) => {
  const { id, reason, responsible, reviewOn, by, at, what, bytes, quotaBytes, media, missing } = hold;
  const plain = { id, case: hold.case, reason, responsible, reviewOn, by, what, bytes, quotaBytes, missing };
  return { ...plain, at: new Date(at).toISOString(), recordings: media.length };
};

export const holdRoutes: Route[] = [
  route({
    method: 'GET',
    url: '/api/holds',
    summary: 'What is held beyond its term, the one to be reviewed next first',
    permission: 'admin',
    answer: list(Shown),
    run: ({ control }) => ({ items: control.keeper.holds.list().map(shown), next: null }),
  }),
  route({
    method: 'POST',
    url: '/api/holds',
    summary: 'Hold what a case needs: records, proofs and recordings, copied under a key of the case’s own',
    permission: 'admin',
    body: Type.Object({
      case: Word,
      reason: Type.String({ minLength: 1, maxLength: 2_000 }),
      responsible: Word,
      reviewOn: Day,
      what: What,
      quotaBytes: Type.Optional(Type.Integer({ minimum: 1, maximum: Number.MAX_SAFE_INTEGER })),
    }),
    answer: Shown,
    status: 201,
    errors: ['bad_request', 'not_found', 'hold_too_large', 'storage_failed', 'database_unavailable'],
    records: 'retention',
    run: async ({ control, actor, body }) => {
      if (!actor) throw new Problem('sign_in');
      const now = control.clock.now();
      if (Number.isNaN(Date.parse(body.reviewOn)) || Date.parse(body.reviewOn) < now - 86_400_000)
        throw new Problem('bad_request', 'reviewOn is a day that has not passed');
      if ((body.what.to ?? 0) > now || (body.what.from ?? 0) > now)
        throw new Problem('bad_request', 'Only what is there can be held; hold again what comes later');
      const ask = { ...body, quotaBytes: body.quotaBytes ?? DEFAULT_QUOTA };
      return shown(await control.keeper.hold(ask, actor));
    },
  }),
  route({
    method: 'GET',
    url: '/api/holds/:hold/records',
    summary: 'The records that a hold keeps, each checked against what was signed',
    permission: 'admin',
    answer: list(Type.Object({}, { additionalProperties: true })),
    errors: ['not_found', 'database_unavailable'],
    records: 'access',
    run: async ({ control, actor, params }) => {
      const id = params['hold'] as string;
      if (!control.keeper.holds.get(id)) throw new Problem('not_found', 'No hold has this id');
      if (actor) await lookedAt(control, actor, { what: 'case', id });
      const items: object[] = [];
      for await (const { log, record } of control.keeper.holds.records(id)) {
        const { n, ts, v: _, ...rest } = record;
        items.push({ log, n, ts: new Date(ts).toISOString(), ...rest });
        if (items.length >= MAX_RECORDS) break;
      }
      return { items, next: null };
    },
  }),
  route({
    method: 'DELETE',
    url: '/api/holds/:hold',
    summary: 'Release a hold: its key is destroyed, then its files',
    permission: 'admin',
    body: Type.Object({ note: Note }),
    answer: Done,
    errors: ['not_found', 'database_unavailable'],
    records: 'retention',
    run: async ({ control, actor, params, body }) => {
      if (!actor) throw new Problem('sign_in');
      await control.keeper.release(params['hold'] as string, body.note, actor);
      return { ok: true };
    },
  }),
];
