import { type StageMask, stageNames } from '../stage.ts';

/** A deny term is what must not be said; an allow term is what may be said though a deny term lies over it. */
export type TermKind = 'deny' | 'allow';

/** 1 mild, 2 usual, 3 grave. */
export type Severity = 1 | 2 | 3;

/** One entry of a lexicon. Times are wall ms; a term acts from `from` to before `to`. */
export type Term = {
  term: string;
  kind: TermKind;
  /** Code of the taxonomy of violations (REQUIREMENTS 9.1); empty where the lexicon does not say. */
  category: string;
  severity: Severity;
  /** Stages by which the term may be found; undefined: all that are switched on. */
  stages?: StageMask | undefined;
  /** What may stand over a hit of this term and explains it away. */
  context: readonly string[];
  source: string;
  from?: number | undefined;
  to?: number | undefined;
};

/** Terms of one version. */
export type Lexicon = { version: string; terms: readonly Term[] };

/** Bounds of a lexicon. */
export const MAX_TERMS = 500_000;
export const MAX_TERM_UNITS = 128;
export const MAX_CONTEXT = 64;

/** A lexicon that cannot be read: where, and what to do about it. Nothing of it is taken. */
export class LexiconError extends Error {
  override readonly name = 'LexiconError';
  /** 1-based line (CSV) or entry (JSON), 0 for the whole. */
  readonly at: number;

  constructor(at: number, what: string) {
    super(at > 0 ? `${at}: ${what}` : what);
    this.at = at;
  }
}

/** Stages of a term as a lexicon writes them. */
export const stagesText = (mask: StageMask | undefined): string =>
  mask === undefined ? '' : mask === 0 ? 'none' : stageNames(mask).join('|');
