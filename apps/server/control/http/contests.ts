import { isId, Problem } from '@weir/kit';
import { Type } from 'typebox';
import { answerContest, type Contest, contest, reportFalse, saidOf } from '../contests.ts';
import type { Control } from '../control.ts';
import * as sql from '../sql/contests.ts';
import { actorOf } from './lexicon.ts';
import { ALLOW_ERRORS, Allow, allowOf, Mark } from './lexiconSchema.ts';
import { pageOf } from './page.ts';
import { type Route, route } from './route.ts';
import { Author, list, Nullable, Time } from './schema.ts';

const MAX_PAGE = 50;
const State = Type.Union([Type.Literal('open'), Type.Literal('stands'), Type.Literal('overturned')]);
const Note = Type.String({ maxLength: 500 });

const Made = Type.Object({ id: Type.String(), message: Type.String(), state: State, at: Time });
const Shown = Type.Object({
  id: Type.String(),
  kind: Type.Union([Type.Literal('contest'), Type.Literal('report')]),
  message: Type.Object({
    id: Type.String(),
    text: Nullable(Type.String({ description: 'null once its time of keeping is over' })),
    room: Type.String(),
    ts: Time,
    user: Author,
  }),
  text: Nullable(Type.String()),
  room: Type.String(),
  user: Author,
  hits: Type.Array(Mark),
  category: Type.String(),
  lexicon: Nullable(Type.Integer({ description: 'version that found it' })),
  state: State,
  at: Time,
  by: Author,
  answeredAt: Nullable(Time),
  answeredBy: Nullable(Author),
  version: Nullable(Type.Integer({ description: 'version of the lexicon that came of the answer' })),
  allow: Type.Optional(Type.String({ description: 'the term it allows' })),
});

const iso = (at: number): string => new Date(at).toISOString();
const made = ({ id, message, state, at }: Contest) => ({ id, message, state, at: iso(at) });

async function shown(control: Control, one: Contest) {
  const { people, ledger } = control;
  const said = saidOf(await ledger.recordsOf(one.message));
  const author = (id: string) => ({ id, nickname: people.get(id)?.nickname ?? id });
  const user = { id: one.author, nickname: said?.nickname || author(one.author).nickname };
  return {
    id: one.id,
    kind: one.kind,
    text: said?.text ?? null,
    room: one.room,
    user,
    message: {
      id: one.message,
      text: said?.text ?? null,
      room: one.room,
      ts: iso(said?.ts ?? one.at),
      user,
    },
    hits: (said?.hits ?? []).map((hit) => ({ ...hit, stages: [...hit.stages] })),
    category: one.category,
    lexicon: one.lexicon,
    state: one.state,
    at: iso(one.at),
    by: author(one.by),
    answeredAt: one.answeredAt === null ? null : iso(one.answeredAt),
    answeredBy: one.answeredBy === null ? null : author(one.answeredBy),
    version: one.version,
    ...(one.allow === null ? {} : { allow: one.allow }),
  };
}

export const contestRoutes: Route[] = [
  route({
    method: 'POST',
    url: '/api/messages/:id/contest',
    summary: 'Object to the refusal of a message of one’s own, once; a person answers',
    permission: 'signed_in',
    about: 'message',
    cut: 'allowed',
    answer: Made,
    status: 201,
    errors: ['forbidden', 'not_refused', 'conflict', 'rate', 'database_unavailable'],
    records: 'moderation',
    run: async (call) =>
      made(await contest(call.control, call.params['id'] as string, call.room, actorOf(call))),
  }),
  route({
    method: 'POST',
    url: '/api/messages/:id/false-positive',
    summary: 'Report that the screen found something where nothing is',
    permission: 'staff',
    about: 'message',
    cut: 'allowed',
    body: Type.Object({ note: Type.Optional(Note) }),
    answer: Made,
    status: 201,
    errors: ['conflict', 'database_unavailable'],
    records: 'moderation',
    run: async (call) => {
      const { control, params, room, body } = call;
      return made(await reportFalse(control, params['id'] as string, room, actorOf(call), body.note));
    },
  }),
  route({
    method: 'GET',
    url: '/api/contests',
    summary: 'Contests and reports, those that wait longest first',
    permission: 'staff',
    query: Type.Object({
      state: Type.Optional(Type.Union([...State.anyOf, Type.Literal('answered')])),
      after: Type.Optional(Type.String({ maxLength: 64 })),
      limit: Type.Optional(Type.Integer({ minimum: 1, maximum: MAX_PAGE })),
    }),
    answer: list(Shown),
    errors: ['database_unavailable'],
    run: async ({ control, actor, query: { state, after, limit = MAX_PAGE } }) => {
      if (after !== undefined && !isId(after)) return { items: [], next: null };
      control.deskLooks.note(control, actor, { what: 'contests' });
      const { page, next } = pageOf(
        await control.database.read((db) => sql.page(db, state, after, limit + 1)),
        limit,
      );
      const items = [];
      for (const one of page) items.push(await shown(control, one));
      return { items, next };
    },
  }),
  route({
    method: 'POST',
    url: '/api/contests/:contest/answer',
    summary: 'Answer a contest or report; with `allow` the lexicon changes at once',
    permission: 'staff',
    body: Type.Object({
      outcome: Type.Union([Type.Literal('stands'), Type.Literal('overturned')]),
      allow: Type.Optional(Allow),
      note: Type.Optional(Note),
    }),
    answer: Shown,
    errors: ['not_found', 'forbidden', ...ALLOW_ERRORS],
    records: 'moderation',
    run: async (call) => {
      const { control, params, body } = call;
      const id = params['contest'] ?? '';
      if (!isId(id)) throw new Problem('not_found', 'No contest has this id');
      const allow = allowOf(body.allow);
      return shown(control, await answerContest(control, id, { ...body, allow }, actorOf(call)));
    },
  }),
];
