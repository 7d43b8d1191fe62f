/** First wait, growth and ceiling of retries, ms. */
const FIRST_MS = 300;
const GROWTH = 2;
const MOST_MS = 10_000;
/** After so many failures in a row a person is asked instead. */
export const ATTEMPTS_MOST = 20;

/**
 * How long to wait before retry number `attempt` (from 0), ms: exponential with a fifth of jitter, so that
 * a crowd thrown out together does not come back together.
 */
export function backoffMs(attempt: number, random: () => number = Math.random): number {
  const plain = Math.min(MOST_MS, FIRST_MS * GROWTH ** Math.min(attempt, 30));
  return Math.round(plain * (0.8 + 0.4 * random()));
}
