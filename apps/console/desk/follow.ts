/** A tap follows for so long, a held key for no longer than that without a new sign. */
const TAP_MS = 5_000;
const HOLD_MS = 10_000;
/** Let go sooner than this, it was a tap. */
const TAP_WITHIN_MS = 400;

/** Until when releases follow what is seen. Holding follows for 10 s at most and ends when let go; a tap gives 5 s. */
export class Follow {
  #pressedAt: number | undefined;
  #until = 0;

  press(now: number): void {
    this.#pressedAt = now;
    this.#until = now + HOLD_MS;
  }

  letGo(now: number): void {
    if (this.#pressedAt === undefined) return;
    const tapped = now - this.#pressedAt < TAP_WITHIN_MS;
    this.#pressedAt = undefined;
    this.#until = tapped ? now + TAP_MS : now;
  }

  /** How long it goes on, ms; 0 when it is off. */
  leftMs(now: number): number {
    return Math.max(0, this.#until - now);
  }
}
