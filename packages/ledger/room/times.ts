import { timeOfId } from '../ids.ts';
import type { RoomStore } from './store.ts';

/** Times inside the message ids of one segment or part; `hasOthers` where some have none. */
export type Bounds = { from: number; to: number; hasOthers: boolean };

/**
 * In which segments, and which sealed parts (under minus their first number), a message may lie, by the time inside its
 * id. In memory; what changed is written with the rest of the index.
 */
export class IdTimes {
  readonly #store: RoomStore;
  readonly #bounds = new Map<number, Bounds>();
  readonly #changed = new Set<number>();

  constructor(store: RoomStore) {
    this.#store = store;
    for (const row of store.all('SELECT * FROM ids'))
      this.#bounds.set(Number(row['segment']), {
        from: Number(row['from_ms']),
        to: Number(row['to_ms']),
        hasOthers: row['others'] === 1,
      });
  }

  has(segment: number): boolean {
    return this.#bounds.has(segment);
  }

  mayHold(segment: number, id: string): boolean {
    const bounds = this.#bounds.get(segment);
    const time = timeOfId(id);
    if (!bounds) return false;
    return time === undefined ? bounds.hasOthers : time >= bounds.from && time <= bounds.to;
  }

  note(id: string, segment: number): void {
    let bounds = this.#bounds.get(segment);
    if (!bounds) {
      bounds = { from: Number.MAX_SAFE_INTEGER, to: 0, hasOthers: false };
      this.#bounds.set(segment, bounds);
    }
    const time = timeOfId(id);
    if (time === undefined ? bounds.hasOthers : time >= bounds.from && time <= bounds.to) return;
    if (time === undefined) bounds.hasOthers = true;
    else {
      bounds.from = Math.min(bounds.from, time);
      bounds.to = Math.max(bounds.to, time);
    }
    this.#changed.add(segment);
  }

  /** Writes what changed, within the caller's transaction; `written` says that it was committed. */
  write(): void {
    for (const segment of this.#changed) this.#put(segment, this.#bounds.get(segment) as Bounds);
  }

  written(): void {
    this.#changed.clear();
  }

  /** Takes the bounds of a sealed part, within the caller's transaction. */
  seal(segment: number, bounds: Bounds): void {
    this.#put(segment, bounds);
    this.#bounds.set(segment, bounds);
  }

  /** Within the caller's transaction. */
  forget(segment: number): void {
    this.#store.run('DELETE FROM ids WHERE segment = ?', segment);
    this.#bounds.delete(segment);
    this.#changed.delete(segment);
  }

  #put(segment: number, { from, to, hasOthers }: Bounds): void {
    this.#store.run('INSERT OR REPLACE INTO ids VALUES (?, ?, ?, ?)', segment, from, to, hasOthers ? 1 : 0);
  }
}
