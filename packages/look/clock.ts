/** Where time comes from in the browser; tests pass one that moves only when told. */
export type Clock = {
  /** Wall time, ms since 1970. */
  now(): number;
  /** Calls `run` once after `delayMs`. */
  after(delayMs: number, run: () => void): { cancel(): void };
};

/** A difference below this is the answer's way and the header's whole seconds. */
const NOTABLE_MS = 5_000;
let aheadMs = 0;

/**
 * Takes the time from an answer's `Date` header: what the server wrote is reckoned by the server's clock, which may be
 * a simulated one, and not by a phone's that is wrong.
 */
export function heardServer(date: string | null): void {
  const now = date === null ? Number.NaN : Date.parse(date);
  if (Number.isNaN(now)) return;
  const ahead = now - Date.now();
  aheadMs = Math.abs(ahead) < NOTABLE_MS ? 0 : ahead;
}

/** Wall time as the server has it, in steps of the browser's own clock. */
export const pageClock: Clock = {
  now: () => Date.now() + aheadMs,
  after(delayMs, run) {
    const handle = setTimeout(run, delayMs);
    return { cancel: () => clearTimeout(handle) };
  },
};
