import type { Hits } from './hits.ts';
import { childOf, shiftOf, type Trie } from './trie.ts';

/** Symbols of a text, and how many. */
export type Symbols = { symbol: Uint16Array; length: number };

/**
 * Finds every key that stands in a text, overlapping ones too: adds 0-based group and first and last place of each.
 * `step` -1 reads backwards (the first place is then the later one). At most `limit` hits.
 */
export function scan(
  trie: Trie,
  { symbol, length }: Symbols,
  hits: Hits,
  step: 1 | -1 = 1,
  limit = 1_000,
): void {
  const { first, pairs, group } = trie;
  const shift = shiftOf(pairs);
  const last = step === 1 ? length - 1 : 0;
  for (let i = step === 1 ? 0 : length - 1; i >= 0 && i < length; i += step) {
    const a = symbol[i] as number;
    const node = first[a] as number;
    if (node === 0) continue;
    const alone = group[node] as number;
    if (alone !== 0) hits.add(alone - 1, i, i);
    if (i === last) break;
    const slot = (Math.imul(a, 0x9e3779b1) ^ Math.imul(symbol[i + step] as number, 0x85ebca6b)) >>> shift;
    if (((pairs[slot >>> 5] as number) & (1 << (slot & 31))) === 0) continue;
    let at = node;
    for (let j = i + step; j >= 0 && j < length; j += step) {
      at = childOf(trie, at, symbol[j] as number);
      if (at === 0) break;
      const found = group[at] as number;
      if (found !== 0) hits.add(found - 1, i, j);
    }
    if (hits.length >= limit) return;
  }
}

/** As `scan`, over a text whose UTF-16 units are the symbols. */
export function scanText(trie: Trie, text: string, hits: Hits): void {
  const { first, pairs, group } = trie;
  const shift = shiftOf(pairs);
  const { length } = text;
  if (length === 0) return;
  let next = text.charCodeAt(0);
  for (let i = 0; i < length; i++) {
    const a = next;
    next = i + 1 < length ? text.charCodeAt(i + 1) : 0;
    const node = first[a] as number;
    if (node === 0) continue;
    const alone = group[node] as number;
    if (alone !== 0) hits.add(alone - 1, i, i);
    const slot = (Math.imul(a, 0x9e3779b1) ^ Math.imul(next, 0x85ebca6b)) >>> shift;
    if (((pairs[slot >>> 5] as number) & (1 << (slot & 31))) === 0) continue;
    let at = node;
    for (let j = i + 1; j < length; j++) {
      at = childOf(trie, at, text.charCodeAt(j));
      if (at === 0) break;
      const found = group[at] as number;
      if (found !== 0) hits.add(found - 1, i, j);
    }
  }
}
