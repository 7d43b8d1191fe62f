import { dayOf, type Purged, type PurgeTask, type Storage, troubleOf } from '@weir/ledger';
import { type Entry, placeOf } from './entry.ts';
import type { RecordingKeys } from './keys.ts';
import type { Day, Manifest } from './manifest.ts';

/** Deletions go on for so long within a purge; the rest waits for the next round. */
const DELETE_FOR_MS = 60_000;

export type PurgeParts = { manifest: Manifest; keys: RecordingKeys; storage: Storage | undefined };

/** Whether an entry's key was destroyed: nothing of it can be read, its object is to go. */
const isDead = ({ slot }: Entry, keys: RecordingKeys): boolean => keys.isDestroyed(slot);

/**
 * Removes what is due from the bucket, keys first: keys of files that must live longer are wrapped again under another
 * day's, then the day's key is destroyed, then the objects are deleted, each with all its versions.
 */
export async function purgeBucket(
  { manifest, keys, storage }: PurgeParts,
  { now, isDue }: PurgeTask,
): Promise<Purged> {
  const isOver = (entry: Entry): boolean => {
    const { broadcast, fromMs, toMs } = placeOf(entry.path);
    return isDue({ broadcast, ts: fromMs, to: toMs });
  };
  const dying = new Set<string>();
  const days = await manifest.days();
  for (const day of days)
    for (const entry of await manifest.entries(day))
      if (!isDead(entry, keys) && !dying.has(entry.slot) && isOver(entry)) dying.add(entry.slot);
  const purged = { removed: 0, bytes: 0 };
  const slot = keys.slotOf(dayOf(now), dying);
  if (dying.size > 0)
    for (const day of days) {
      if (!(await manifest.entries(day)).some((entry) => dying.has(entry.slot))) continue;
      await manifest.change(day, (entry) => {
        if (!dying.has(entry.slot)) return entry;
        const key = isOver(entry) ? undefined : keys.unwrap(entry);
        if (key) return { ...entry, slot, key: keys.wrap(slot, entry.path, key) };
        purged.removed++;
        purged.bytes += entry.size;
        return entry;
      });
    }
  for (const one of dying) keys.destroy(one);
  return { ...purged, ...(await deleteDead({ manifest, keys, storage }, days)) };
}

/** Deletes the objects of entries without a key; gives what a lock keeps, and what waits for the bucket. */
export async function deleteDead(
  { manifest, keys, storage }: PurgeParts,
  days: readonly Day[],
): Promise<{ locked?: number; waiting?: number }> {
  const until = performance.now() + DELETE_FOR_MS;
  const left = { locked: 0, waiting: 0 };
  let isAway = storage === undefined;
  for (const day of days) {
    const dead = (await manifest.entries(day)).filter((entry) => isDead(entry, keys));
    const deleted = new Set<string>();
    for (const { path, object } of dead) {
      if (!storage || isAway || performance.now() > until) {
        left.waiting++;
        continue;
      }
      try {
        if (await storage.delete(object)) deleted.add(path);
        else left.locked++;
      } catch (why) {
        if (!troubleOf(why)) throw why;
        isAway = true;
        left.waiting++;
      }
    }
    if (deleted.size > 0)
      await manifest.change(day, (entry) => (deleted.has(entry.path) ? undefined : entry));
  }
  return {
    ...(left.locked > 0 ? { locked: left.locked } : {}),
    ...(left.waiting > 0 ? { waiting: left.waiting } : {}),
  };
}
