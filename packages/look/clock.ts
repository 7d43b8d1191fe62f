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

/** How far the server's clock is ahead of the browser's, ms; 0 where that is too little to tell. */
export const serverAheadMs = (): number => aheadMs;

/** Wall time as the server has it: what its times are held against. It may leap; what lasts is timed by `pageClock`. */
export const serverNow = (): number => Date.now() + aheadMs;

/** The browser's own clock. */
export const pageClock: Clock = {
  now: () => Date.now(),
  after(delayMs, run) {
    const handle = setTimeout(run, delayMs);
    return { cancel: () => clearTimeout(handle) };
  },
};
