import { type Clock, type Log, Problem } from '@weir/kit';
import { Kysely, PostgresDialect, type Transaction } from 'kysely';
import pg from 'pg';
import { migrate } from './migrate.ts';
import type { Tables } from './sql/tables.ts';

export type Trx = Transaction<Tables>;
export type Db = Kysely<Tables>;

const MAX_CONNECTIONS = 12;
const CONNECT_WITHIN_MS = 2_000;
const QUERY_WITHIN_MS = 10_000;
const RETRY_EVERY_MS = 200;
/** What follows a connection is tried again after this, until it is done. */
const CATCH_UP_EVERY_MS = 1_000;
/** The same where the server answers, but not as it should (another password, a newer schema): each line is logged. */
const RETRY_WRONG_MS = 5_000;
/** A request waits this long for a restarting PostgreSQL before it is told database_unavailable. */
const PATIENCE_MS = 1_500;
/** Requests that may wait so at once. */
const MAX_PATIENT = 500;

/** SQLSTATE classes and codes that mean the server or the way to it is gone, not that the query is wrong. */
const GONE = /^(08|57P0|53[123]|58)/;
const GONE_ERRNO = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'ENOENT',
  'EPIPE',
  'ETIMEDOUT',
  'EACCES',
  'ENOTFOUND',
]);
const GONE_TEXT =
  /Connection terminated|timeout exceeded|timeout expired|Query read timeout|Client has encountered|pool after calling end/;

function isGone(why: unknown): boolean {
  const { code = '', message = '' } = why as { code?: string; message?: string };
  return GONE.test(code) || GONE_ERRNO.has(code) || GONE_TEXT.test(message);
}

export type Connection = pg.PoolConfig;

/**
 * The one door to PostgreSQL. States: `down` (not reached, or lost: tried again each 200 ms) and `up` (migrated,
 * and `onUp` has loaded what memory holds). Reads and writes are for `up` only; nothing here ends the process.
 */
export class Database {
  readonly #pool: pg.Pool;
  readonly #connection: Connection;
  readonly #db: Db;
  readonly #log: Log;
  readonly #clock: Clock;
  readonly #onUp: (db: Db) => Promise<void>;
  readonly #afterUp: (() => Promise<void>) | undefined;
  readonly #patient = new Set<() => void>();
  #state: 'down' | 'up' | 'closed' = 'down';
  #connecting = false;
  #caughtUp = false;

