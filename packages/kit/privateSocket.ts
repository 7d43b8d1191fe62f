import { chmodSync, rmSync } from 'node:fs';
import type { Server } from 'node:net';

/**
 * Lets a server listen on a Unix socket that only this process's user can open, from its first moment on (mode 0600,
 * unix(7): connecting needs the right to write). A socket file that an ended process left behind is replaced. Resolves
 * when the server listens. @throws what listening ends with, e.g. a path longer than 107 bytes
 */
export async function listenPrivately(server: Server, path: string): Promise<void> {
  rmSync(path, { force: true });
  const mask = process.umask(0o177);
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(path, resolve);
  }).finally(() => process.umask(mask));
  chmodSync(path, 0o600);
}
