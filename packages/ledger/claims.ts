import { Problem } from '@weir/kit';
import { keyOf, type LedgerRecord } from './record.ts';
import type { RoomIndex } from './room/index.ts';

/** Records under way: what they claim (an offset, an act) and the message that claims it. Bounded by what waits to be written. */
export class Claims {
  readonly #pending = new Map<string, string>();

  /**
   * Claims for the records that are new; those that stand or are under way are left out. `release` when they are written
   * or were refused.
   * @throws Problem `conflict` where another message has an offset; nothing is claimed then
   */
  take(
    records: readonly LedgerRecord[],
    judge: (record: LedgerRecord) => ReturnType<RoomIndex['judge']>,
  ): { fresh: LedgerRecord[]; release(): void } {
    const fresh: LedgerRecord[] = [];
    const keys: string[] = [];
    const release = (): void => {
      for (const key of keys) this.#pending.delete(key);
    };
    for (const record of records) {
      const key = keyOf(record);
      const id = String(record.id ?? '');
      const pending = key === undefined ? undefined : this.#pending.get(key);
      const judged = judge(record);
      if (judged === 'conflict' || (pending !== undefined && pending !== id)) {
        release();
        throw new Problem('conflict', 'Another message already has this offset');
      }
      if (pending !== undefined || judged !== 'new') continue;
      if (key !== undefined) {
        this.#pending.set(key, id);
        keys.push(key);
      }
      fresh.push(record);
    }
    return { fresh, release };
  }
}
