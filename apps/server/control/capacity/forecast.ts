/** How far back consumption is looked at, and how often it is noted. */
const WINDOW_MS = 3_600_000;
const NOTE_EACH_MS = 30_000;
/** Less than this says nothing yet. */
const LEAST_MS = 120_000;

/**
 * How fast a disk fills: what was used over the last hour, whoever wrote it. Space that came back in between (a purge)
 * counts for nothing, so that it does not hide what flows in; what moved to a bucket was not used up.
 */
export class Forecast {
  /** `free` as it were had nothing moved, and what moved until then. */
  readonly #notes: { at: number; free: number; moved: number }[] = [];

  /** Notes what is free at an instant of the monotonic clock, and how many bytes have moved to a bucket so far. */
  note(at: number, free: number, moved = 0): void {
    const last = this.#notes.at(-1);
    if (last && at - last.at < NOTE_EACH_MS) return;
    this.#notes.push({ at, free: free - moved, moved });
    while (this.#notes[0] && at - this.#notes[0].at > WINDOW_MS) this.#notes.shift();
  }

  /** Bytes an hour; undefined while too little was seen. */
  get bytesPerHour(): number | undefined {
    const [first] = this.#notes;
    const last = this.#notes.at(-1);
    if (!first || !last || last.at - first.at < LEAST_MS) return undefined;
    const used = this.#notes.reduce(
      (sum, { free }, i) => sum + Math.max(0, (this.#notes[i - 1]?.free ?? free) - free),
      0,
    );
    return (Math.max(0, used - (last.moved - first.moved)) * 3_600_000) / (last.at - first.at);
  }
}
