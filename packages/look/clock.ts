/** Where time comes from in the browser; tests pass one that moves only when told. */
export type Clock = {
  /** Wall time, ms since 1970. */
  now(): number;
  /** Calls `run` once after `delayMs`. */
  after(delayMs: number, run: () => void): { cancel(): void };
};

/** The browser's own clock. */
export const pageClock: Clock = {
  now: () => Date.now(),
  after(delayMs, run) {
    const handle = setTimeout(run, delayMs);
    return { cancel: () => clearTimeout(handle) };
  },
};
