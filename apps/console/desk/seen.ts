import type { Stretch } from '@weir/look';

/** This share of a stretch must have been on screen: the last picture of one and the first of the next meet. */
const ENOUGH = 0.9;
/** Time that passed between two looks counts only where it was played, not jumped over. */
const STEP_MS = 1_000;

/**
 * What this person has been shown: time on screen, stretch by stretch, at no more than real time. A seek, a hidden
 * page and a pause add nothing.
 */
export class Seen {
  readonly #playedMs = new Map<string, number>();
  #last: { positionMs: number; at: number } | undefined;

  /**
   * The picture stands at `positionMs` of the gate's timeline at wall time `now`; `shown` is false while nobody
   * can see it. Returns the stretches that are seen by now and were not before.
   */
  at(positionMs: number, now: number, shown: boolean, stretches: readonly Stretch[]): string[] {
    const last = this.#last;
    this.#last = shown ? { positionMs, at: now } : undefined;
    if (!last || !shown) return [];
    const moved = Math.min(positionMs - last.positionMs, now - last.at);
    if (moved <= 0 || positionMs - last.positionMs > STEP_MS) return [];
    const found: string[] = [];
    for (const { id, startMs, endMs } of stretches) {
      const overlap = Math.min(positionMs, endMs) - Math.max(positionMs - moved, startMs);
      if (overlap <= 0) continue;
      const before = this.#playedMs.get(id) ?? 0;
      const enough = (endMs - startMs) * ENOUGH;
      this.#playedMs.set(id, before + overlap);
      if (before < enough && before + overlap >= enough) found.push(id);
    }
    return found;
  }

  /** Forgets what the desk no longer lists. */
  keep(stretches: readonly Stretch[]): void {
    const listed = new Set(stretches.map(({ id }) => id));
    for (const id of this.#playedMs.keys()) if (!listed.has(id)) this.#playedMs.delete(id);
  }
}

/**
 * How far a release may reach: the last held stretch up to `cursor` before which every held one was seen.
 * Undefined where not even the first was.
 */
export function releasable(
  stretches: readonly Stretch[],
  seen: ReadonlySet<string>,
  cursor: string | undefined,
): Stretch | undefined {
  let far: Stretch | undefined;
  for (const stretch of stretches) {
    if (stretch.state === 'held') {
      if (!seen.has(stretch.id)) break;
      far = stretch;
    }
    if (stretch.id === cursor) break;
  }
  return far;
}

/** The held stretch before `cursor` that was passed over: releases stop there until somebody has seen it. */
export function passedOver(
  stretches: readonly Stretch[],
  seen: ReadonlySet<string>,
  cursor: string | undefined,
): Stretch | undefined {
  const at = stretches.findIndex(({ id }) => id === cursor);
  return stretches.slice(0, Math.max(0, at)).find(({ id, state }) => state === 'held' && !seen.has(id));
}
