/** A text on its way over the picture: lengths in px, times in ms. */
export type Flight = { lane: number; startMs: number; durationMs: number; widthPx: number };

/**
 * Finds lanes for texts so that none catches up with another. Every text crosses in the same time, so a
 * longer one is faster: a lane is free when the text before has wholly entered, and will have left before
 * the new one reaches the far edge.
 */
export class Lanes {
  readonly #last: (Flight | undefined)[] = [];

  /** Lane for a text, or undefined where all are taken. `gapPx` is kept between two texts. */
  place(
    lanes: number,
    widthPx: number,
    stageWidthPx: number,
    durationMs: number,
    nowMs: number,
    gapPx = 24,
  ): Flight | undefined {
    for (let lane = 0; lane < lanes; lane++) {
      if (!this.#isFree(this.#last[lane], widthPx, stageWidthPx, durationMs, nowMs, gapPx)) continue;
      const flight = { lane, startMs: nowMs, durationMs, widthPx };
      this.#last[lane] = flight;
      return flight;
    }
    return undefined;
  }

  clear(): void {
    this.#last.length = 0;
  }

  #isFree(
    before: Flight | undefined,
    widthPx: number,
    stageWidthPx: number,
    durationMs: number,
    nowMs: number,
    gapPx: number,
  ): boolean {
    if (!before) return true;
    const endMs = before.startMs + before.durationMs;
    if (nowMs >= endMs) return true;
    const tail = edges(before, stageWidthPx, nowMs).right;
    if (tail + gapPx > stageWidthPx) return false;
    const speed = (stageWidthPx + widthPx) / durationMs;
    const travelled = speed * (endMs - nowMs);
    return stageWidthPx - travelled >= gapPx;
  }
}

/** Where a text is at `nowMs`, px from the left of the stage. */
export function edges(flight: Flight, stageWidthPx: number, nowMs: number): { left: number; right: number } {
  const share = (nowMs - flight.startMs) / flight.durationMs;
  const left = stageWidthPx - share * (stageWidthPx + flight.widthPx);
  return { left, right: left + flight.widthPx };
}
