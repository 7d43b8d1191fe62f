import type { Verdict } from '@weir/text';
import type { HitCount } from '../wire.ts';

/** Which lexicon found something: the one in force, or the one that is tried beside it without acting. */
export type Which = HitCount['which'];

/** Terms that are counted between two tellings; what is found beyond them is counted under no term. */
const MAX_TERMS = 2_000;

/** Counts hits by term, to be told from time to time. */
export class HitCounts {
  #counts = new Map<string, HitCount>();

  /** Counts each term once a text. */
  add(which: Which, verdict: Verdict, hits: readonly { term: string; category: string }[]): void {
    const seen = new Set<string>();
    for (const { term, category } of hits) {
      if (seen.has(term)) continue;
      seen.add(term);
      const count = this.#at(which, term, category);
      count.hits++;
      if (verdict === 'hold') count.held++;
      if (verdict === 'refuse') count.refused++;
    }
  }

  /** Adds what another has counted. */
  merge(counts: readonly HitCount[]): void {
    for (const { which, term, category, hits, held, refused } of counts) {
      const count = this.#at(which, term, category);
      count.hits += hits;
      count.held += held;
      count.refused += refused;
    }
  }

  /** What was counted; begins anew. */
  drain(): HitCount[] {
    if (this.#counts.size === 0) return [];
    const counts = [...this.#counts.values()];
    this.#counts = new Map();
    return counts;
  }

  #at(which: Which, term: string, category: string): HitCount {
    const full = this.#counts.size >= MAX_TERMS && !this.#counts.has(`${which} ${term}`);
    const name = full ? '' : term;
    const key = `${which} ${name}`;
    let count = this.#counts.get(key);
    if (!count) {
      count = { which, term: name, category: full ? '' : category, hits: 0, held: 0, refused: 0 };
      this.#counts.set(key, count);
    }
    return count;
  }
}
