import { Hits } from './hits.ts';
import { scanText } from './scan.ts';
import { buildTrie, type Trie, trieBytes } from './trie.ts';

/** Where a term stands: its index, and UTF-16 units from `start` to before `end`. */
export type Match = { term: number; start: number; end: number };

/**
 * Finds all of many terms in a text as they are written, without any stage.
 * @example new Matcher(['he', 'she', 'hers']).search('ushers') // she, he, hers
 */
export class Matcher {
  readonly #trie: Trie;
  readonly #hits = new Hits();

  constructor(terms: readonly string[]) {
    this.#trie = buildTrie(terms);
  }

  /** Bytes that the compiled terms take. */
  get bytes(): number {
    return trieBytes(this.#trie);
  }

  /** Every occurrence, overlapping ones too, by start and then by length. */
  search(text: string): Match[] {
    const hits = this.#hits;
    hits.clear();
    scanText(this.#trie, text, hits);
    const matches: Match[] = [];
    const { groupStart, members } = this.#trie;
    for (let i = 0; i < hits.length; i++) {
      const group = hits.data[3 * i] as number;
      const start = hits.data[3 * i + 1] as number;
      const end = (hits.data[3 * i + 2] as number) + 1;
      for (let m = groupStart[group] as number; m < (groupStart[group + 1] as number); m++)
        matches.push({ term: members[m] as number, start, end });
    }
    return matches;
  }
}
