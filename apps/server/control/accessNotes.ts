import type { Clock, Log, Timer } from '@weir/kit';
import type { Database } from './database.ts';
import type { Outbox } from './outbox.ts';

/** From where somebody comes: address, and what the device calls itself. */
export type Caller = { address: string; device: string };

/** What happened at a door; `user` or `broadcast` where known. */
export type Note = {
  kind: 'session.refused' | 'publisher.admitted' | 'publisher.refused';
  user?: string;
  broadcast?: string;
  address: string;
  device?: string;
  code?: string;
  protocol?: string;
};
type Gathered = Note & { ts: number; times: number };

/** Equal notes share a record within this. */
const GATHER_MS = 1_000;
/** Different ones kept while PostgreSQL is away; those beyond are counted in one a kind that names nobody. */
const MAX_WAITING = 1_000;

/**
 * What happens at the doors and has no transaction of its own to ride on, on its way to the `access` log: gathered
 * for a second, so that neither a refusal nor a publisher waits for PostgreSQL, and no flood of tries fills the disk.
 */
export class AccessNotes {
  #waiting = new Map<string, Gathered>();
  readonly #options: { clock: Clock; log: Log; database: () => Database; outbox: () => Outbox };
  readonly #timer: Timer;
  #writing: Promise<void> | undefined;

  constructor(options: { clock: Clock; log: Log; database: () => Database; outbox: () => Outbox }) {
    this.#options = options;
    this.#timer = options.clock.every(GATHER_MS, () => void this.flush());
  }

  /** Notes what happened. Never throws, never waits. */
  note(note: Note): void {
    const said = this.#waiting.size < MAX_WAITING ? note : { kind: note.kind, address: 'many' };
    this.#add({ ...said, ts: this.#options.clock.now(), times: 1 });
  }

  /** Writes what gathered; what PostgreSQL does not take waits for the next second. */
  async flush(): Promise<void> {
    while (this.#writing) await this.#writing;
    if (this.#waiting.size === 0 || !this.#options.database().up) return;
    this.#writing = this.#write().finally(() => {
      this.#writing = undefined;
    });
    await this.#writing;
  }

  async close(): Promise<void> {
    this.#timer.cancel();
    await this.flush();
  }

  #add(gathered: Gathered): void {
    const { ts: _, times, ...what } = gathered;
    const key = JSON.stringify(what);
    const there = this.#waiting.get(key);
    if (there) there.times += times;
    else this.#waiting.set(key, gathered);
  }

  async #write(): Promise<void> {
    const { database, outbox, log } = this.#options;
    const taken = [...this.#waiting.values()];
    this.#waiting = new Map();
    try {
      await database().write(async (trx) => {
        for (const one of taken) await outbox().record(trx, 'access', one);
      });
      await outbox().flush();
    } catch (why) {
      log.warn({ why: (why as Error).message, records: taken.length }, 'notes of the doors wait');
      for (const one of taken) this.#add(one);
    }
  }
}
