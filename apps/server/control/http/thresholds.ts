import { Problem } from '@weir/kit';
import { Type } from 'typebox';
import { readViolations } from '../../lexicon/violations.ts';
import type { Control } from '../control.ts';
import type { ThresholdVersion } from '../lexicon/thresholds.ts';
import { actorOf } from './lexicon.ts';
import { Note } from './lexiconSchema.ts';
import { type Route, route } from './route.ts';
import { Author, list, Time } from './schema.ts';

const MAX_PAGE = 100;
/** A score lies between 0.25 and 3 (`scoreOf` of the text engine); beyond it a category is never held, or never refused. */
const Score = Type.Number({ minimum: 0, maximum: 10 });
const Pair = Type.Object({ hold: Score, refuse: Score });
const Categories = Type.Record(Type.String({ maxLength: 64 }), Pair);
const Routes = Type.Object({
  message: Type.Optional(Categories),
  title: Type.Optional(Categories),
  nickname: Type.Optional(Categories),
  announcement: Type.Optional(Categories),
  post: Type.Optional(Categories),
});
const Shown = Type.Object({
  version: Type.Integer(),
  state: Type.Union([Type.Literal('live'), Type.Literal('retired')]),
  routes: Routes,
  note: Type.String(),
  at: Time,
  by: Author,
  stateAt: Time,
  stateBy: Author,
});
const InForce = Type.Object({
  version: Type.Integer({ description: '0: the taxonomy’s own' }),
  routes: Routes,
});

const shown = ({ people }: Control, { at, by, stateAt, stateBy, ...rest }: ThresholdVersion) => {
  const author = (id: string) => ({ id, nickname: people.get(id)?.nickname ?? id });
  return {
    ...rest,
    at: new Date(at).toISOString(),
    by: author(by),
    stateAt: new Date(stateAt).toISOString(),
    stateBy: author(stateBy),
  };
};

const taxonomy = readViolations();

/** From which score on each category is held and refused, where it is said: in messages, titles, nicknames. */
export const thresholdRoutes: Route[] = [
  route({
    method: 'GET',
    url: '/api/thresholds',
    summary: 'The thresholds in force by route and category, beside the taxonomy’s own',
    permission: 'lexicon_read',
    answer: Type.Object({
      live: InForce,
      taxonomy: Type.Array(
        Type.Object({ code: Type.String(), zh: Type.String(), en: Type.String(), threshold: Pair }),
      ),
    }),
    run: ({ control }) => ({
      live: control.thresholds.order,
      taxonomy: [...taxonomy.values()].map(({ code, label, threshold }) => ({
        code,
        zh: label['zh-CN'],
        en: label.en,
        threshold,
      })),
    }),
  }),
  route({
    method: 'PUT',
    url: '/api/thresholds',
    summary: 'Set the thresholds of every route as a new version, in force at once on every edge',
    permission: 'lexicon',
    body: Type.Object({
      routes: Routes,
      note: Note,
      base: Type.Optional(
        Type.Integer({
          minimum: 0,
          description: 'The version they were changed from: a conflict where another acts',
        }),
      ),
    }),
    answer: Shown,
    errors: ['conflict', 'database_unavailable'],
    records: 'moderation',
    run: async (call) => {
      const { control, body } = call;
      return shown(control, await control.thresholds.set(body.routes, body.note, actorOf(call), body.base));
    },
  }),
  route({
    method: 'GET',
    url: '/api/thresholds/versions',
    summary: 'Versions of the thresholds, the newest first',
    permission: 'lexicon_read',
    query: Type.Object({
      after: Type.Optional(Type.Integer({ minimum: 1, description: 'the `next` of the page before' })),
      limit: Type.Optional(Type.Integer({ minimum: 1, maximum: MAX_PAGE })),
    }),
    answer: list(Shown),
    run: ({ control, query: { after = Number.POSITIVE_INFINITY, limit = MAX_PAGE } }) => {
      const all = control.thresholds.list().filter(({ version }) => version < after);
      const items = all.slice(0, limit);
      return {
        items: items.map((one) => shown(control, one)),
        next: all.length > limit ? String(items.at(-1)?.version) : null,
      };
    },
  }),
  route({
    method: 'POST',
    url: '/api/thresholds/versions/:n/activate',
    summary: 'Put an older version back in force; 0 is the taxonomy’s own',
    permission: 'lexicon',
    body: Type.Object({ note: Note }),
    answer: InForce,
    errors: ['not_found', 'conflict', 'database_unavailable'],
    records: 'moderation',
    run: async (call) => {
      const { control, params, body } = call;
      const n = params['n'] ?? '';
      if (!/^\d{1,9}$/.test(n)) throw new Problem('not_found', 'There is no such version of the thresholds');
      return control.thresholds.activate(Number(n), body.note, actorOf(call));
    },
  }),
];
