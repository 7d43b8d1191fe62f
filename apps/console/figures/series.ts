/** Figures kept of each broadcast: one a second over the last two minutes. */
export const KEPT = 120;
const EACH_MS = 900;

export type Point = { readonly viewers: number; readonly bitrate: number };

/** The last figures of every broadcast the page has heard of, for drawing; bounded in both directions. */
export class Series {
  readonly #points = new Map<string, { at: number; points: Point[] }>();

  /** Takes a figure unless the last one is younger than a second. */
  add(id: string, point: Point, now: number): void {
    const kept = this.#points.get(id) ?? { at: Number.NEGATIVE_INFINITY, points: [] };
    if (now - kept.at < EACH_MS) return;
    kept.at = now;
    kept.points.push(point);
    if (kept.points.length > KEPT) kept.points.shift();
    this.#points.set(id, kept);
  }

  of(id: string): readonly Point[] {
    return this.#points.get(id)?.points ?? [];
  }

  /** Forgets what is no longer listed. */
  keep(ids: ReadonlySet<string>): void {
    for (const id of this.#points.keys()) if (!ids.has(id)) this.#points.delete(id);
  }
}

/**
 * The points of an SVG polyline `width` × `height`, newest at the right; the vertical axis begins at 0, so that a
 * small wobble looks small. Empty where there is less than a line.
 * @example line([0, 5, 10], 120, 24, 120)
 */
export function line(values: readonly number[], width: number, height: number, across = KEPT): string {
  if (values.length < 2) return '';
  const top = Math.max(...values, 1);
  const step = width / (across - 1);
  const from = width - (values.length - 1) * step;
  return values
    .map((value, n) => {
      const y = 1 + (height - 2) * (1 - Math.max(0, value) / top);
      return `${(from + n * step).toFixed(1)},${y.toFixed(1)}`;
    })
    .join(' ');
}
