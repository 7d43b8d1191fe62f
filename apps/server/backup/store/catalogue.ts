import { chmodSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync, type StatementSync } from 'node:sqlite';
import { BackupFault } from '../fault.ts';
import type { Entry, Listed, Part } from './generation.ts';

const VERSION = '1';

const SCHEMA = `
  CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
  CREATE TABLE object (id TEXT PRIMARY KEY, bytes INTEGER NOT NULL, sha256 TEXT NOT NULL) WITHOUT ROWID;
  CREATE TABLE file (name TEXT PRIMARY KEY, bytes INTEGER NOT NULL, mtime REAL, expires REAL, sha256 TEXT NOT NULL, parts TEXT NOT NULL) WITHOUT ROWID;
`;
/** What this backup adds; takes the place of the above when its generation is whole. */
const NEXT = `
  DROP TABLE IF EXISTS next_object;
  DROP TABLE IF EXISTS next_file;
  DROP TABLE IF EXISTS next_older;
  CREATE TABLE next_older (id TEXT PRIMARY KEY, bytes INTEGER NOT NULL, sha256 TEXT NOT NULL) WITHOUT ROWID;
  CREATE TABLE next_object (id TEXT PRIMARY KEY, bytes INTEGER NOT NULL, sha256 TEXT NOT NULL, expires REAL, fresh INTEGER NOT NULL) WITHOUT ROWID;
  CREATE TABLE next_file (name TEXT PRIMARY KEY, bytes INTEGER NOT NULL, mtime REAL, expires REAL, sha256 TEXT NOT NULL, parts TEXT NOT NULL) WITHOUT ROWID;
`;
const SWAP = `
  DROP TABLE object;
  DROP TABLE file;
  CREATE TABLE object (id TEXT PRIMARY KEY, bytes INTEGER NOT NULL, sha256 TEXT NOT NULL) WITHOUT ROWID;
  INSERT INTO object SELECT id, bytes, sha256 FROM next_object;
  DROP TABLE next_object;
  DROP TABLE next_older;
  ALTER TABLE next_file RENAME TO file;
`;

type FileRow = {
  name: string;
  bytes: number;
  mtime: number | null;
  expires: number | null;
  sha256: string;
  parts: string;
};

/**
 * What the writer remembers of the last generation on its own disk, so that unchanged files are neither read nor
 * written again, whatever their number: a database, nothing of it in memory. One transaction is one backup; what is
 * lost is made again from the target's list (then files are read again, and no object is written again).
 */
export class Catalogue {
  readonly #db: DatabaseSync;
  readonly #statements = new Map<string, StatementSync>();

  private constructor(db: DatabaseSync) {
    this.#db = db;
  }

  /** Opens the catalogue of a target in a local folder, mode 0600; one that is damaged or of another form is made anew. */
  static open(local: string, target: string): Catalogue {
    const path = join(local, `${target}.sqlite`);
    try {
      return Catalogue.#connect(path);
    } catch (why) {
      if (/locked|busy/i.test((why as Error).message))
        throw new BackupFault('busy', `Another backup uses ${path}`, { cause: why });
      for (const suffix of ['', '-journal']) rmSync(path + suffix, { force: true });
      return Catalogue.#connect(path);
    }
  }

  static #connect(path: string): Catalogue {
    const db = new DatabaseSync(path);
    try {
      chmodSync(path, 0o600);
      db.exec('PRAGMA locking_mode=EXCLUSIVE; PRAGMA journal_mode=DELETE; PRAGMA synchronous=FULL;');
      db.exec('PRAGMA cache_size=-16384; BEGIN IMMEDIATE');
      const catalogue = new Catalogue(db);
      const isNew = db.prepare('SELECT 1 FROM sqlite_schema LIMIT 1').get() === undefined;
      if (isNew) {
        db.exec(SCHEMA);
        catalogue.#set('version', VERSION);
      } else if (catalogue.#meta('version') !== VERSION) throw new Error('another form');
      db.exec(NEXT);
      return catalogue;
    } catch (why) {
      db.close();
      throw why;
    }
  }

  /** The generation that this is a copy of, by the hash of its root. */
  get mirrors(): string | undefined {
    return this.#meta('mirrors');
  }

  /** For whom the last generation was encrypted, by the hash of its recipients; nobody else opens its objects. */
  get recipients(): string | undefined {
    return this.#meta('recipients');
  }

  /** Forgets the files, and takes the objects of a generation's list. */
  async mirror(objects: AsyncIterable<Listed>): Promise<void> {
    this.#db.exec('DELETE FROM object; DELETE FROM file');
    for await (const { id, bytes, sha256 } of objects)
      this.#run('INSERT INTO object VALUES (?, ?, ?)', id, bytes, sha256);
  }

  /** Objects that earlier generations list, the oldest first: what was written last is what lies there. */
  async addOlder(objects: AsyncIterable<Listed>): Promise<void> {
    for await (const { id, bytes, sha256 } of objects)
      this.#run('INSERT OR REPLACE INTO next_older VALUES (?, ?, ?)', id, bytes, sha256);
  }

