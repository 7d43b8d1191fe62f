import { BIT, SPELLINGS, type StageMask } from '../stage.ts';
import { scoreOf } from './verdict.ts';

/** A term found in UTF-16 units of the text, with the stages it took, before allow terms are heard. */
export type Found = { term: number; start: number; end: number; mask: StageMask };

/** Stages that are no disguise inside a longer word of letters. */
export const PLAIN: StageMask = SPELLINGS | BIT.invisible;

type Span = { start: number; end: number };
export const overlap = (a: Span, b: Span): boolean => a.start < b.end && b.start < a.end;

/**
 * Of each term's hits those that say more than another one over the same place that took less to find. Whether either
 * is explained away later makes no difference: an allow term must not bring out what was left out here.
 */
export function plainestOf(hits: Found[]): Found[] {
  if (hits.length < 2) return hits;
  // Term by term, so that what may be repeated stands side by side.
  hits.sort(
    (a, b) =>
      a.term - b.term || a.start - b.start || a.end - b.end || scoreOf(3, b.mask) - scoreOf(3, a.mask),
  );
  return hits
    .filter((_, i) => !isRepeated(hits, i))
    .sort((a, b) => a.start - b.start || a.end - b.end || a.term - b.term);
}

/** Hits of the same term before and behind one that it is held against. */
const NEAR = 64;

/** Whether a hit says no more than another of the same term over the same place that took less to find. */
function isRepeated(hits: readonly Found[], i: number): boolean {
  const hit = hits[i] as Found;
  for (let k = Math.max(0, i - NEAR); k < Math.min(hits.length, i + NEAR); k++) {
    const other = hits[k] as Found;
    if (k === i || other.term !== hit.term || !overlap(other, hit)) continue;
    const better = scoreOf(3, other.mask) - scoreOf(3, hit.mask);
    if (other.start === hit.start && other.end === hit.end) {
      if (better > 0 || (better === 0 && k < i)) return true;
    } else if (better > 0 && (hit.mask & ~PLAIN) !== 0 && !isProlonged(hit, other)) return true;
  }
  return false;
}

/** Whether a hit is another one with its first or last character repeated. */
const isProlonged = (hit: Found, other: Found): boolean =>
  hit.mask === (other.mask | BIT.repeat) && hit.start <= other.start && hit.end >= other.end;
