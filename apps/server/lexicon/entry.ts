import { stagesText, type Term, type TermKind } from '@weir/text';

/** A term as the API shows it and takes it back; empty `stages` allows all; times ISO or null. */
export type Entry = {
  term: string;
  kind: TermKind;
  category: string;
  severity: number;
  stages: string[];
  context: string[];
  source: string;
  from: string | null;
  to: string | null;
};

const iso = (ms: number | undefined): string | null => (ms === undefined ? null : new Date(ms).toISOString());

/** A term of a parsed lexicon for the API. */
export function entryOf({ term, kind, category, severity, stages, context, source, from, to }: Term): Entry {
  const names = stagesText(stages);
  return {
    term,
    kind,
    category,
    severity,
    stages: names === '' ? [] : names.split('|'),
    context: [...context],
    source,
    from: iso(from),
    to: iso(to),
  };
}

/** What tells one entry of a lexicon from another. */
export const keyOf = ({ kind, term }: { kind: TermKind; term: string }): string => `${kind} ${term}`;
