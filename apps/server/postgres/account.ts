import { execFileSync, spawnSync } from 'node:child_process';
import { lstatSync } from 'node:fs';
import { dirname } from 'node:path';

/** The system user PostgreSQL runs as; undefined where that is the user Weir runs as. */
export type Account = { uid: number; gid: number; name: string };

/** Users tried in this order when Weir runs as root, which PostgreSQL refuses. */
const CANDIDATES = ['weir', 'postgres'];

function lookUp(name: string): Account | undefined {
  const found = spawnSync('id', ['-u', name], { encoding: 'utf8' });
  const group = spawnSync('id', ['-g', name], { encoding: 'utf8' });
  if (found.status !== 0 || group.status !== 0) return undefined;
  return { uid: Number(found.stdout), gid: Number(group.stdout), name };
}

/**
 * Who PostgreSQL shall run as. As an ordinary user: that user. As root: the owner of an existing data
 * directory, else the system user `weir` or `postgres`, else a new system user `weir`.
 * @throws Error with the remedy where none exists and none can be made
 */
export function postgresAccount(directory: string): Account | undefined {
  if (process.getuid?.() !== 0) return undefined;
  const owner = ownerOf(directory);
  if (owner && owner.uid !== 0) return owner;
  for (const name of CANDIDATES) {
    const account = lookUp(name);
    if (account && account.uid !== 0) return account;
  }
  try {
    execFileSync(
      'useradd',
      ['--system', '--user-group', '--no-create-home', '--shell', '/usr/sbin/nologin', 'weir'],
      {
        stdio: 'pipe',
      },
    );
  } catch (why) {
    throw new Error(
      `PostgreSQL does not run as root and no user for it could be made (${(why as Error).message.split('\n')[0]}). ` +
        'Start Weir as an ordinary user, make a system user "weir", or set WEIR_DATABASE_URL',
    );
  }
  const made = lookUp('weir');
  if (!made) throw new Error('useradd made the system user "weir", but it cannot be looked up');
  return made;
}

function ownerOf(directory: string): Account | undefined {
  try {
    const { uid, gid } = lstatSync(directory);
    return { uid, gid, name: String(uid) };
  } catch {
    return undefined;
  }
}

/** True where `account` may enter `directory` and read what lies there. */
export function reaches(account: Account | undefined, directory: string): boolean {
  if (!account) return true;
  const tried = spawnSync('/bin/sh', ['-c', 'cd -- "$0"', directory], {
    uid: account.uid,
    gid: account.gid,
    cwd: '/',
    env: {},
    stdio: 'ignore',
  });
  return tried.status === 0;
}

/**
 * @throws Error that names the first directory on the way which PostgreSQL's user cannot enter, and what to do
 */
export function mustReach(account: Account | undefined, directory: string): void {
  if (!account || reaches(account, directory)) return;
  const way: string[] = [];
  for (let at = directory; ; at = dirname(at)) {
    way.unshift(at);
    if (at === dirname(at)) break;
  }
  const closed = way.find((at) => !reaches(account, at)) ?? directory;
  throw new Error(
    `PostgreSQL does not run as root, so it runs as the user ${account.name}, who cannot enter ${closed}. ` +
      `Remedy: chmod o+x ${closed}, or WEIR_DATA_DIR=/var/lib/weir, or start Weir as an ordinary user`,
  );
}
