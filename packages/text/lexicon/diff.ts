import { stagesText, type Term } from './term.ts';

/** What changed from one lexicon to another, by term and kind. */
export type LexiconDiff = { added: Term[]; removed: Term[]; changed: { before: Term; after: Term }[] };

const keyOf = ({ kind, term }: Term): string => `${kind} ${term}`;
const content = (term: Term): string =>
  JSON.stringify([
    term.category,
    term.severity,
    stagesText(term.stages),
    term.context,
    term.source,
    term.from,
    term.to,
  ]);

/** Compares two lexicons; where a term stands twice the last one counts. */
export function diffLexicons(before: readonly Term[], after: readonly Term[]): LexiconDiff {
  const old = new Map(before.map((term) => [keyOf(term), term]));
  const now = new Map(after.map((term) => [keyOf(term), term]));
  const diff: LexiconDiff = { added: [], removed: [], changed: [] };
  for (const [key, term] of now) {
    const was = old.get(key);
    if (!was) diff.added.push(term);
    else if (content(was) !== content(term)) diff.changed.push({ before: was, after: term });
  }
  for (const [key, term] of old) if (!now.has(key)) diff.removed.push(term);
  return diff;
}
