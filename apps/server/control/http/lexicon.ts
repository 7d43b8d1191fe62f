import { Readable } from 'node:stream';
import { Problem } from '@weir/kit';
import { Type } from 'typebox';
import { lexiconText } from '../../lexicon/asText.ts';
import { readViolations } from '../../lexicon/violations.ts';
import type { Actor, Control } from '../control.ts';
import type { Version } from '../lexicon/version.ts';
import * as contestSql from '../sql/contests.ts';
import * as hitSql from '../sql/hits.ts';
import { Count, Kind, NewEntry, Note, Shown, Term, VersionNumber } from './lexiconSchema.ts';
import { type Call, type Route, route } from './route.ts';
import { Done, list, Nullable, Time } from './schema.ts';

const MAX_PAGE = 500;
/** Terms that the statistics list, most hits first. */
const MAX_COUNTED = 200;
/** Entries that one call adds or removes; more come as CSV. */
const MAX_ENTRIES = 10_000;
/** Terms that an export holds in memory at a time. */
const EXPORT_PAGE = 1_000;
/** Entries of each list that a comparison shows. */
const MAX_COMPARED = 500;

export const actorOf = ({ actor }: { actor: Actor | undefined }): Actor => {
  if (!actor) throw new Problem('sign_in');
  return actor;
};

export const numberOf = ({ params }: Pick<Call, 'params'>): number => {
  const text = params['n'] ?? '';
  if (!/^[1-9]\d{0,8}$/.test(text)) throw new Problem('not_found', 'The lexicon has no such version');
  return Number(text);
};

/** A version as the API shows it: `at` and `by` are of its making, `stateAt` and `stateBy` of its present state. */
export const shownVersion = (control: Control, { hash, at, by, stateAt, stateBy, ...rest }: Version) => ({
  ...rest,
  hash,
  at: new Date(at).toISOString(),
  by: personOf(control, by),
  stateAt: new Date(stateAt).toISOString(),
  stateBy: personOf(control, stateBy),
});

const personOf = ({ people }: Control, id: string) => ({ id, nickname: people.get(id)?.nickname ?? id });

const Edit = { permission: 'lexicon' } as const;
const Read = { permission: 'lexicon_read' } as const;
const violations = readViolations();

const versionOf = (control: Control, version: number | undefined): Version =>
  version === undefined ? control.lexicon.live : control.lexicon.get(version);

