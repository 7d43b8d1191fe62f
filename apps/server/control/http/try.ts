import { Type } from 'typebox';
import { TEXT_ROUTES } from '../../lexicon/thresholds.ts';
import { tryText } from '../lexicon/try.ts';
import { actorOf, numberOf } from './lexicon.ts';
import { Hit, Verdict, VersionNumber } from './lexiconSchema.ts';
import { type Route, route } from './route.ts';

const MAX_HOURS = 24 * 60;

const TextRoute = Type.Enum([...TEXT_ROUTES], { description: 'where it stands: its thresholds judge' });

const Run = Type.Object({
  id: Type.String(),
  version: Type.Integer(),
  beside: Type.Integer({ description: 'the version in force that it is compared with' }),
  hours: Type.Integer(),
  state: Type.Union([Type.Literal('running'), Type.Literal('done'), Type.Literal('failed')]),
  messages: Type.Integer({ description: 'judged so far' }),
  whole: Type.Boolean({ description: 'false: more was said than one run judges' }),
  would: Type.Object({ pass: Type.Integer(), hold: Type.Integer(), refuse: Type.Integer() }),
  newHits: Type.Integer(),
  lostHits: Type.Integer(),
  samples: Type.Array(
    Type.Object({ text: Type.String(), before: Verdict, after: Verdict, hits: Type.Array(Hit) }),
  ),
});

/** Trying a lexicon: on a text, and on what was said. */
export const tryRoutes: Route[] = [
  route({
    method: 'POST',
    url: '/api/lexicon/versions/:n/dry-run',
    summary:
      'Judge the messages of the last hours by a version that does not act; the answer says how to follow it',
    permission: 'lexicon',
    body: Type.Object({ hours: Type.Integer({ minimum: 1, maximum: MAX_HOURS }) }),
    answer: Run,
    status: 202,
    errors: ['not_found', 'not_ready', 'busy', 'database_unavailable'],
    records: 'access',
    run: async (call) => {
      const { control, body } = call;
      return control.dryRuns.start(control.lexicon.get(numberOf(call)), body.hours, actorOf(call));
    },
  }),
  route({
    method: 'GET',
    url: '/api/lexicon/dry-runs/:run',
    summary: 'How far a dry run is, and what it has found',
    permission: 'lexicon',
    answer: Run,
    errors: ['not_found'],
    run: ({ control, params }) => control.dryRuns.get(params['run'] ?? ''),
  }),
  route({
    method: 'POST',
    url: '/api/text/try',
    summary: 'What a text comes to by a version where it stands, what each stage makes of it, and every hit',
    permission: 'lexicon_read',
    body: Type.Object({
      text: Type.String({ maxLength: 2_000 }),
      version: Type.Optional(VersionNumber),
      route: Type.Optional(TextRoute),
    }),
    answer: Type.Object({
      version: Type.Integer(),
      route: TextRoute,
      thresholds: Type.Integer({ description: 'their version, 0 for the taxonomy’s own' }),
      verdict: Verdict,
      category: Type.String(),
      stages: Type.Array(Type.Object({ stage: Type.String(), view: Type.String() })),
      hits: Type.Array(Hit),
      allowed: Type.Array(
        Type.Object({
          term: Type.String({ description: 'the allow term, or the context of the deny term' }),
          start: Type.Integer(),
          end: Type.Integer(),
          overrules: Type.Array(Hit),
        }),
      ),
    }),
    errors: ['not_found', 'not_ready', 'busy', 'storage_failed'],
    run: ({ control, body }) => tryText(control, body.text, body.route, body.version),
  }),
];
