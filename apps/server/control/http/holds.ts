import { Problem } from '@weir/kit';
import { dayOf, type Standing } from '@weir/ledger';
import { Type } from 'typebox';
import type { Control } from '../control.ts';
import { lookedAt } from '../looks.ts';
import { type Route, route } from './route.ts';
import { Done, list, Note, Nullable, Time } from './schema.ts';

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
const Person = Type.Object({
  id: Type.String(),
  nickname: Type.String({ description: 'empty where the account is not known here' }),
});
const Shown = Type.Object({
  id: Type.String(),
  case: Type.String(),
  reason: Type.String(),
  responsible: Type.String(),
  reviewOn: Day,
  due: Type.Boolean({ description: 'the day of its review has come' }),
  by: Type.String(),
  placedBy: Person,
  at: Time,
  what: What,
  bytes: Type.Integer(),
  quotaBytes: Type.Integer(),
  recordings: Type.Integer(),
  missing: Type.Array(Type.String(), { description: 'recordings that were named and were not there' }),
  reviews: Type.Array(Type.Object({ at: Time, by: Person, reviewOn: Day, note: Type.String() })),
});

function shown({ people, clock }: Control, hold: Standing) {
  const { id, reason, responsible, reviewOn, by, at, what, bytes, quotaBytes, media, missing } = hold;
  const personOf = (user: string) => ({ id: user, nickname: people.get(user)?.nickname ?? '' });
  const plain = { id, case: hold.case, reason, responsible, reviewOn, by, what, bytes, quotaBytes, missing };
  return {
    ...plain,
    at: new Date(at).toISOString(),
    due: reviewOn <= dayOf(clock.now()),
    placedBy: personOf(by),
    recordings: media.length,
    reviews: hold.reviews.map((one) => ({
      ...one,
      at: new Date(one.at).toISOString(),
      by: personOf(one.by),
    })),
  };
}

/** @throws Problem bad_request where it is no day, or one that has passed */
function coming(day: string, now: number): void {
  const at = new Date(`${day}T00:00:00Z`);
  if (Number.isNaN(at.getTime()) || at.toISOString().slice(0, 10) !== day || day < dayOf(now))
    throw new Problem('bad_request', 'reviewOn is a day that has not passed');
}

export const holdRoutes: Route[] = [
  route({
    method: 'GET',
    url: '/api/holds',
    summary: 'What is held beyond its term, the one to be reviewed next first',
    permission: 'admin',
    answer: Type.Object({
      items: Type.Array(Shown),
      next: Type.Null(),
      bytes: Type.Integer({ description: 'that all holds take' }),
      totalBytes: Nullable(Type.Integer({ description: 'that they may take; null without a bound' })),
    }),
    records: 'access',
    run: ({ control, actor }) => {
      control.deskLooks.note(control, actor, { what: 'holds' });
      const { holds } = control.keeper.cases;
      const { bytes, totalBytes } = holds.quota;
      return {
        items: holds.list().map((hold) => shown(control, hold)),
        next: null,
        bytes,
        totalBytes: Number.isFinite(totalBytes) ? totalBytes : null,
      };
    },
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
    errors: [
      'bad_request',
      'not_found',
      'hold_too_large',
      'bucket_unavailable',
      'storage_failed',
      'database_unavailable',
    ],
    records: 'retention',
    run: async ({ control, actor, body }) => {
      if (!actor) throw new Problem('sign_in');
      const now = control.clock.now();
      coming(body.reviewOn, now);
      if ((body.what.to ?? 0) > now || (body.what.from ?? 0) > now)
        throw new Problem('bad_request', 'Only what is there can be held; hold again what comes later');
      if (body.what.from !== undefined && body.what.to !== undefined && body.what.from >= body.what.to)
        throw new Problem('bad_request', 'from lies before to');
      const ask = { ...body, quotaBytes: body.quotaBytes ?? DEFAULT_QUOTA };
      return shown(control, await control.keeper.cases.place(ask, actor));
    },
  }),
  route({
    method: 'GET',
    url: '/api/holds/:hold/records',
    summary: 'The records that a hold keeps, each checked against what was signed, page by page',
    permission: 'admin',
    query: Type.Object({
      cursor: Type.Optional(Type.String({ pattern: '^\\d{1,9}$', description: 'from an earlier page' })),
    }),
    answer: list(Type.Object({}, { additionalProperties: true })),
    errors: ['not_found', 'database_unavailable'],
    records: 'access',
    run: async ({ control, actor, params, query }) => {
      const id = params['hold'] as string;
      const { holds } = control.keeper.cases;
      if (!holds.get(id)) throw new Problem('not_found', 'No hold has this id');
      if (actor) await lookedAt(control, actor, { what: 'case', id });
      const from = Number(query.cursor ?? 0);
      const items: object[] = [];
      let at = 0;
      for await (const { log, record } of holds.records(id)) {
        if (at++ < from) continue;
        if (items.length >= MAX_RECORDS) return { items, next: String(at - 1) };
        const { n, ts, v: _, ...rest } = record;
        items.push({ log, n, ts: new Date(ts).toISOString(), ...rest });
      }
      return { items, next: null };
    },
  }),
  route({
    method: 'POST',
    url: '/api/holds/:hold/review',
    summary: 'Look at a hold and keep it on: another day on which somebody looks again',
    permission: 'admin',
    body: Type.Object({ reviewOn: Day, note: Note }),
    answer: Shown,
    errors: ['bad_request', 'not_found', 'conflict', 'storage_failed', 'database_unavailable'],
    records: 'retention',
    run: async ({ control, actor, params, body }) => {
      if (!actor) throw new Problem('sign_in');
      coming(body.reviewOn, control.clock.now());
      return shown(control, await control.keeper.cases.extend(params['hold'] as string, body, actor));
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
      await control.keeper.cases.release(params['hold'] as string, body.note, actor);
      return { ok: true };
    },
  }),
];
