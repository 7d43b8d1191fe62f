import type { Ingest } from '@weir/look';
import { useMemo, useSyncExternalStore } from 'react';

/**
 * Stream keys as they were shown at creation or rotation. The service keeps only their hash, so a page that
 * forgets one can only ask for another; they never leave this tab's memory.
 */
const kept = new Map<string, Ingest>();
const heard = new Set<() => void>();
/** Keys of so many broadcasts are remembered; the oldest goes first. */
const KEYS_MOST = 50;

export type Keys = {
  keep(broadcast: string, ingest: Ingest): void;
  of(broadcast: string): Ingest | undefined;
};

/** The keys that this tab has seen. */
export function useKeys(): Keys {
  const version = useSyncExternalStore(subscribe, size);
  // biome-ignore lint/correctness/useExhaustiveDependencies: the version stands for what the map holds.
  return useMemo(() => ({ keep, of: (broadcast: string) => kept.get(broadcast) }), [version]);
}

let changes = 0;
const size = (): number => changes;

function subscribe(tell: () => void): () => void {
  heard.add(tell);
  return () => void heard.delete(tell);
}

function keep(broadcast: string, ingest: Ingest): void {
  kept.delete(broadcast);
  kept.set(broadcast, ingest);
  const [oldest] = kept.keys();
  if (kept.size > KEYS_MOST && oldest !== undefined) kept.delete(oldest);
  changes++;
  for (const tell of heard) tell();
}
