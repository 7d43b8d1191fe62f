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

/** Bounds of a lexicon, in UTF-16 units where a text is meant: what one takes of memory follows from them. */
export const MAX_TERMS = 500_000;
export const MAX_TERM_UNITS = 128;
export const MAX_ALL_UNITS = 8_000_000;
export const MAX_CONTEXT = 64;
export const MAX_CATEGORIES = 1_000;
export const MAX_CATEGORY_UNITS = 64;

/** A lexicon that cannot be read: where, and what to do about it. Nothing of it is taken. */
export class LexiconError extends Error {
  override readonly name = 'LexiconError';
  /** 1-based line (CSV) or entry (JSON), 0 for the whole. */
  readonly at: number;
  /** What is wrong, without the place. */
  readonly what: string;
  /** Name of the column that is wrong, where one is. */
  readonly column: string | undefined;

  constructor(at: number, what: string, column?: string) {
    super(at > 0 ? `${at}: ${what}` : what);
    this.at = at;
    this.what = what;
    this.column = column;
  }
}

/**
 * Holds terms against the bounds of a lexicon.
 * @throws LexiconError that names the bound, and the entry where it is one's own
 */
export function assertBounded(terms: readonly Term[]): void {
  if (terms.length > MAX_TERMS)
    throw new LexiconError(0, `${terms.length} terms; a lexicon has at most ${MAX_TERMS}`);
  const categories = new Set<string>();
  let units = 0;
  terms.forEach(({ term, category, context }, i) => {
    if (term.length > MAX_TERM_UNITS) throw new LexiconError(i + 1, `term is longer than ${MAX_TERM_UNITS}`);
    if (category.length > MAX_CATEGORY_UNITS)
      throw new LexiconError(i + 1, `category is longer than ${MAX_CATEGORY_UNITS}`);
    if (context.length > MAX_CONTEXT || context.some((text) => text.length > MAX_TERM_UNITS))
      throw new LexiconError(
        i + 1,
        `context is at most ${MAX_CONTEXT} texts, none longer than ${MAX_TERM_UNITS}`,
      );
    units += term.length;
    for (const text of context) units += text.length;
    categories.add(category);
  });
  if (units > MAX_ALL_UNITS)
    throw new LexiconError(0, `${units} characters in all; a lexicon has at most ${MAX_ALL_UNITS}`);
  if (categories.size > MAX_CATEGORIES)
    throw new LexiconError(0, `${categories.size} categories; a lexicon has at most ${MAX_CATEGORIES}`);
}

/** Stages of a term as a lexicon writes them. */
export const stagesText = (mask: StageMask | undefined): string =>
  mask === undefined ? '' : mask === 0 ? 'none' : stageNames(mask).join('|');
