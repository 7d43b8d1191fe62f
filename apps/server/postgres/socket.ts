import { createHash } from 'node:crypto';
import { chmodSync, chownSync, lstatSync, mkdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Account } from './account.ts';

/** Longest path of a Unix socket: sun_path is 108 bytes with its closing zero (unix(7)). */
const MAX_SOCKET_PATH_BYTES = 107;
const SOCKET_NAME = '.s.PGSQL.5432.lock';

/**
 * A directory of mode 0700 for PostgreSQL's socket: DATA/run/pg, or where that path would be too long, one
 * under the system's temporary directory named after the data directory.
 * @throws Error where somebody else owns that directory
 */
export function socketDirectory(dataDir: string, account: Account | undefined): string {
  const inside = join(dataDir, 'run', 'pg');
  const fits = Buffer.byteLength(join(inside, SOCKET_NAME)) <= MAX_SOCKET_PATH_BYTES;
  const hash = createHash('sha256').update(dataDir).digest('hex').slice(0, 16);
  const directory = fits ? inside : join(tmpdir(), `weir-pg-${hash}`);
  mkdirSync(directory, { recursive: true, mode: 0o700 });
  const found = lstatSync(directory);
  const mine = [process.getuid?.(), account?.uid].includes(found.uid);
  if (!found.isDirectory() || !mine)
    throw new Error(`${directory} belongs to somebody else; remove it or choose a shorter WEIR_DATA_DIR`);
  if (account) chownSync(directory, account.uid, account.gid);
  chmodSync(directory, 0o700);
  return directory;
}
