import { type Log, Problem } from '@weir/kit';
import type { Ledger, LedgerRecord, LogName } from '@weir/ledger';
import type { Database, Trx } from './database.ts';
import * as sql from './sql/outbox.ts';

type DecidedLog = Exclude<LogName, 'content'>;
const DECIDED: readonly DecidedLog[] = ['moderation', 'access', 'retention'];
/** Rows read at once when the ledger catches up. */
const BATCH = 500;

/**
 * The way of a record whose transaction PostgreSQL decides: sealed and numbered in that transaction, applied to
 * the ledger by number after its COMMIT, then deleted here. A crash between leaves a row that the next flush applies.
 */
export class Outbox {
  readonly #database: () => Database;
  readonly #ledger: Ledger;
  readonly #log: Log;
  #flushing: Promise<void> | undefined;
  #again: Promise<void> | undefined;

  constructor(options: { database: () => Database; ledger: Ledger; log: Log }) {
    this.#database = options.database;
    this.#ledger = options.ledger;
    this.#log = options.log;
  }

  /** Writes a record into the transaction under the log's next number. */
  async record(trx: Trx, log: DecidedLog, record: LedgerRecord): Promise<void> {
    const { day, bytes } = this.#ledger.seal(log, record);
    await sql.insert(trx, log, { day, bytes });
  }

  /** The same with a record that was sealed earlier. */
  recordSealed(trx: Trx, log: DecidedLog, sealed: { day: string; bytes: Buffer }): Promise<void> {
    return sql.insert(trx, log, sealed);
  }

  /**
   * Brings the ledger up to every committed row; resolves when what was committed before the call is on its disk.
   * Where PostgreSQL has gone in between, the rows are applied when it is back: the decision stands.
   * @throws Problem `storage_failed` where the ledger's disk refuses: the rows wait and nothing is lost, but it is not
   * on that disk, and whoever asked is told so
   */
  flush(): Promise<void> {
    if (!this.#flushing) {
      this.#flushing = this.#run().finally(() => {
        this.#flushing = undefined;
      });
      return this.#flushing;
    }
    // The running pass may have read before the caller's COMMIT: one more follows it, shared by all who wait.
    this.#again ??= this.#flushing.then(() => {
      this.#again = undefined;
      return this.flush();
    });
    return this.#again;
  }

  /**
   * Runs `work` while no record passes from the outbox to the ledger; what is decided meanwhile waits in its row, and
   * whoever waits for the ledger waits so long. For milliseconds alone.
   */
  async hold<T>(work: () => Promise<T>): Promise<T> {
    while (this.#flushing) await this.#flushing.catch(() => {});
    const held = work();
    const waiting = held.then(
      () => {},
      () => {},
    );
    this.#flushing = waiting.finally(() => {
      this.#flushing = undefined;
    });
    return held;
  }

  async #run(): Promise<void> {
    try {
      for (let more = true; more; ) {
        const rows = await this.#database().read((db) => sql.oldest(db, BATCH));
        for (const row of rows) {
          const log = row.log as DecidedLog;
          await this.#ledger.apply(log, row.n, this.#ledger.unseal(log, { day: row.day, bytes: row.sealed }));
        }
        more = rows.length === BATCH;
        if (rows.length > 0)
          await this.#database().write((trx) =>
            sql.applied(
              trx,
              DECIDED.map((log) => ({ log, n: this.#ledger.last(log) })),
            ),
          );
      }
    } catch (why) {
      const code = why instanceof Problem ? why.code : 'internal';
      if (code === 'database_unavailable') return;
      this.#log.error({ why: (why as Error).message }, 'records wait in the outbox');
      if (code === 'storage_failed' || code === 'busy')
        throw new Problem('storage_failed', 'It is decided; its record waits until the disk takes it');
      throw why;
    }
  }
}
