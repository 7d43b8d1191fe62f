/** How playback keeps close to live without stalling; ms of media buffered ahead. */
export type Pace = { rate: number; jumpToMs?: number };

/** Flushes come up to 350 ms apart when thousands watch; below this the buffer would run dry between two. */
export const TARGET_FIRST_MS = 500;
/** After stalls the target grows by this, up to the most. */
const TARGET_STEP_MS = 300;
const TARGET_MOST_MS = 2_000;
/** Between these above the target, playback runs faster; beyond, it jumps. */
const EASE_MS = 350;
const JUMP_MS = 2_500;
const FASTER = 1.12;
const MUCH_FASTER = 1.25;

/** The next target after a stall. */
export function targetAfterStall(targetMs: number): number {
  return Math.min(TARGET_MOST_MS, targetMs + TARGET_STEP_MS);
}

/**
 * Rate and jump for a buffer of `aheadMs` at a target. `rate` is the present one: once faster, it stays so
 * until the target is met, so that the pitch does not flutter.
 */
export function pace(aheadMs: number, targetMs: number, rate: number): Pace {
  if (aheadMs > targetMs + JUMP_MS) return { rate: 1, jumpToMs: aheadMs - targetMs };
  if (aheadMs > targetMs + EASE_MS * 3) return { rate: MUCH_FASTER };
  if (aheadMs > targetMs + EASE_MS) return { rate: Math.max(rate, FASTER) };
  if (aheadMs <= targetMs) return { rate: 1 };
  return { rate: rate > 1 ? FASTER : 1 };
}
