import { Problem } from '@weir/kit';
import type { Said } from './contests.ts';
import type { Control } from './control.ts';

/** What may be said from now on: an allow term, or for a deny `term` the words around it that explain it away. */
export type Allow = { term: string; context?: string[] | undefined };

/**
 * What an answer may change in the lexicon (`LexiconVersions.amend`): only what stands over a hit of the very text.
 * `source`: what was answered, `note`: which.
 * @throws Problem `lexicon_invalid` that names the column
 */
export async function amendmentFor(
  control: Control,
  { term, context = [] }: Allow,
  said: Pick<Said, 'text' | 'hits'>,
  { source, note }: { source: string; note: string },
) {
  const overHit = (words: string): boolean =>
    (said.hits ?? []).some(({ start, end }) => {
      for (let at = said.text.indexOf(words); at >= 0; at = said.text.indexOf(words, at + 1))
        if (at < end && start < at + words.length) return true;
      return false;
    });
  const invalid = (what: string): Problem => new Problem('lexicon_invalid', what, { column: 'allow' });
  if (context.length === 0) {
    if (!overHit(term)) throw invalid('The allow term must stand over what was found in the text');
    return { add: [{ term, kind: 'allow', source }], note };
  }
  if (!said.hits?.some((hit) => hit.term === term)) throw invalid('The term was not found in the text');
  if (!context.every(overHit)) throw invalid('Each context must stand over what was found in the text');
  const entry = await control.lexicon.entry(term);
  if (!entry) throw invalid('The lexicon in force has no such term any more');
  return { add: [{ ...entry, context: [...new Set([...entry.context, ...context])] }], note };
}
