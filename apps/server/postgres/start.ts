import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { chownSync, existsSync, mkdirSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import type { Config, Log } from '@weir/kit';
import pg from 'pg';
import { type Account, mustReach, postgresAccount } from './account.ts';
import { type Binaries, postgresBinaries } from './binaries.ts';
import { stopOrphans } from './orphan.ts';
import { socketDirectory } from './socket.ts';

/** What `pg` needs to connect; travels to control as JSON in WEIR_INTERNAL_PG. */
export type PostgresAddress = { host: string; port: number; user: string; database: string };

/** A running embedded PostgreSQL. It belongs to whoever started it and ends with `stop`. */
export type Postgres = {
  readonly connection: PostgresAddress;
  readonly pid: number;
  /** Fast shutdown; immediate after 5 s, killed after 7 s. */
  stop(): Promise<void>;
  /** Called once when the server ended without `stop`. */
  onExit(run: (cause: string) => void): void;
};

const MAJOR = '18';
/** Crash recovery after kill -9 plays at most 128 MB of WAL, so a start stays within the seconds promised. */
const START_WITHIN_MS = 30_000;
const POLL_MS = 25;
/** Backends of a killed postmaster hold its shared memory for a moment; so a start is tried again. */
const START_TRIES = 5;
const LAST_LINES = 20;

/** Nothing of Weir's environment (secrets, locale, PG…) reaches the server. */
const EMPTY_ENVIRONMENT = { PATH: '/usr/bin:/bin', LC_ALL: 'C', TZ: 'UTC' };

/**
 * Each has its reason: no TCP; bounded WAL so that recovery is short; terse errors and no statements or
 * parameters in the log, because they print keys and values.
 */
const settings = (sockets: string): Record<string, string> => ({
  listen_addresses: '',
  unix_socket_directories: sockets,
  unix_socket_permissions: '0700',
  max_connections: '40',
  shared_buffers: '32MB',
  max_wal_size: '128MB',
  min_wal_size: '32MB',
  checkpoint_timeout: '60s',
  max_parallel_workers_per_gather: '0',
  log_error_verbosity: 'terse',
  log_min_error_statement: 'panic',
  log_parameter_max_length: '0',
  log_parameter_max_length_on_error: '0',
  log_checkpoints: 'off',
  timezone: 'UTC',
  log_timezone: 'UTC',
});

const identity = (account: Account | undefined) => (account ? { uid: account.uid, gid: account.gid } : {});

/** Makes DATA/postgres; a first start that is killed leaves only a directory beside it, removed by the next. */
function initialise(directory: string, binaries: Binaries, account: Account | undefined): void {
  const fresh = `${directory}.init`;
  rmSync(fresh, { recursive: true, force: true });
  mkdirSync(fresh, { mode: 0o700 });
  if (account) chownSync(fresh, account.uid, account.gid);
  const made = spawnSync(
    binaries.initdb,
    [
      `--pgdata=${fresh}`,
      '--username=weir',
      // The socket lies in a 0700 directory: who reaches it is the user Weir runs as, or root.
      '--auth-local=trust',
      '--auth-host=reject',
      '--encoding=UTF8',
      '--locale-provider=builtin',
      '--builtin-locale=C.UTF-8',
      '--no-locale',
      '--no-instructions',
    ],
    { ...identity(account), cwd: fresh, env: EMPTY_ENVIRONMENT, encoding: 'utf8' },
  );
  if (made.status !== 0)
    throw new Error(`initdb failed: ${(made.stderr || made.error?.message || '').trim().split('\n').at(-1)}`);
  renameSync(fresh, directory);
}

async function answers(address: PostgresAddress, database: string): Promise<boolean> {
  const client = new pg.Client({ ...address, database, connectionTimeoutMillis: 2_000 });
  client.on('error', () => {});
  try {
    await client.connect();
    if (database === address.database) return true;
    const { rowCount } = await client.query('SELECT 1 FROM pg_database WHERE datname = $1', [
      address.database,
    ]);
    if (rowCount === 0) await client.query(`CREATE DATABASE ${pg.escapeIdentifier(address.database)}`);
    return true;
  } catch {
    return false;
  } finally {
    await client.end().catch(() => {});
  }
}

/**
 * Starts the embedded PostgreSQL of a data directory and resolves when it answers. Stops one that an earlier
 * Weir left behind. As root it runs as another system user.
 * @throws Error with the remedy: unreachable directory, another major version, failed start with its last words
 */
export async function startPostgres({ config, log }: { config: Config; log: Log }): Promise<Postgres> {
  const directory = join(config.dataDir, 'postgres');
  mkdirSync(join(config.dataDir, 'run'), { recursive: true });
  const account = postgresAccount(directory);
  mustReach(account, dirname(directory));
  const binaries = postgresBinaries(account, config.dataDir);
  await stopOrphans(directory, log);
  if (!existsSync(directory)) initialise(directory, binaries, account);
  const major = readFileSync(join(directory, 'PG_VERSION'), 'utf8').trim();
  if (major !== MAJOR)
    throw new Error(
      `${directory} was written by PostgreSQL ${major}, this is ${MAJOR}: restore a backup into it`,
    );
  const sockets = socketDirectory(config.dataDir, account);
  if (account) mustReach(account, sockets);
  const address = { host: sockets, port: 5432, user: 'weir', database: 'weir' };

  for (let attempt = 1; ; attempt++) {
    const server = run(binaries, directory, sockets, account, log);
    if (await ready(server, address)) return owned(server.child, address);
    const words = server.lastLines.join('\n');
    await end(server.child);
    if (attempt >= START_TRIES || !/shared memory|lock file|starting up/.test(words))
      throw new Error(`PostgreSQL did not start in ${directory}: ${words || 'it said nothing'}`);
    await stopOrphans(directory, log);
    await wait(500);
  }
}

type Server = { child: ChildProcess; lastLines: string[] };

function run(
  binaries: Binaries,
  directory: string,
  sockets: string,
  account: Account | undefined,
  log: Log,
): Server {
  const options = Object.entries(settings(sockets)).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
  const child = spawn(binaries.postgres, ['-D', directory, ...options], {
    ...identity(account),
    cwd: directory,
    env: EMPTY_ENVIRONMENT,
    stdio: ['ignore', 'ignore', 'pipe'],
    // Ctrl-C reaches the whole foreground group; PostgreSQL is stopped last, by us.
    detached: true,
  });
  const lastLines: string[] = [];
  child.on('error', (why) => lastLines.push(why.message));
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    for (const line of text.split('\n').filter(Boolean)) {
      if (lastLines.push(line) > LAST_LINES) lastLines.shift();
      if (/(ERROR|PANIC):/.test(line)) log.warn({ line }, 'postgres');
      else log.debug({ line }, 'postgres');
    }
  });
  return { child, lastLines };
}