  constructor(options: {
    connection: Connection;
    log: Log;
    clock: Clock;
    onUp: (db: Db) => Promise<void>;
    afterUp?: () => Promise<void>;
  }) {
    pg.types.setTypeParser(pg.types.builtins.INT8, Number);
    pg.types.setTypeParser(pg.types.builtins.DATE, String);
    this.#connection = options.connection;
    this.#pool = new pg.Pool({
      ...options.connection,
      max: MAX_CONNECTIONS,
      connectionTimeoutMillis: CONNECT_WITHIN_MS,
      query_timeout: QUERY_WITHIN_MS,
      statement_timeout: QUERY_WITHIN_MS,
      application_name: 'weir:control',
    });
    // Without a listener a lost idle connection ends the process.
    this.#pool.on('error', () => this.#lost());
    this.#pool.on('connect', (client) => void client.on('error', () => {}));
    this.#db = new Kysely<Tables>({ dialect: new PostgresDialect({ pool: this.#pool }) });
    this.#log = options.log;
    this.#clock = options.clock;
    this.#onUp = options.onUp;
    this.#afterUp = options.afterUp;
  }

  get up(): boolean {
    return this.#state === 'up';
  }

  /** True once everything that follows a connection has been done since the start of this process. */
  get caughtUp(): boolean {
    return this.#caughtUp;
  }

  /** One attempt to connect, then more in the background; resolves after the first. */
  async open(): Promise<void> {
    await this.#connect();
  }

  /** A query or several outside a transaction; tried again once where the connection was lost. */
  read<T>(work: (db: Db) => Promise<T>): Promise<T> {
    return this.#attempt(
      () => work(this.#db),
      () => true,
    );
  }

  /**
   * A transaction. Lost before COMMIT was sent it is tried again once; lost in COMMIT nobody knows, so the
   * caller is told and memory is loaded anew when PostgreSQL is back.
   * @throws Problem database_unavailable; conflict on a unique key; whatever `work` throws as Problem
   */
  write<T>(work: (trx: Trx) => Promise<T>): Promise<T> {
    let committing = false;
    return this.#attempt(
      () =>
        this.#db.transaction().execute(async (trx) => {
          const result = await work(trx);
          committing = true;
          return result;
        }),
      () => !committing,
    );
  }

  /**
   * Begins a transaction of its own that sees one instant and writes nothing, on a connection beside the others.
   * `take` fixes the instant and gives the name by which another session joins it (`SET TRANSACTION SNAPSHOT`), as
   * long as `release` has not been called. @throws Problem database_unavailable
   */
  async snapshot(): Promise<{ take(): Promise<string>; release(): Promise<void> }> {
    const client = new pg.Client({ ...this.#connection, connectionTimeoutMillis: CONNECT_WITHIN_MS });
    client.on('error', () => {});
    const release = (): Promise<void> => client.end().catch(() => {});
    try {
      await client.connect();
      await client.query('BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY');
    } catch (why) {
      await release();
      throw isGone(why) ? new Problem('database_unavailable', 'Try again in a moment') : this.#mapped(why);
    }
    return {
      release,
      async take() {
        const { rows } = await client.query<{ name: string }>('SELECT pg_export_snapshot() AS name');
        return rows[0]?.name as string;
      },
    };
  }

  /** How another process of this machine reaches the same database. */
  get connection(): Connection {
    return this.#connection;
  }

  async close(): Promise<void> {
    this.#state = 'closed';
    this.#release();
    await this.#db.destroy().catch(() => {});
  }

  async #attempt<T>(work: () => Promise<T>, safe: () => boolean): Promise<T> {
    for (let tries = 1; ; tries++) {
      await this.#wait();
      try {
        return await work();
      } catch (why) {
        if (!isGone(why)) throw this.#mapped(why);
        this.#lost();
        if (tries > 1 || !safe()) throw new Problem('database_unavailable', 'Try again in a moment');
      }
    }
  }

  /** Errors of PostgreSQL print key values; only codes and names go on. */
  #mapped(why: unknown): Error {
    if (why instanceof Problem) return why;
    if (!(why instanceof pg.DatabaseError)) return why as Error;
    if (why.code === '23505') return new Problem('conflict', 'It is there already', { of: why.constraint });
    this.#log.error({ sqlstate: why.code, table: why.table, constraint: why.constraint }, 'query failed');
    return new Problem('internal');
  }

  #lost(): void {
    if (this.#state !== 'up') return;
    this.#state = 'down';
    this.#caughtUp = false;
    this.#log.warn({}, 'PostgreSQL lost');
    void this.#connect();
  }

  async #connect(): Promise<void> {
    if (this.#connecting || this.#state !== 'down') return;
    this.#connecting = true;
    let again = RETRY_EVERY_MS;
    try {
      const client = await this.#pool.connect();
      try {
        await migrate(client, this.#log);
      } finally {
        client.release();
      }
      await this.#onUp(this.#db);
      if (this.#state === 'down') this.#state = 'up';
      this.#log.info({}, 'PostgreSQL connected');
      this.#release();
      void this.#catchUp();
    } catch (why) {
      if (!isGone(why)) {
        again = RETRY_WRONG_MS;
        this.#log.error({ why: this.#mapped(why).message }, 'PostgreSQL answers, but not as it should');
      }
    } finally {
      this.#connecting = false;
      if (this.#state === 'down') this.#clock.after(again, () => void this.#connect());
    }
  }

  async #catchUp(): Promise<void> {
    try {
      await this.#afterUp?.();
      this.#caughtUp = true;
    } catch (why) {
      this.#log.warn({ why: (why as Error).message }, 'catching up waits');
      // A lost connection comes by here again by itself.
      this.#clock.after(CATCH_UP_EVERY_MS, () => {
        if (this.up) void this.#catchUp();
      });
    }
  }

  #wait(): Promise<void> {
    if (this.#state === 'up') return Promise.resolve();
    const refusal = new Problem('database_unavailable', 'Try again in a moment');
    if (this.#state === 'closed' || this.#patient.size >= MAX_PATIENT) return Promise.reject(refusal);
    return new Promise((resolve, reject) => {
      const settle = (): void => {
        this.#patient.delete(settle);
        timer.cancel();
        if (this.#state === 'up') resolve();
        else reject(refusal);
      };
      const timer = this.#clock.after(PATIENCE_MS, settle);
      this.#patient.add(settle);
    });
  }

  #release(): void {
    for (const settle of [...this.#patient]) settle();
  }
}
