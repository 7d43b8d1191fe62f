import { type Static, Type } from 'typebox';
import { Author, Nullable, Time } from './schema.ts';

/** Shapes of the lexicon in the API. */
export const VersionNumber = Type.Integer({ minimum: 1, maximum: 999_999_999 });
export const Kind = Type.Union([Type.Literal('deny'), Type.Literal('allow')]);
export const Note = Type.String({ maxLength: 500 });
export const Verdict = Type.Union([Type.Literal('pass'), Type.Literal('hold'), Type.Literal('refuse')]);

const Words = Type.Array(Type.String({ maxLength: 128 }), { maxItems: 64 });
const Moment = Type.Optional(Nullable(Type.String({ maxLength: 40 })));

/** A term as it is shown. */
export const Term = Type.Object({
  term: Type.String(),
  kind: Kind,
  category: Type.String(),
  severity: Type.Integer({ minimum: 1, maximum: 3 }),
  stages: Type.Array(Type.String(), {
    description: 'empty: every stage may find it; ["none"]: as it stands',
  }),
  context: Type.Array(Type.String()),
  source: Type.String(),
  from: Nullable(Time),
  to: Nullable(Time),
});

/** A term as it is brought. What it says is checked with the whole lexicon: 422 names entry and column. */
export const NewEntry = Type.Object({
  term: Type.String({ maxLength: 1_000 }),
  kind: Type.Optional(Type.String({ maxLength: 16 })),
  category: Type.Optional(Type.String({ maxLength: 64 })),
  severity: Type.Optional(Type.Number()),
  stages: Type.Optional(Words),
  context: Type.Optional(Words),
  source: Type.Optional(Type.String({ maxLength: 128 })),
  from: Moment,
  to: Moment,
});

export const Shown = Type.Object({
  version: Type.Integer(),
  hash: Type.String({ description: 'SHA-256 of its canonical CSV' }),
  state: Type.Union([
    Type.Literal('draft'),
    Type.Literal('shadow'),
    Type.Literal('live'),
    Type.Literal('retired'),
  ]),
  note: Type.String(),
  terms: Type.Integer(),
  bytes: Type.Integer(),
  added: Type.Integer({ description: 'from the version that was in force when it was made' }),
  removed: Type.Integer(),
  changed: Type.Integer(),
  at: Time,
  by: Author,
  stateAt: Time,
  stateBy: Author,
});

/** How often a term was found. */
export const Count = Type.Object({
  term: Type.String({ description: 'empty: terms beyond those that are counted one by one' }),
  category: Type.String(),
  hits: Type.Integer(),
  held: Type.Integer(),
  refused: Type.Integer(),
  contested: Type.Integer(),
  upheld: Type.Integer(),
  overturned: Type.Integer(),
});

const place = {
  term: Type.String(),
  category: Type.String(),
  start: Type.Integer({ description: 'UTF-16 units' }),
  end: Type.Integer({ description: 'exclusive' }),
  stages: Type.Array(Type.String()),
};
/** Where something was found in a text. */
export const Mark = Type.Object(place);
export const Hit = Type.Object({ ...place, severity: Type.Integer() });

const Word = Type.String({ minLength: 1, maxLength: 128 });

/** What an answer to a person allows from now on: a term, or for a deny term the words around it. */
export const Allow = Type.Union([
  Word,
  Type.Object({ term: Word, context: Type.Optional(Type.Array(Word, { maxItems: 8 })) }),
]);

/** Why what an answer allows may not be taken; the answer is not given then. */
export const ALLOW_ERRORS = [
  'conflict',
  'lexicon_invalid',
  'busy',
  'not_ready',
  'storage_failed',
  'database_unavailable',
] as const;

export const allowOf = (allow: Static<typeof Allow> | undefined) =>
  typeof allow === 'string' ? { term: allow } : allow;
