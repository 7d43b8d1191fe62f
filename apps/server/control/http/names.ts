import { isId, Problem } from '@weir/kit';
import { Type } from 'typebox';
import type { Control } from '../control.ts';
import { answerName } from '../names/answer.ts';
import { saidName } from '../names/hold.ts';
import { type HeldName, WAITING } from '../names/name.ts';
import * as sql from '../sql/names.ts';
import { actorOf } from './lexicon.ts';
import { ALLOW_ERRORS, Allow, allowOf, Mark } from './lexiconSchema.ts';
import { pageOf } from './page.ts';
import { type Call, type Route, route } from './route.ts';
import { Author, list, Nullable, ReasonCode, Time } from './schema.ts';

const MAX_PAGE = 50;
export const State = Type.Union(
  (['held', 'refused', 'contested', 'stands', 'released', 'withdrawn'] as const).map((one) =>
    Type.Literal(one),
  ),
);
export const Of = Type.Union([Type.Literal('title'), Type.Literal('nickname')]);
const Shown = Type.Object({
  id: Type.String(),
  of: Of,
  subject: Type.String({ description: 'the broadcast, or the person' }),
  text: Nullable(Type.String({ description: 'null once its time of keeping is over' })),
  now: Type.String({ description: 'what stands there until it is released' }),
  owner: Author,
  hits: Type.Array(Mark),
  category: Type.String(),
  lexicon: Nullable(Type.Integer()),
  state: State,
  reason: Nullable(Type.String()),
  at: Time,
  answeredAt: Nullable(Time),
  answeredBy: Nullable(Author),
});
const iso = (at: number): string => new Date(at).toISOString();

async function shown(control: Control, one: HeldName) {
  const said = await saidName(control, one);
  const author = (id: string) => ({ id, nickname: control.people.get(id)?.nickname ?? id });
  const now =
    one.of === 'title'
      ? control.broadcasts.get(one.subject)?.title
      : control.people.get(one.subject)?.nickname;
  return {
    id: one.id,
    of: one.of,
    subject: one.subject,
    text: said?.text ?? null,
    now: now ?? '',
    owner: author(one.owner),
    hits: (said?.hits ?? []).map((hit) => ({ ...hit, stages: [...hit.stages] })),
    category: one.category,
    lexicon: said?.trace?.[0]?.lexicon ?? null,
    state: one.state,
    reason: one.reason,
    at: iso(one.at),
    answeredAt: one.answeredAt === null ? null : iso(one.answeredAt),
    answeredBy: one.answeredBy === null ? null : author(one.answeredBy),
  };
}

/** @throws Problem `not_found` */
export const nameIdOf = ({ params }: Pick<Call, 'params'>): string => {
  const id = params['name'] ?? '';
  if (!isId(id)) throw new Problem('not_found', 'No name has this id');
  return id;
};

export const nameRoutes: Route[] = [
  route({
    method: 'GET',
    url: '/api/names',
    summary: 'Titles and nicknames that wait for a person, those that wait longest first; or those answered',
    permission: 'staff',
    query: Type.Object({
      state: Type.Optional(Type.Union([Type.Literal('open'), Type.Literal('answered')])),
      after: Type.Optional(Type.String({ maxLength: 64, description: 'the `next` of the page before' })),
      limit: Type.Optional(Type.Integer({ minimum: 1, maximum: MAX_PAGE })),
    }),
    answer: list(Shown),
    errors: ['database_unavailable'],
    run: async ({ control, actor, query: { state = 'open', after, limit = MAX_PAGE } }) => {
      if (after !== undefined && !isId(after)) return { items: [], next: null };
      control.deskLooks.note(control, actor, { what: 'names' });
      const states = state === 'open' ? WAITING : (['released', 'refused', 'stands'] as const);
      const { page, next } = pageOf(
        await control.database.read((db) => sql.page(db, states, after, limit + 1)),
        limit,
      );
      const items = [];
      for (const one of page) items.push(await shown(control, one));
      return { items, next };
    },
  }),
  route({
    method: 'POST',
    url: '/api/names/:name/release',
    summary: 'Let a title or nickname stand; with `allow` the lexicon changes at once',
    permission: 'staff',
    body: Type.Object({ allow: Type.Optional(Allow) }),
    answer: Shown,
    errors: ['not_found', 'forbidden', ...ALLOW_ERRORS],
    records: 'moderation',
    run: async (call) => {
      const order = { op: 'release' as const, allow: allowOf(call.body.allow) };
      return shown(call.control, await answerName(call.control, nameIdOf(call), order, actorOf(call)));
    },
  }),
  route({
    method: 'POST',
    url: '/api/names/:name/refuse',
    summary: 'Refuse a title or nickname: the old one stays, and its owner is told why',
    permission: 'staff',
    body: Type.Object({ reason: ReasonCode }),
    answer: Shown,
    errors: ['not_found', 'forbidden', 'conflict', 'unknown_reason', 'database_unavailable'],
    records: 'moderation',
    run: async (call) => {
      const order = { op: 'refuse' as const, reason: call.body.reason };
      return shown(call.control, await answerName(call.control, nameIdOf(call), order, actorOf(call)));
    },
  }),
];
