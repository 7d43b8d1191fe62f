import { Problem } from '@weir/kit';
import type { HoldAsk, Holds, Standing } from '@weir/ledger';
import type { Actor, Control } from '../control.ts';

/** Holds as persons place, extend and release them: each act is a record in the `retention` log. */
export class Cases {
  readonly #control: Control;
  readonly holds: Holds;

  constructor(control: Control, holds: Holds) {
    this.#control = control;
    this.holds = holds;
  }

  /** @throws Problem as `Holds.place`; database_unavailable: then nothing is held */
  async place(ask: HoldAsk, by: Actor): Promise<Standing & { records: number }> {
    const placed = await this.holds.place(ask, by.id);
    try {
      await this.#record('hold.placed', placed, by, {
        reason: ask.reason,
        responsible: ask.responsible,
        reviewOn: ask.reviewOn,
        what: ask.what,
        records: placed.records,
        media: placed.media.length,
        bytes: placed.bytes,
      });
    } catch (why) {
      await this.holds.release(placed.id);
      throw why;
    }
    this.#control.recordings.wake();
    await this.#control.outbox.flush();
    return placed;
  }

  /**
   * Another day on which a hold is looked at; the record of it stands before.
   * @throws Problem not_found, database_unavailable
   */
  async extend(
    id: string,
    { reviewOn, note }: { reviewOn: string; note: string },
    by: Actor,
  ): Promise<Standing> {
    const hold = this.#get(id);
    await this.#record('hold.extended', hold, by, { reviewOn, before: hold.reviewOn, note });
    const at = this.#control.clock.now();
    const reviewed = await this.holds.review(id, { at, by: by.id, reviewOn, note });
    await this.#control.outbox.flush();
    return reviewed;
  }

  /** Ends a hold: its key, then its files; the record of it stands before, so that no hold goes without one. */
  async release(id: string, note: string, by: Actor): Promise<void> {
    const hold = this.#get(id);
    await this.#record('hold.released', hold, by, { note, media: hold.media.length, bytes: hold.bytes });
    // In the ledger before the key goes: `weir verify` finds no hold gone without its record.
    await this.#control.outbox.flush();
    await this.holds.release(id);
    this.#control.recordings.wake();
  }

  #get(id: string): Standing {
    const hold = this.holds.get(id);
    if (!hold) throw new Problem('not_found', 'No hold has this id');
    return hold;
  }

  async #record(kind: string, hold: Standing, by: Actor, what: object): Promise<void> {
    const { database, outbox, clock } = this.#control;
    await database.write((trx) =>
      outbox.record(trx, 'retention', {
        kind,
        ts: clock.now(),
        user: by.id,
        id: hold.id,
        case: hold.case,
        ...what,
      }),
    );
  }
}
