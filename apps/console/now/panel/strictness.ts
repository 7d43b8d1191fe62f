import type { GateMode, GateSetting } from '@weir/look';

const STRICTNESS: Readonly<Record<GateMode, number>> = { open: 0, delay: 1, review: 2, closed: 3 };

/** The one that will hold of two settings: open < delay < review < closed, a longer delay is stricter; the first on a tie. */
export function stricter(a: GateSetting, b: GateSetting): GateSetting {
  const difference = STRICTNESS[b.mode] - STRICTNESS[a.mode] || b.delayMs - a.delayMs;
  return difference > 0 ? b : a;
}