const gone = (child: ChildProcess): boolean =>
  child.pid === undefined || child.exitCode !== null || child.signalCode !== null;

async function ready({ child }: Server, address: PostgresAddress): Promise<boolean> {
  const socket = join(address.host, `.s.PGSQL.${address.port}`);
  for (let left = START_WITHIN_MS; left > 0; left -= POLL_MS) {
    if (gone(child)) return false;
    if (
      existsSync(socket) &&
      ((await answers(address, address.database)) || (await answers(address, 'postgres')))
    )
      return true;
    await wait(POLL_MS);
  }
  return false;
}

async function end(child: ChildProcess): Promise<void> {
  for (const [signal, patienceMs] of [
    ['SIGINT', 5_000],
    ['SIGQUIT', 2_000],
    ['SIGKILL', 2_000],
  ] as const) {
    if (gone(child)) return;
    const ended = new Promise((resolve) => child.once('exit', resolve));
    child.kill(signal);
    await Promise.race([ended, wait(patienceMs)]);
  }
}

function owned(child: ChildProcess, connection: PostgresAddress): Postgres {
  let stopping = false;
  const watchers: ((cause: string) => void)[] = [];
  child.once('exit', (code, signal) => {
    if (!stopping) for (const run of watchers) run(signal ?? `exit ${code}`);
  });
  return {
    connection,
    pid: child.pid as number,
    stop: () => {
      stopping = true;
      return end(child);
    },
    onExit: (run) => void watchers.push(run),
  };
}
