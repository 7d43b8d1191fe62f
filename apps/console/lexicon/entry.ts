import type { Person } from '@weir/look';

/**
 * How long a call waits that reads, compares or compiles lexicons, ms: that work goes behind everything else on the
 * machine, and who gave up sooner would not know whether the order holds.
 */
export const COMPILED_WITHIN_MS = 180_000;

/** A term of the lexicon as the API shows it and takes it back; times ISO or null. */
export type Entry = {
  term: string;
  kind: 'deny' | 'allow';
  category: string;
  severity: number;
  /** Empty: every stage may find it. */
  stages: string[];
  context: string[];
  source: string;
  from: string | null;
  to: string | null;
};

export type Category = {
  code: string;
  zh: string;
  en: string;
  terms: number;
  threshold: { hold: number; refuse: number };
};

/** A version: `at` and `by` are of its making, `stateAt` and `stateBy` of its present state. */
export type Version = {
  version: number;
  hash: string;
  state: 'draft' | 'shadow' | 'live' | 'retired';
  note: string;
  terms: number;
  bytes: number;
  added: number;
  removed: number;
  changed: number;
  at: string;
  by: Person;
  stateAt: string;
  stateBy: Person;
};

/** `GET /api/lexicon`. */
export type LexiconNow = {
  live: Version & { buildMs: number };
  shadow?: Version;
  categories: Category[];
};

/** What the screen found in a text; UTF-16 units, end exclusive. */
export type Hit = {
  term: string;
  category: string;
  severity: number;
  start: number;
  end: number;
  stages: string[];
};

export type Verdict = 'pass' | 'hold' | 'refuse';

/** What tells one entry from another. */
export const keyOf = ({ kind, term }: Pick<Entry, 'kind' | 'term'>): string => `${kind} ${term}`;
