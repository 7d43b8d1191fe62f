/** What the screen found in a text, as its record tells it; UTF-16 units, end exclusive. */
export type Mark = { term: string; category: string; start: number; end: number; stages: string[] };

/** Longest allow term that a lexicon takes, UTF-16 units. */
export const ALLOW_MOST = 128;

const words = new Intl.Segmenter('zh', { granularity: 'word' });

/**
 * An allow term for what was found wrongly: the hits as they were written, grown to whole words, and by the next word on
 * a side where they already end with one. So it allows this way of saying it and not the term as such. Never beyond the
 * clause; empty without hits.
 * @example allowTermOf('周末一起上台北看展', [{ start: 4, end: 6 }]) // '一起上台北'
 */
export function allowTermOf(text: string, hits: readonly Pick<Mark, 'start' | 'end'>[]): string {
  if (hits.length === 0) return '';
  const start = Math.max(0, Math.min(...hits.map((hit) => hit.start)));
  const end = Math.min(text.length, Math.max(...hits.map((hit) => hit.end)));
  let from = start;
  let to = end;
  for (const { index, segment, isWordLike } of words.segment(text)) {
    if (!isWordLike) continue;
    const over = index + segment.length;
    // Words that the hits cut, and the one right before them where they cut none.
    if (index < start && over >= start) from = Math.min(from, index);
    if (index <= end && over > end) to = Math.max(to, over);
  }
  return text.slice(from, to).trim();
}
