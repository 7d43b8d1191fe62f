import { chmodSync, rmSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { FastifyInstance } from 'fastify';

/**
 * The operator's way in: the same API on a Unix socket that only the service's own user can open. Who comes this
 * way holds the machine, and is the local operator; so `weir cut` works without an account and without PostgreSQL.
 */
export async function openLocalSocket(
  path: string,
  app: FastifyInstance,
  sockets: WeakSet<object>,
): Promise<{ close(): Promise<void> }> {
  const server: Server = createServer((request, response) => app.routing(request, response));
  server.on('connection', (socket) => sockets.add(socket));
  rmSync(path, { force: true });
  const mask = process.umask(0o177);
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(path, resolve);
  }).finally(() => process.umask(mask));
  chmodSync(path, 0o600);
  return {
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
