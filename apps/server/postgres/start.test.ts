import { execFileSync } from 'node:child_process';
import {
  chmodSync,
  existsSync,
  lstatSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  unlinkSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readConfig, realClock, silentLog } from '@weir/kit';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { Database } from '../control/database.ts';
import { postgresAccount } from './account.ts';
import { postgresBinaries } from './binaries.ts';
import { type Postgres, startPostgres } from './start.ts';

const dataDir = mkdtempSync(join(tmpdir(), 'weir-pg-'));
chmodSync(dataDir, 0o711);
const config = readConfig({ WEIR_DATA_DIR: dataDir });
const start = (): Promise<Postgres> => startPostgres({ config, log: silentLog });
let server: Postgres;

beforeAll(async () => {
  server = await start();
}, 180_000);
afterAll(async () => {
  await server?.stop();
  rmSync(dataDir, { recursive: true, force: true });
});

async function query(text: string, values: unknown[] = []): Promise<Record<string, unknown>[]> {
  const client = new pg.Client(server.connection);
  client.on('error', () => {});
  await client.connect();
  try {
    return (await client.query(text, values)).rows;
  } finally {
    await client.end();
  }
}
const setting = async (name: string): Promise<unknown> =>
  (await query('SELECT current_setting($1) AS value', [name]))[0]?.['value'];
const alive = (pid: number): boolean => existsSync(`/proc/${pid}`);

describe('the embedded PostgreSQL', () => {
  it('listens on a Unix socket of its own in a 0700 directory, and nowhere else', async () => {
    expect(await setting('listen_addresses')).toBe('');
    expect(statSync(server.connection.host).mode & 0o777).toBe(0o700);
    expect(statSync(join(dataDir, 'postgres')).mode & 0o077).toBe(0);
    // No password file lies about for everybody to read.
    const readable = readdirSync(dataDir, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile() && /pass/i.test(entry.name))
      .map(({ name }) => name);
    expect(readable).toEqual([]);
  });

  it('bounds its WAL, so that a crash is soon recovered from, and prints neither values nor statements', async () => {
    expect([await setting('max_wal_size'), await setting('checkpoint_timeout')]).toEqual(['128MB', '1min']);
    expect([await setting('log_error_verbosity'), await setting('log_min_error_statement')]).toEqual([
      'terse',
      'panic',
    ]);
    expect(await setting('fsync')).toBe('on');
  });

  it('gets nothing of Weir’s environment', async () => {
    const account = postgresAccount(join(dataDir, 'postgres'));
    expect(process.getuid?.() === 0 ? account?.uid !== 0 : account === undefined).toBe(true);
    const names = readFileSync(`/proc/${server.pid}/environ`, 'utf8')
      .split('\0')
      .map((one) => one.split('=')[0]);
    expect(names.filter(Boolean).toSorted()).toEqual(['LC_ALL', 'PATH', 'TZ']);
  });

  it('links its libraries again where npm skipped that', () => {
    const { postgres } = postgresBinaries(undefined, dataDir);
    const lib = join(postgres, '..', '..', 'lib');
    const links = readdirSync(lib).filter((name) => lstatSync(join(lib, name)).isSymbolicLink());
    expect(links.length).toBeGreaterThan(0);
    const one = join(lib, links[0] as string);
    unlinkSync(one);
    postgresBinaries(undefined, dataDir);
    expect(existsSync(one)).toBe(true);
  });
});

