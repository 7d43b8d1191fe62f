import type { Broadcast } from '@weir/look';

/** What the list can be sorted by; `number` is newest first. */
export const SORTS = ['number', 'viewers', 'waiting', 'since'] as const;
export type Sort = (typeof SORTS)[number];

const waits = ({ waiting }: Broadcast): number =>
  waiting ? waiting.messages * 1_000 + waiting.pictureMs : 0;
const began = ({ startedAt }: Broadcast): number =>
  startedAt ? Date.parse(startedAt) : Number.MAX_SAFE_INTEGER;

const BEFORE: Readonly<Record<Sort, (a: Broadcast, b: Broadcast) => number>> = {
  number: (a, b) => b.number - a.number,
  viewers: (a, b) => b.viewers - a.viewers || b.number - a.number,
  waiting: (a, b) => waits(b) - waits(a) || b.number - a.number,
  since: (a, b) => began(a) - began(b) || b.number - a.number,
};

export const runs = ({ state }: Broadcast): boolean => state === 'live' || state === 'interrupted';

/** Ids of what runs, sorted anew: only when somebody asks. */
export function arrange(broadcasts: Iterable<Broadcast>, sort: Sort): string[] {
  return [...broadcasts]
    .filter(runs)
    .sort(BEFORE[sort])
    .map(({ id }) => id);
}

/**
 * The order a person is looking at, with what has begun since at its end: no row moves under a hand, and what is
 * over stays where it stood until the list is arranged anew. The same array where nothing began.
 */
export function keepOrder(order: readonly string[], broadcasts: Iterable<Broadcast>): readonly string[] {
  const known = new Set(order);
  const begun = [...broadcasts].filter((one) => runs(one) && !known.has(one.id));
  if (begun.length === 0) return order;
  return [...order, ...begun.sort((a, b) => a.number - b.number).map(({ id }) => id)];
}

/** True where arranging anew would change what is seen. */
export function isStale(order: readonly string[], broadcasts: Iterable<Broadcast>, sort: Sort): boolean {
  const anew = arrange(broadcasts, sort);
  return anew.length !== order.length || anew.some((id, n) => id !== order[n]);
}

/** Where a search hits: title, nickname or number, whatever the case. */
export function matches(broadcast: Broadcast, text: string): boolean {
  const { number, title, publisher } = broadcast;
  return `${number} ${title} ${publisher.nickname}`.toLowerCase().includes(text.trim().toLowerCase());
}
