/** A span that was recorded; one that is still written has no end. Times ISO 8601, as the API gives them. */
export type Span = { from: string; to: string | null };
/** One record of the timeline. */
export type Line = {
  log: 'content' | 'moderation';
  n: number;
  ts: string;
  kind: string;
  id?: string;
  user?: string;
  nickname?: string;
  text?: string;
  note?: string;
  reason?: string;
  decision?: string;
};
/** The whole reach of what was recorded, wall ms. */
export type Reach = { from: number; to: number };
/** What is marked for a clip, wall ms. */
export type Marks = { from: number; to: number };

/** Length of what is loaded and shown at once, ms. */
export const WINDOW_MS = 60_000;
/** A file is whole, and can be looked at, this long after its first frame at most, ms. */
const WRITTEN_MS = 12_000;
/** What a clip holds around the moment where nothing else is marked: as much as a complaint carries, ms. */
const BEFORE_MS = 30_000;
const AFTER_MS = 10_000;

/** From the first recorded frame to the last, or to what can be looked at by now. */
export function reachOf(spans: readonly Span[], now: number): Reach | undefined {
  const [first, last] = [spans[0], spans.at(-1)];
  if (!first || !last) return undefined;
  const from = Date.parse(first.from);
  return { from, to: Math.max(from + 1_000, last.to === null ? now - WRITTEN_MS : Date.parse(last.to)) };
}

export const within = ({ from, to }: Reach, at: number): number => Math.min(to, Math.max(from, at));

/** The window that a moment lies in: windows follow one another from the beginning. */
export function windowOf(reach: Reach, at: number): Reach {
  const begun = Math.floor((within(reach, at) - reach.from) / WINDOW_MS);
  const from = reach.from + Math.max(0, begun) * WINDOW_MS;
  return { from, to: Math.min(from + WINDOW_MS, Math.max(reach.to, from + 1_000)) };
}

/** The window before or after; undefined beyond the reach. */
export function beside(reach: Reach, window: Reach, by: -1 | 1): number | undefined {
  const at = by > 0 ? window.to : window.from - 1;
  return at < reach.from || at >= reach.to ? undefined : by > 0 ? at : at - (WINDOW_MS - 1);
}

/** What a clip around a moment holds. */
export const marksAround = (reach: Reach, at: number): Marks => ({
  from: within(reach, at - BEFORE_MS),
  to: within(reach, at + AFTER_MS),
});

/** The last line at or before a moment. */
export function lineAt(lines: readonly Line[], at: number): number {
  return lines.findLastIndex(({ ts }) => Date.parse(ts) <= at);
}

/** Where a moment lies in a reach, 0 to 1. */
export const shareOf = ({ from, to }: Reach, at: number): number =>
  to > from ? Math.min(1, Math.max(0, (at - from) / (to - from))) : 0;

/** A record is cut short by a recall that came later: it is shown as it was, and as taken back. */
export const recalledIn = (lines: readonly Line[]): ReadonlySet<string> =>
  new Set(lines.flatMap(({ kind, id }) => (kind === 'message.recalled' && id !== undefined ? [id] : [])));
