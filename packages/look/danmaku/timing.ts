/** What is later than this behind its picture is for the list only; what is further ahead is not believed. */
const LATE_MS = 10_000;
const AHEAD_MS = 30_000;

/**
 * How long a message waits so that it comes with its picture, ms; undefined: too late, list only.
 * `ptsMs` is the message's time on the output timeline, `shownMs` that of the picture now (unknown for some
 * transports: then `wallShownMs`, the picture's wall time, against the message's own).
 */
export function waitMs(
  message: { pts: number; ts: string },
  shownMs: number | undefined,
  wallShownMs: number | undefined,
  nowMs: number,
): number | undefined {
  const due =
    shownMs !== undefined
      ? message.pts - shownMs
      : wallShownMs !== undefined
        ? Date.parse(message.ts) - wallShownMs
        : Date.parse(message.ts) > nowMs - LATE_MS
          ? 0
          : -LATE_MS - 1;
  if (!Number.isFinite(due) || due > AHEAD_MS) return 0;
  if (due < -LATE_MS) return undefined;
  return Math.max(0, due);
}
