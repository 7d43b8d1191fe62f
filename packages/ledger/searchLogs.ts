import { LOGS, type LogName } from './record.ts';
import { amongKept, findKept } from './retention/keptSearch.ts';
import type { KeptStore } from './retention/keptStore.ts';
import type { Places } from './sealed/days.ts';
import { type Found, type OnPassed, type Query, searchLog } from './search.ts';

/**
 * Yields what fits of all logs, oldest first, log by log, `limit` at most; what outlived its day, too.
 * @param placesOf where a log's records are
 */
export async function* searchLogs(
  placesOf: (name: LogName) => Places,
  keptStore: KeptStore,
  query: Query,
  onPassed?: OnPassed,
): AsyncGenerator<Found> {
  let left = query.limit ?? Number.POSITIVE_INFINITY;
  const { after } = query;
  let isStopped = false;
  const passed: OnPassed = (log, n) => {
    isStopped = onPassed !== undefined && !onPassed(log, n);
    return !isStopped;
  };
  for (const name of query.log ? [query.log] : LOGS) {
    if (after && LOGS.indexOf(name) < LOGS.indexOf(after.log)) continue;
    const { limit: _, after: __, ...asked } = query;
    const own = {
      ...asked,
      ...(Number.isFinite(left) ? { limit: left } : {}),
      ...(after?.log === name ? { after } : {}),
    };
    const places = placesOf(name);
    const kept = query.kept === false ? [] : await findKept(keptStore, name, query, left);
    const days = searchLog(name, places, own, passed);
    for await (const found of kept.length > 0 ? amongKept(name, kept, days) : days) {
      yield found;
      if (--left <= 0) return;
    }
    if (isStopped) return;
  }
}
