import type { GateSettings } from './settings.ts';

const RANK = { open: 0, delay: 1, review: 2, closed: 3 } as const;

/**
 * The stricter of two settings: open < delay < review < closed, and of two delays the longer.
 * A person's order is one input among others; it never loosens what policy demands, nor the other way round.
 * Generic, so that the rule that gave a setting stays with it.
 * @example strictest({ mode: 'delay', delayMs: 8000 }, { mode: 'review', delayMs: 0 }).mode // 'review'
 */
export function strictest<S extends GateSettings>(a: S, b: S): S {
  if (RANK[a.mode] !== RANK[b.mode]) return RANK[a.mode] > RANK[b.mode] ? a : b;
  return a.mode === 'delay' && b.delayMs > a.delayMs ? b : a;
}