  /** An object of an earlier generation, as far as these were added. */
  older(id: string): { bytes: number; sha256: string } | undefined {
    return this.#get('SELECT bytes, sha256 FROM next_older WHERE id = ?', id) as
      | { bytes: number; sha256: string }
      | undefined;
  }

  /** An object of the last generation, or of this one. */
  object(id: string): { bytes: number; sha256: string } | undefined {
    return (this.#get('SELECT bytes, sha256 FROM next_object WHERE id = ?', id) ??
      this.#get('SELECT bytes, sha256 FROM object WHERE id = ?', id)) as
      | { bytes: number; sha256: string }
      | undefined;
  }

  /** An entry as the last generation had it. */
  file(name: string): Entry | undefined {
    const row = this.#get('SELECT * FROM file WHERE name = ?', name) as FileRow | undefined;
    return row && entryOf(row);
  }

  /** Takes an entry into this generation. @throws BackupFault refused where its name is there already */
  addFile({ name, bytes, mtimeMs, expiresAt, sha256, parts }: Entry): void {
    if (this.#get('SELECT 1 FROM next_file WHERE name = ?', name))
      throw new BackupFault('refused', `${JSON.stringify(name)} is in this backup already`);
    this.#run(
      'INSERT INTO next_file VALUES (?, ?, ?, ?, ?, ?)',
      name,
      bytes,
      mtimeMs ?? null,
      expiresAt ?? null,
      sha256,
      JSON.stringify(parts.map(({ object, at, bytes, zstd }) => [object, at, bytes, ...(zstd ? [1] : [])])),
    );
  }

  /** Takes an object into this generation; it goes when the last entry that needs it has expired. `fresh`: it was not on disk before. */
  addObject(id: string, bytes: number, sha256: string, expiresAt: number | undefined, fresh: boolean): void {
    const before = this.#get('SELECT expires FROM next_object WHERE id = ?', id);
    if (!before)
      this.#run(
        'INSERT INTO next_object VALUES (?, ?, ?, ?, ?)',
        id,
        bytes,
        sha256,
        expiresAt ?? null,
        +fresh,
      );
    else if (before['expires'] !== null && (expiresAt === undefined || expiresAt > Number(before['expires'])))
      this.#run('UPDATE next_object SET expires = ? WHERE id = ?', expiresAt ?? null, id);
  }

  /** Of this generation, by name of the object. */
  *objects(): Generator<Listed> {
    const rows = this.#prepare('SELECT id, bytes, sha256, expires FROM next_object ORDER BY id').iterate();
    for (const row of rows)
      yield {
        id: String(row['id']),
        bytes: Number(row['bytes']),
        sha256: String(row['sha256']),
        expiresAt: row['expires'] === null ? undefined : Number(row['expires']),
      };
  }

  /** Of this generation, by name. */
  *files(): Generator<Entry> {
    const rows = this.#prepare('SELECT * FROM next_file ORDER BY name').iterate();
    for (const row of rows) yield entryOf(row as unknown as FileRow);
  }

  /** Objects that this backup put on the disk. */
  *fresh(): Generator<string> {
    for (const row of this.#prepare('SELECT id FROM next_object WHERE fresh = 1').iterate())
      yield String(row['id']);
  }

  count(): { entries: number; bytes: number; objects: number } {
    const files = this.#get('SELECT count(*) AS n, coalesce(sum(bytes), 0) AS bytes FROM next_file');
    const objects = this.#get('SELECT count(*) AS n FROM next_object');
    return {
      entries: Number(files?.['n']),
      bytes: Number(files?.['bytes']),
      objects: Number(objects?.['n']),
    };
  }

  /** This generation is whole: it is the last one from now on. */
  keep(mirrors: string, recipients: string): void {
    this.#statements.clear();
    this.#db.exec(SWAP);
    this.#set('mirrors', mirrors);
    this.#set('recipients', recipients);
    this.#db.exec('COMMIT');
  }

  /** Closes; without `keep` nothing is remembered. */
  close(): void {
    this.#statements.clear();
    this.#db.close();
  }

  #meta(key: string): string | undefined {
    const value = this.#get('SELECT value FROM meta WHERE key = ?', key)?.['value'];
    return value === undefined ? undefined : String(value);
  }

  #set(key: string, value: string): void {
    this.#run('INSERT OR REPLACE INTO meta VALUES (?, ?)', key, value);
  }

  #prepare(sql: string): StatementSync {
    let statement = this.#statements.get(sql);
    if (!statement) {
      statement = this.#db.prepare(sql);
      this.#statements.set(sql, statement);
    }
    return statement;
  }

  #get(sql: string, ...values: (string | number | null)[]): Record<string, unknown> | undefined {
    return this.#prepare(sql).get(...values);
  }

  #run(sql: string, ...values: (string | number | null)[]): void {
    this.#prepare(sql).run(...values);
  }
}

function entryOf({ name, bytes, mtime, expires, sha256, parts }: FileRow): Entry {
  return {
    name,
    bytes,
    sha256,
    ...(mtime !== null && { mtimeMs: mtime }),
    ...(expires !== null && { expiresAt: expires }),
    parts: (JSON.parse(parts) as [string, number, number, number?][]).map(
      ([object, at, length, zstd]): Part => ({ object, at, bytes: length, ...(zstd ? { zstd: true } : {}) }),
    ),
  };
}