describe('a postmaster left behind', () => {
  it('is stopped by the next start, which has all that was committed', async () => {
    await query('CREATE TABLE IF NOT EXISTS kept (n int)');
    await query('INSERT INTO kept VALUES (1), (2)');
    // A Weir that was killed: its postmaster lives on, owned by nobody.
    const orphan = server.pid;
    server = await start();
    expect(server.pid).not.toBe(orphan);
    await vi.waitFor(() => expect(alive(orphan)).toBe(false), { timeout: 60_000 });
    expect(await query('SELECT n FROM kept ORDER BY n')).toEqual([{ n: 1 }, { n: 2 }]);
  }, 180_000);

  it('that was killed with its backends at work is recovered from', async () => {
    await query('INSERT INTO kept VALUES (3)');
    process.kill(server.pid, 'SIGKILL');
    server = await start();
    expect(await query('SELECT count(*)::int AS n FROM kept')).toEqual([{ n: 3 }]);
  }, 180_000);
});

describe('the door to PostgreSQL', () => {
  const open = async (): Promise<{ database: Database; logged: () => string }> => {
    const lines: unknown[] = [];
    const note = (...args: unknown[]): void => void lines.push(args);
    const log = {
      ...silentLog,
      info: note,
      warn: note,
      error: note,
    };
    const database = new Database({
      connection: server.connection,
      log,
      clock: realClock,
      onUp: async () => {},
    });
    await database.open();
    return { database, logged: () => JSON.stringify(lines) };
  };

  it('outlives the loss of all its connections, idle or at work', async () => {
    const { database } = await open();
    expect(database.up).toBe(true);
    const working = database.read((db) => db.selectFrom('users').selectAll().execute());
    await query(
      'SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid <> pg_backend_pid() AND datname = current_database()',
    );
    await working;
    await vi.waitFor(
      async () =>
        expect(await database.read((db) => db.selectFrom('users').select('id').execute())).toEqual([]),
      { timeout: 60_000 },
    );
    await database.close();
  }, 180_000);

  it('turns a duplicate into `conflict` and any other fault into `internal`, and logs no value of a row', async () => {
    const { database, logged } = await open();
    const insert = (n: number) =>
      database.write((trx) =>
        trx
          .insertInto('users')
          .values({
            id: `00000000-0000-7000-8000-00000000000${n}`,
            account: 'somebody-private',
            nickname: 'x',
            roles: [],
            password_hash: 'hash-private',
            disabled_at: null,
            created_at: n === 3 ? (null as unknown as Date) : new Date(),
          })
          .execute(),
      );
    await insert(1);
    await expect(insert(2)).rejects.toMatchObject({ code: 'conflict' });
    await expect(insert(3)).rejects.toMatchObject({ code: 'internal' });
    expect(logged()).toContain('23502');
    expect(logged()).not.toContain('private');
    await database.close();
  });

  it('says database_unavailable where the server is gone, and goes on when it is back', async () => {
    const { database } = await open();
    await server.stop();
    await expect(database.read((db) => db.selectFrom('users').select('id').execute())).rejects.toMatchObject({
      code: 'database_unavailable',
    });
    server = await start();
    await vi.waitFor(() => expect(database.up).toBe(true), { timeout: 60_000 });
    expect(await database.read((db) => db.selectFrom('users').select('id').execute())).toHaveLength(1);
    await database.close();
  }, 180_000);
});

it('names a directory that PostgreSQL’s user cannot enter, with the remedy', async () => {
  const closed = mkdtempSync(join(tmpdir(), 'weir-closed-'));
  const inside = join(closed, 'data');
  const asked = startPostgres({ config: readConfig({ WEIR_DATA_DIR: inside }), log: silentLog });
  // As an ordinary user the server is that user, and nothing is in the way.
  if (process.getuid?.() === 0) {
    await expect(asked).rejects.toThrow(`cannot enter ${closed}`);
    await expect(asked).rejects.toThrow(`chmod o+x ${closed}`);
  } else await (await asked).stop();
  rmSync(closed, { recursive: true, force: true });
}, 180_000);

it('is not stopped by a Ctrl-C at Weir: it has a process group of its own', () => {
  const group = execFileSync('ps', ['-o', 'pgid=', '-p', String(server.pid)], { encoding: 'utf8' });
  expect(Number(group)).toBe(server.pid);
});
