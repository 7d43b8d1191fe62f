import { rmSync } from 'node:fs';
import { DatabaseSync, type StatementSync } from 'node:sqlite';

/** The file of the index; derived from the log, and made again where it is missing or does not fit. */
export const INDEX_FILE = 'rooms.sqlite';
const VERSION = '1';

/**
 * What stands in the index of every room. No text: a held message is sealed under its day's key. WAL with
 * synchronous=NORMAL is whole after a power loss, if some moments old, and no commit waits for the disk; what it lacks
 * is read from the log again. The pages of deleted rows are overwritten.
 */
const SCHEMA = `
  CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
  CREATE TABLE room (room TEXT PRIMARY KEY, last INTEGER NOT NULL, count INTEGER NOT NULL, recalled INTEGER NOT NULL) WITHOUT ROWID;
  CREATE TABLE held (room TEXT, id TEXT, n INTEGER NOT NULL, day TEXT NOT NULL, sealed BLOB NOT NULL, PRIMARY KEY (room, id)) WITHOUT ROWID;
  CREATE TABLE recalled (room TEXT, id TEXT, n INTEGER NOT NULL, PRIMARY KEY (room, id)) WITHOUT ROWID;
  CREATE INDEX recalled_n ON recalled (n);
  CREATE TABLE act (room TEXT, act TEXT, n INTEGER NOT NULL, PRIMARY KEY (room, act)) WITHOUT ROWID;
  CREATE INDEX act_n ON act (n);
  CREATE INDEX act_room_n ON act (room, n);
  CREATE TABLE place (room TEXT, message INTEGER, segment INTEGER NOT NULL, at INTEGER NOT NULL, PRIMARY KEY (room, message)) WITHOUT ROWID;
  CREATE INDEX place_segment ON place (segment);
  CREATE TABLE span (room TEXT, part INTEGER, from_message INTEGER NOT NULL, to_message INTEGER NOT NULL, PRIMARY KEY (room, part)) WITHOUT ROWID;
  CREATE INDEX span_part ON span (part);
  CREATE TABLE ids (segment INTEGER PRIMARY KEY, from_ms REAL NOT NULL, to_ms REAL NOT NULL, others INTEGER NOT NULL);
`;

/** The index's database, statements made once. All calls are synchronous: microseconds each. */
export class RoomStore {
  readonly #db: DatabaseSync;
  readonly #statements = new Map<string, StatementSync>();

  private constructor(db: DatabaseSync) {
    this.#db = db;
  }

  /** Opens the index of the log that signs as `origin`; one of another log, another form or a damaged one is made anew. */
  static open(path: string, origin: string): RoomStore {
    try {
      const store = new RoomStore(connect(path));
      const isWhole = store.get('PRAGMA quick_check(1)')?.['quick_check'] === 'ok';
      if (isWhole && store.meta('version') === VERSION && store.meta('origin') === origin) return store;
      store.close();
    } catch {
      // Whatever is wrong with it, the log has everything.
    }
    return RoomStore.make(path, origin);
  }

  /** An empty index in the place of what is there. */
  static make(path: string, origin: string): RoomStore {
    for (const suffix of ['', '-wal', '-shm', '-journal']) rmSync(path + suffix, { force: true });
    const db = connect(path);
    db.exec(SCHEMA);
    const store = new RoomStore(db);
    store.setMeta('version', VERSION);
    store.setMeta('origin', origin);
    return store;
  }

  get(sql: string, ...values: (string | number)[]): Record<string, unknown> | undefined {
    return this.#prepared(sql).get(...values) as Record<string, unknown> | undefined;
  }

  all(sql: string, ...values: (string | number)[]): Record<string, unknown>[] {
    return this.#prepared(sql).all(...values) as Record<string, unknown>[];
  }

  run(sql: string, ...values: (string | number | Uint8Array)[]): void {
    this.#prepared(sql).run(...values);
  }

  meta(key: string): string | undefined {
    return this.get('SELECT value FROM meta WHERE key = ?', key)?.['value'] as string | undefined;
  }

  setMeta(key: string, value: string): void {
    this.run('INSERT OR REPLACE INTO meta VALUES (?, ?)', key, value);
  }

  /** Everything that `write` does, or nothing. */
  transaction(write: () => void): void {
    this.#db.exec('BEGIN');
    try {
      write();
      this.#db.exec('COMMIT');
    } catch (why) {
      if (this.#db.isTransaction) this.#db.exec('ROLLBACK');
      throw why;
    }
  }

  close(): void {
    this.#db.close();
  }

  #prepared(sql: string): StatementSync {
    let statement = this.#statements.get(sql);
    if (!statement) {
      statement = this.#db.prepare(sql);
      this.#statements.set(sql, statement);
    }
    return statement;
  }
}

function connect(path: string): DatabaseSync {
  const db = new DatabaseSync(path);
  db.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; PRAGMA secure_delete = ON');
  // Checkpoints wait for the disk: they are made on a thread of their own.
  db.exec('PRAGMA cache_size = -8192; PRAGMA wal_autocheckpoint = 0');
  return db;
}