export const lexiconRoutes: Route[] = [
  route({
    ...Read,
    method: 'GET',
    url: '/api/lexicon',
    summary: 'The lexicon in force, the one tried beside it, and the categories with their thresholds',
    answer: Type.Object({
      live: Type.Intersect([
        Shown,
        Type.Object({ buildMs: Type.Number({ description: 'ms its compilation took in this process' }) }),
      ]),
      shadow: Type.Optional(Shown),
      categories: Type.Array(
        Type.Object({
          code: Type.String({ description: 'empty: terms without a category' }),
          zh: Type.String(),
          en: Type.String(),
          terms: Type.Integer(),
          threshold: Type.Object({ hold: Type.Number(), refuse: Type.Number() }),
        }),
      ),
    }),
    errors: ['not_ready', 'storage_failed', 'busy'],
    run: async ({ control }) => {
      const { live, shadow, mill, buildMs } = control.lexicon;
      const { categories } = await mill.summary(live.hash);
      const codes = new Set([...violations.keys(), ...Object.keys(categories)]);
      return {
        live: { ...shownVersion(control, live), buildMs },
        ...(shadow ? { shadow: shownVersion(control, shadow) } : {}),
        categories: [...codes].map((code) => {
          const known = violations.get(code);
          return {
            code,
            zh: known?.label['zh-CN'] ?? code,
            en: known?.label.en ?? code,
            terms: categories[code] ?? 0,
            threshold: control.screen.thresholdOf(code),
          };
        }),
      };
    },
  }),
  route({
    ...Read,
    method: 'GET',
    url: '/api/lexicon/terms',
    summary: 'Terms of a version (the one in force without a number), in the order of the lexicon',
    query: Type.Object({
      version: Type.Optional(VersionNumber),
      q: Type.Optional(Type.String({ minLength: 1, maxLength: 128, description: 'contained in the term' })),
      category: Type.Optional(Type.String({ maxLength: 64 })),
      kind: Type.Optional(Kind),
      after: Type.Optional(
        Type.Integer({ minimum: 0, maximum: 1_000_000, description: 'the `next` before' }),
      ),
      limit: Type.Optional(Type.Integer({ minimum: 1, maximum: MAX_PAGE })),
    }),
    answer: list(Term),
    errors: ['not_found', 'not_ready', 'storage_failed', 'busy'],
    run: async ({ control, query: { version, after = 0, limit = 100, ...filter } }) => {
      const { hash } = versionOf(control, version);
      const { items, next } = await control.lexicon.mill.page(hash, { ...filter, after, limit });
      return { items, next: next === null ? null : String(next) };
    },
  }),
  route({
    ...Read,
    method: 'GET',
    url: '/api/lexicon/versions',
    summary: 'Versions, the newest first',
    query: Type.Object({
      after: Type.Optional(Type.Integer({ minimum: 1, description: 'the `next` of the page before' })),
      limit: Type.Optional(Type.Integer({ minimum: 1, maximum: MAX_PAGE })),
    }),
    answer: list(Shown),
    run: ({ control, query: { after = Number.POSITIVE_INFINITY, limit = 100 } }) => {
      const all = control.lexicon.list().filter(({ version }) => version < after);
      const items = all.slice(0, limit);
      return {
        items: items.map((version) => shownVersion(control, version)),
        next: all.length > limit ? String(items.at(-1)?.version) : null,
      };
    },
  }),
  route({
    ...Edit,
    method: 'POST',
    url: '/api/lexicon/versions',
    summary: 'Make a draft: a whole lexicon as CSV or JSON text, or terms to add (or replace) and remove',
    large: 'lexicon',
    body: Type.Object({
      csv: Type.Optional(
        Type.String({ minLength: 1, description: 'all terms; see packages/text/README.md' }),
      ),
      add: Type.Optional(Type.Array(NewEntry, { maxItems: MAX_ENTRIES })),
      remove: Type.Optional(
        Type.Array(
          Type.Object({ term: Type.String({ minLength: 1, maxLength: 128 }), kind: Type.Optional(Kind) }),
          { maxItems: MAX_ENTRIES },
        ),
      ),
      note: Note,
    }),
    answer: Shown,
    status: 201,
    errors: ['lexicon_invalid', 'conflict', 'busy', 'not_ready', 'storage_failed', 'database_unavailable'],
    records: 'moderation',
    run: async (call) =>
      shownVersion(call.control, await call.control.lexicon.create(call.body, actorOf(call))),
  }),
  route({
    ...Read,
    method: 'GET',
    url: '/api/lexicon/versions/:n/file',
    summary: 'A whole version as a file that can be imported again: CSV, or JSON',
    query: Type.Object({ as: Type.Optional(Type.Union([Type.Literal('csv'), Type.Literal('json')])) }),
    media: 'text/csv',
    answer: Type.String(),
    errors: ['not_found', 'storage_failed', 'busy'],
    run: async (call) => {
      const form = call.query.as ?? 'csv';
      const n = numberOf(call);
      const { hash } = call.control.lexicon.get(n);
      const { mill } = call.control.lexicon;
      const text = await lexiconText((after) => mill.page(hash, { after, limit: EXPORT_PAGE }), form);
      return call.reply
        .header('content-disposition', `attachment; filename="lexicon-${n}.${form}"`)
        .type(form === 'csv' ? 'text/csv; charset=utf-8' : 'application/json')
        .send(Readable.from(text));
    },
  }),
  route({
    ...Read,
    method: 'GET',
    url: '/api/lexicon/diff',
    summary: `What changed from one version to another; the first ${MAX_COMPARED} of each kind, and how many there are`,
    query: Type.Object({ from: VersionNumber, to: VersionNumber }),
    answer: Type.Object({
      added: Type.Array(Term),
      removed: Type.Array(Term),
      changed: Type.Array(Type.Object({ before: Term, after: Term })),
      counts: Type.Object({ added: Type.Integer(), removed: Type.Integer(), changed: Type.Integer() }),
    }),
    errors: ['not_found', 'storage_failed', 'busy'],
    run: ({ control: { lexicon }, query: { from, to } }) =>
      lexicon.mill.diff(lexicon.get(from).hash, lexicon.get(to).hash, MAX_COMPARED),
  }),
  route({
    ...Edit,
    method: 'POST',
    url: '/api/lexicon/versions/:n/shadow',
    summary: 'Try a version beside the one in force: its hits are counted, nothing comes of them',
    body: Type.Object({ note: Type.Optional(Note) }),
    answer: Shown,
    errors: ['not_found', 'conflict', 'busy', 'storage_failed', 'database_unavailable'],
    records: 'moderation',
    run: async (call) => {
      const { control, body } = call;
      const version = await control.lexicon.tryBeside(numberOf(call), body.note ?? '', actorOf(call));
      return shownVersion(control, version);
    },
  }),
  route({
    ...Edit,
    method: 'DELETE',
    url: '/api/lexicon/shadow',
    summary: 'End the trial; again is no error',
    answer: Done,
    errors: ['busy', 'database_unavailable'],
    records: 'moderation',
    run: async (call) => {
      await call.control.lexicon.endTrial(actorOf(call));
      return { ok: true };
    },
  }),
  route({
    ...Edit,
    method: 'POST',
    url: '/api/lexicon/versions/:n/activate',
    summary: 'Put a version in force on every edge; an older one too: so a change is rolled back',
    body: Type.Object({ note: Note }),
    answer: Shown,
    errors: ['not_found', 'conflict', 'busy', 'storage_failed', 'database_unavailable'],
    records: 'moderation',
    run: async (call) => {
      const { control, body } = call;
      return shownVersion(control, await control.lexicon.activate(numberOf(call), body.note, actorOf(call)));
    },
  }),
  route({
    ...Read,
    method: 'GET',
    url: '/api/lexicon/hits',
    summary: `The ${MAX_COUNTED} terms found most in the last hours, and what came of the texts`,
    query: Type.Object({ hours: Type.Integer({ minimum: 1, maximum: 2_160 }) }),
    answer: Type.Object({
      since: Time,
      items: Type.Array(Count),
      shadow: Type.Array(Count),
      shadowVersion: Nullable(Type.Integer()),
    }),
    errors: ['database_unavailable'],
    run: async ({ control, query }) => {
      await control.hits.store();
      const from = control.clock.now() - query.hours * 3_600_000;
      const [items, shadow, contests] = await control.database.read((db) =>
        Promise.all([
          hitSql.top(db, 'live', from, MAX_COUNTED),
          hitSql.top(db, 'shadow', from, MAX_COUNTED),
          contestSql.byTerm(db, from),
        ]),
      );
      const none = { contested: 0, upheld: 0, overturned: 0 };
      return {
        since: new Date(from).toISOString(),
        items: items.map((item) => ({ ...item, ...(contests.get(item.term) ?? none) })),
        shadow: shadow.map((item) => ({ ...item, ...none })),
        shadowVersion: control.lexicon.shadow?.version ?? null,
      };
    },
  }),
];
