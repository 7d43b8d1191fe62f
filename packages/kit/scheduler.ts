import type { Clock, Timer } from './clock.ts';

/** Longest single wait handed to the clock: setTimeout takes 2^31-1 ms and runs longer ones at once. */
const HOP_MS = 2 ** 30;

/**
 * Runs something at an instant that may be months away.
 * `at` is wall time in ms; an instant in the past runs on the next turn.
 * @example schedule(clock, suspension.endsAt, () => lift(suspension));
 */
export function schedule(clock: Clock, at: number, run: () => void): Timer {
  let timer: Timer | undefined;
  const hop = (): void => {
    const left = at - clock.now();
    timer = left > HOP_MS ? clock.after(HOP_MS, hop) : clock.after(Math.max(0, left), run);
  };
  hop();
  return { cancel: () => timer?.cancel() };
}
