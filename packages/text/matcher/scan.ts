import { filterShift, hashOfPair, mayHave } from './filter.ts';
import type { Hits } from './hits.ts';
import { childOf, type Trie } from './trie.ts';

/** Symbols of a text, and how many. */
export type Symbols = { symbol: Uint16Array; length: number };

/**
 * Finds every key that stands in a text, overlapping ones too: adds 0-based group and first and last place of each.
 * `step` -1 reads backwards (the first place is then the later one). At most `limit` hits.
 */
export function scan(trie: Trie, text: Symbols, hits: Hits, step: 1 | -1 = 1, limit = 1_000): void {
  const { symbol, length } = text;
  const { pairs, hasSingles } = trie;
  const shift = filterShift(pairs);
  if (hasSingles && step === 1) scanSingles(trie, text, hits, limit);
  if (length < 2) return;
  const first = step === 1 ? 0 : length - 1;
  const last = length - 1 - first;
  for (let i = first; i !== last && hits.length < limit; i += step)
    if (mayHave(pairs, shift, hashOfPair(symbol[i] as number, symbol[i + step] as number)))
      follow(trie, text, hits, i, step);
}

/** Finds the keys of one symbol. */
export function scanSingles(
  { first, group }: Trie,
  { symbol, length }: Symbols,
  hits: Hits,
  limit: number,
): void {
  for (let i = 0; i < length && hits.length < limit; i++) {
    const alone = group[first[symbol[i] as number] as number] as number;
    if (alone !== 0) hits.add(alone - 1, i, i);
  }
}

/** Finds the keys of two symbols and more that begin at a place, read on from there or, with `step` -1, backwards. */
export function follow(trie: Trie, { symbol, length }: Symbols, hits: Hits, i: number, step: 1 | -1): void {
  const { first, group } = trie;
  let at = first[symbol[i] as number] as number;
  for (let j = i + step; at !== 0 && j >= 0 && j < length; j += step) {
    at = childOf(trie, at, symbol[j] as number);
    const found = group[at] as number;
    if (found !== 0) hits.add(found - 1, i, j);
  }
}

/** As `scan`, over a text whose UTF-16 units are the symbols. */
export function scanText(trie: Trie, text: string, hits: Hits): void {
  const { first, pairs, group, hasSingles } = trie;
  const shift = filterShift(pairs);
  const { length } = text;
  if (length === 0) return;
  let next = text.charCodeAt(0);
  for (let i = 0; i < length; i++) {
    const a = next;
    if (hasSingles) {
      const alone = group[first[a] as number] as number;
      if (alone !== 0) hits.add(alone - 1, i, i);
    }
    if (i + 1 === length) return;
    next = text.charCodeAt(i + 1);
    if (!mayHave(pairs, shift, hashOfPair(a, next))) continue;
    let at = first[a] as number;
    for (let j = i + 1; at !== 0 && j < length; j++) {
      at = childOf(trie, at, text.charCodeAt(j));
      const found = group[at] as number;
      if (found !== 0) hits.add(found - 1, i, j);
    }
  }
}
