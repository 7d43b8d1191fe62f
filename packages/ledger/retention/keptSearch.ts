import type { LogName, Written } from '../record.ts';
import { type Found, fits, type Query } from '../search.ts';
import { openKept } from './keptBlock.ts';
import type { KeptStore } from './keptStore.ts';

/**
 * Records that outlived their day and fit, in order of their numbers, `limit` at most. Kept files have no index: each
 * is opened and read whole. Files that a purge removes meanwhile have nothing.
 */
export async function findKept(
  store: KeptStore,
  log: LogName,
  query: Query,
  limit: number,
): Promise<Written[]> {
  const after = query.after?.log === log ? query.after.n : 0;
  const found = new Map<number, Written>();
  const cut = (most: number): void => {
    if (found.size <= most) return;
    const rest = [...found].sort(([a], [b]) => a - b).slice(0, limit);
    found.clear();
    for (const [n, record] of rest) found.set(n, record);
  };
  for (const until of await store.untils(log)) {
    try {
      for await (const kept of store.blocks(log, until))
        for (const record of openKept(kept).records)
          if (record.n > after && fits(record, query)) found.set(record.n, record);
    } catch (why) {
      if ((await store.untils(log)).includes(until)) throw why;
    }
    cut(2 * limit);
  }
  cut(limit);
  return [...found.values()].sort((a, b) => a.n - b.n);
}

/** Puts kept records among those of the days, by number; one that stands in both, while a purge runs, comes once. */
export async function* amongKept(
  log: LogName,
  kept: readonly Written[],
  days: AsyncIterable<Found>,
): AsyncGenerator<Found> {
  let i = 0;
  for await (const found of days) {
    for (let one = kept[i]; one && one.n <= found.n; one = kept[++i])
      if (one.n < found.n) yield { ...one, log };
    yield found;
  }
  for (const one of kept.slice(i)) yield { ...one, log };
}
