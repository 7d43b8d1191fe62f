import { createHash } from 'node:crypto';
import { chmodSync, mkdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Longest path of a Unix socket on Linux (sun_path less its closing NUL). */
const MAX_SOCKET_PATH = 107;
const FOLDERS: [name: string, mode: number][] = [
  ['run', 0o711],
  ['control', 0o700],
  ['ledger', 0o700],
  ['media', 0o700],
  ['edge', 0o700],
];

/**
 * Makes the data directory's folders, the owner's alone. `run` may be passed through, not listed: PostgreSQL's own
 * user, whom root lends the database, has its socket in there; ours are 0600.
 */
export function makeFolders(dataDir: string): void {
  mkdirSync(dataDir, { recursive: true });
  for (const [name, mode] of FOLDERS) {
    const path = join(dataDir, name);
    mkdirSync(path, { recursive: true, mode });
    chmodSync(path, mode);
  }
}

/** Where a socket of this data directory lies: in `run/`, or in a 0700 directory elsewhere if the path were too long. */
export function socketPath(dataDir: string, name: string): string {
  const path = join(dataDir, 'run', name);
  if (Buffer.byteLength(path) <= MAX_SOCKET_PATH) return path;
  const digest = createHash('sha256').update(dataDir).digest('hex').slice(0, 16);
  const short = join(tmpdir(), `weir-${process.getuid?.() ?? 0}-${digest}`);
  mkdirSync(short, { recursive: true, mode: 0o700 });
  chmodSync(short, 0o700);
  return join(short, name);
}
