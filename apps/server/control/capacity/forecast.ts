/** How far back consumption is looked at, and how often it is noted. */
const WINDOW_MS = 3_600_000;
const NOTE_EACH_MS = 30_000;
/** Less than this says nothing yet. */
const LEAST_MS = 120_000;

/**
 * How fast a disk fills: what was used over the last hour, whoever wrote it. Space that came back in between (a purge)
 * counts for nothing, so that it does not hide what flows in.
 */
export class Forecast {
  readonly #notes: { at: number; free: number }[] = [];

  /** Notes what is free at an instant of the monotonic clock. */
  note(at: number, free: number): void {
    const last = this.#notes.at(-1);
    if (last && at - last.at < NOTE_EACH_MS) return;
    this.#notes.push({ at, free });
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
    return (used * 3_600_000) / (last.at - first.at);
  }
}
