import { execFileSync } from 'node:child_process';
import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readConfig, silentLog } from '@weir/kit';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { migrate, shippedMigrations } from '../../control/migrate.ts';
import { type Postgres, startPostgres } from '../../postgres/start.ts';
import { columnsOf, dump } from './dump.ts';
import { load } from './load.ts';
import { TRAVELS, TRAVELS_NOT } from './tables.ts';

const dataDir = mkdtempSync(join(tmpdir(), 'weir-dump-'));
chmodSync(dataDir, 0o711);
let server: Postgres;
let count = 0;

beforeAll(async () => {
  server = await startPostgres({ config: readConfig({ WEIR_DATA_DIR: dataDir }), log: silentLog });
}, 180_000);
afterAll(async () => {
  await server?.stop();
  rmSync(dataDir, { recursive: true, force: true });
});

async function connect(database: string): Promise<pg.Client> {
  const client = new pg.Client({ ...server.connection, database });
  client.on('error', () => {});
  await client.connect();
  onTestFinished(() => client.end());
  return client;
}

async function empty(): Promise<pg.Client> {
  const name = `t${count++}`;
  const admin = await connect('postgres');
  await admin.query(`CREATE DATABASE ${name}`);
  return connect(name);
}

const ID = (n: number): string => `00000000-0000-7000-8000-00000000000${n}`;
/** What COPY's text form has to escape, and the line that ends it. */
const NASTY = '\\.\n\t\\N "\' 一句\r\n\\\\.\n\\.';

/** A row in every table at least: one that is added needs one here. */
const ROWS: [string, unknown[]][] = [
  [
    `INSERT INTO users (id, account, nickname, roles, password_hash, created_at) VALUES ($1, 'a', $2, '{viewer,"x,y"}', NULL, '2026-11-28T01:02:03.456789Z')`,
    [ID(1), NASTY],
  ],
  [
    `INSERT INTO users (id, account, nickname, roles, created_at, disabled_at) VALUES ($1, 'b', '', '{}', now(), now())`,
    [ID(2)],
  ],
  [`INSERT INTO sessions VALUES ('\\x01', $1, now(), now() + interval '1 day')`, [ID(1)]],
  [
    `INSERT INTO broadcasts (id, title, kind, category, publisher, state, created_at, ends) VALUES ($1, $2, 'video', 'chat', $3, 'ended', now(), ARRAY[now(), '-infinity'])`,
    [ID(3), NASTY, ID(1)],
  ],
  ["INSERT INTO broadcast_keys VALUES ('\\x00ff5c2e0a', $1, now(), NULL)", [ID(3)]],
  ["INSERT INTO gate_orders VALUES ($1, 'media', 'closed', 0, $2, now())", [ID(3), ID(1)]],
  [
    `INSERT INTO decisions (id, kind, broadcast, decided_by, decided_at, certificate) VALUES ($1, 'cut', $2, 'x', now(), $3)`,
    [ID(4), ID(3), JSON.stringify({ text: NASTY, n: 1.5e-7 })],
  ],
  ["UPDATE log_numbers SET last = 9007199254740993 WHERE log = 'access'", []],
  ["INSERT INTO outbox VALUES ('access', 7, '2026-11-28', $1)", [Buffer.from(NASTY)]],
  ["INSERT INTO deliveries VALUES ($1, 'http://localhost', 'cut', '{}', now())", [ID(5)]],
  [
    `INSERT INTO lexicon_versions VALUES (1, '\\xab', 'live', $1, 1, 2, 3, 4, 5, 'x', now(), 'x', now())`,
    [NASTY],
  ],
  ["INSERT INTO lexicon_hits VALUES (now(), 'live', $1, 'c', 1, 2, 3)", [NASTY]],
  [
    `INSERT INTO contests VALUES ($1, 'contest', $2, $3, $4, 'x', now(), 'c', $5, 1, 'open')`,
    [ID(6), ID(7), ID(3), ID(1), [NASTY, '']],
  ],
  ["INSERT INTO room_moderators VALUES ($1, $2, 'x', now())", [ID(3), ID(2)]],
  ["INSERT INTO room_mutes VALUES ($1, $2, 'infinity', 'r', 'x', now())", [ID(3), ID(2)]],
  ["INSERT INTO room_words VALUES ($1, $2, 'hold')", [ID(3), NASTY]],
  ["INSERT INTO threshold_versions VALUES (1, '{}', 'live', $1, 'x', now(), 'x', now())", [NASTY]],
  [
    "INSERT INTO held_names VALUES ($1, 'title', $2, $3, 'x', now(), $4, 'held')",
    [ID(8), ID(3), ID(1), NASTY],
  ],
];

