import type { LogTree } from './tree/tree.ts';

/**
 * A time that somebody outside said of this store, checked when it came: `by` names who, `at` is wall ms by their
 * clock, the earliest it may have been. What the clock evidence of a purge rests on.
 */
export type OutsideTime = { at: number; by: string; means: 'cosignature' | 'timestamp' };

/** The latest that each outsider said, over several logs. */
export function latestOf(trees: readonly Pick<LogTree, 'witnesses' | 'stamped'>[]): OutsideTime[] {
  const latest = new Map<string, OutsideTime>();
  const take = (key: string, said: OutsideTime): void => {
    if (said.at > (latest.get(key)?.at ?? 0)) latest.set(key, said);
  };
  for (const { witnesses, stamped } of trees) {
    for (const { name, vkey, at } of witnesses.cosigned) take(vkey, { at, by: name, means: 'cosignature' });
    if (!stamped) continue;
    const at = stamped.at - stamped.accuracyMs;
    take('timestamp', { at, by: stamped.by, means: 'timestamp' });
  }
  return [...latest.values()];
}
