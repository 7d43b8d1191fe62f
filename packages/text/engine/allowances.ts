import { Hits } from '../matcher/hits.ts';
import { scan } from '../matcher/scan.ts';
import type { Fold } from '../normalise/fold.ts';
import type { View } from '../normalise/view.ts';
import { SPELLINGS } from '../stage.ts';
import type { Compiled } from './compile.ts';
import { type Found, overlap } from './found.ts';
import { places } from './verify.ts';

/** Occurrences of allow terms that one text may have. */
const MAX_ALLOWED = 1_000;
/** Contexts that are looked for in other spellings in one text: each is read anew. */
const MAX_READ = 200;

/**
 * Where the allow terms of a lexicon stand in a text, as they are or spelled in another way. They have a trie of their
 * own that is asked only once something was found, so that no allow term changes what is found.
 */
export class Allowances {
  readonly #compiled: Compiled;
  readonly #fold: Fold;
  readonly #term: View;
  readonly #textOf: (term: number) => string;
  readonly #hits = new Hits();
  readonly #found: Found[] = [];
  #left = MAX_READ;

  constructor(compiled: Compiled, fold: Fold, term: View, textOf: (term: number) => string) {
    this.#compiled = compiled;
    this.#fold = fold;
    this.#term = term;
    this.#textOf = textOf;
  }

  /** Reads a text; false where it has more occurrences than are looked at. `now`: wall ms. */
  read(view: View, now: number): boolean {
    const { allow: trie, allowTerm, terms } = this.#compiled;
    const hits = this.#hits;
    this.#found.length = 0;
    this.#left = MAX_READ;
    if (!trie) return true;
    hits.clear();
    scan(trie, view, hits, 1, MAX_ALLOWED);
    for (let h = 0; h < hits.length; h++) {
      const group = hits.data[3 * h] as number;
      const first = hits.data[3 * h + 1] as number;
      const last = hits.data[3 * h + 2] as number;
      for (let m = trie.groupStart[group] as number; m < (trie.groupStart[group + 1] as number); m++) {
        const term = allowTerm[trie.members[m] as number] as number;
        if (now < (terms.from[term] as number) || now >= (terms.to[term] as number)) continue;
        const allowed = SPELLINGS & (terms.stages[term] as number);
        const read = this.#term.read(this.#textOf(term));
        for (const { start, end, mask } of places(view, first, last, read, this.#fold))
          if ((mask & ~allowed) === 0) this.#found.push({ term, start, end, mask });
      }
    }
    return hits.length < MAX_ALLOWED;
  }

  /** An allow term over a place of the text that was read. */
  over(place: { start: number; end: number }): Found | undefined {
    return this.#found.find((one) => overlap(one, place));
  }

  /** The first of a term's own contexts that stands over a place of the text that was read, as it is or spelled otherwise. */
  context(
    view: View,
    contexts: readonly string[],
    place: { start: number; end: number },
  ): { term: string; start: number; end: number } | undefined {
    const { text } = view;
    for (const term of contexts)
      for (let at = text.indexOf(term, Math.max(0, place.start - term.length)); at >= 0 && at < place.end; ) {
        if (at + term.length > place.start) return { term, start: at, end: at + term.length };
        at = text.indexOf(term, at + 1);
      }
    for (const term of contexts) {
      if (this.#left-- <= 0) return undefined;
      const found = this.#spelled(view, term, place);
      if (found) return { term, ...found };
    }
    return undefined;
  }

  #spelled(
    view: View,
    term: string,
    place: { start: number; end: number },
  ): { start: number; end: number } | undefined {
    const read = this.#term.read(term);
    const { length } = read;
    for (let first = 0; length > 0 && first + length <= view.length; first++) {
      if ((view.end[first + length - 1] as number) <= place.start) continue;
      if ((view.start[first] as number) >= place.end) return undefined;
      let same = 0;
      while (same < length && view.symbol[first + same] === read.symbol[same]) same++;
      if (same < length) continue;
      for (const { start, end, mask } of places(view, first, first + length - 1, read, this.#fold))
        if ((mask & ~SPELLINGS) === 0 && overlap({ start, end }, place)) return { start, end };
    }
    return undefined;
  }
}