async function filled(): Promise<pg.Client> {
  const client = await empty();
  await migrate(client, silentLog);
  for (const [text, values] of ROWS) await client.query(text, values);
  return client;
}

async function dumped(client: pg.Client, during?: () => Promise<void>): Promise<Buffer> {
  await client.query('BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY');
  try {
    await client.query('SELECT 1 FROM users');
    await during?.();
    return Buffer.concat(await Array.fromAsync(dump(client)));
  } finally {
    await client.query('ROLLBACK');
  }
}

async function* pieces(bytes: Buffer, size: number): AsyncGenerator<Buffer> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}

/** Every row of every table as text. */
async function everything(client: pg.Client, tables: readonly string[]): Promise<Record<string, string[]>> {
  const all: Record<string, string[]> = {};
  await client.query("SET TimeZone = 'UTC'");
  for (const table of tables) {
    const { rows } = await client.query<{ row: string }>(
      `SELECT t::text AS row FROM "${table}" t ORDER BY 1`,
    );
    all[table] = rows.map(({ row }) => row);
  }
  return all;
}

describe('a dump of PostgreSQL', () => {
  it('knows of every table whether it travels, and has those before that others refer to', async () => {
    const client = await empty();
    await migrate(client, silentLog);
    const tables = [...(await columnsOf(client)).keys()].sort();
    expect([...TRAVELS, ...Object.keys(TRAVELS_NOT)].sort()).toEqual(tables);
    const { rows } = await client.query<{ from: string; to: string }>(
      "SELECT conrelid::regclass::text AS from, confrelid::regclass::text AS to FROM pg_constraint WHERE contype = 'f'",
    );
    const places: readonly string[] = TRAVELS;
    for (const { from, to } of rows)
      if (places.includes(from))
        expect(places.indexOf(to), `${from} → ${to}`).toBeLessThan(places.indexOf(from));
    await client.query('CREATE TABLE stranger (id int)');
    await expect(dumped(client)).rejects.toMatchObject({
      code: 'refused',
      message: expect.stringContaining('stranger'),
    });
  });

  it('brings every row of every table back, byte for byte, and no session', async () => {
    const from = await filled();
    const before = await everything(from, TRAVELS);
    for (const table of TRAVELS)
      expect(before[table]?.length, `a row of ${table} in this test`).toBeGreaterThan(0);
    const bytes = await dumped(from);
    expect((await dumped(from)).equals(bytes)).toBe(true);
    for (const size of [1, 7, 65_536]) {
      const to = await empty();
      const rows = await load(to, pieces(bytes, size));
      expect(rows['users']).toBe(2);
      expect(await everything(to, TRAVELS)).toEqual(before);
      expect((await to.query('SELECT * FROM sessions')).rowCount).toBe(0);
      await migrate(to, silentLog);
      const { rows: next } = await to.query(
        `INSERT INTO broadcasts (id, title, kind, category, publisher, state, created_at) VALUES ($1, '', 'video', 'chat', $2, 'created', now()) RETURNING number`,
        [ID(9), ID(1)],
      );
      expect(next[0]?.number).toBe('2');
    }
  });

  it('is a script that Debian’s psql takes, of whatever version it is', async () => {
    const from = await filled();
    const to = await empty();
    await migrate(to, silentLog);
    // A migration may have put rows in.
    await to.query(`TRUNCATE ${TRAVELS.join(', ')} CASCADE`);
    const { host, user } = server.connection;
    execFileSync(
      'psql',
      ['-XqAt', '-v', 'ON_ERROR_STOP=1', '-h', host, '-U', user, '-d', String(to.database)],
      {
        input: await dumped(from),
      },
    );
    expect(await everything(to, TRAVELS)).toEqual(await everything(from, TRAVELS));
  });

  it('is of one moment, whatever is written meanwhile', async () => {
    const from = await filled();
    const other = await connect(from.database ?? '');
    const before = await everything(from, TRAVELS);
    const bytes = await dumped(from, async () => {
      await other.query('DELETE FROM lexicon_hits');
      await other.query("UPDATE users SET nickname = 'another'");
    });
    const to = await empty();
    await load(to, pieces(bytes, 1_000));
    expect(await everything(to, TRAVELS)).toEqual(before);
  });

  it('of an earlier Weir loads into its own tables and is brought up from there', async () => {
    const client = await empty();
    await migrate(client, silentLog, shippedMigrations().slice(0, 1));
    await client.query(
      "INSERT INTO users (id, account, nickname, roles, created_at) VALUES ($1, 'a', 'n', '{}', now())",
      [ID(1)],
    );
    const head = (await dumped(await filled())).toString().split('\n')[0] ?? '';
    const { migrations } = JSON.parse(head.slice(head.indexOf('{')));
    const old = [
      `-- weir-postgres 1 ${JSON.stringify({ migrations: migrations.slice(0, 1), tables: ['users'] })}`,
      'COPY "users" ("id", "account", "nickname", "roles", "demo", "created_at") FROM stdin;',
      `${ID(1)}\ta\tn\t{}\tf\t2026-11-28 00:00:00+00`,
      '\\.',
      '-- weir-postgres end {"rows":{"users":1}}\n',
    ].join('\n');
    const to = await empty();
    await load(to, pieces(Buffer.from(old), 10));
    expect((await to.query('SELECT number FROM migrations')).rowCount).toBe(1);
    await migrate(to, silentLog);
    expect((await to.query('SELECT account FROM users')).rows).toEqual([{ account: 'a' }]);
  });

  it('that is cut, altered, newer or aimed at a database in use leaves no row', async () => {
    const bytes = await dumped(await filled());
    const text = bytes.toString('latin1');
    const bad: [string, string][] = [
      ['', 'does not begin'],
      [text.slice(0, 400), 'without an end'],
      [text.slice(0, text.indexOf(ID(4)) + 9), 'cut short'],
      [text.slice(0, text.indexOf('COPY "decisions"')), 'cut short'],
      [text.slice(0, text.lastIndexOf('-- weir')), 'cut short'],
      [text.replace('COPY "users"', 'DROP TABLE users; COPY "users"'), 'line that is none'],
      [text.replace('COPY "deliveries"', 'COPY "migrations"'), 'where it should not'],
      [text.replace('"deliveries":1', '"deliveries":2'), 'not the rows'],
      [text.replace('"tables":["users"', '"tables":["nobody"'), 'is none'],
      [text.replace(/"checksum":"\w/, '"checksum":"x'), 'another migration'],
      [
        text.replace(
          '"migrations":[',
          `"migrations":[${'{"number":1,"name":"9999_later.sql","checksum":""},'.repeat(999)}`,
        ),
        'newer than this Weir',
      ],
    ];
    for (const [dump, words] of bad) {
      const to = await empty();
      await expect(load(to, pieces(Buffer.from(dump, 'latin1'), 10_000))).rejects.toThrow(words);
      if ((await columnsOf(to)).size > 0) expect((await to.query('SELECT 1 FROM users')).rowCount).toBe(0);
    }
    await expect(load(await filled(), pieces(bytes, 10_000))).rejects.toThrow('not empty');
  });
});
