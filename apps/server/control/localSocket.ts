import { createServer, type Server } from 'node:http';
import { listenPrivately } from '@weir/kit';
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
  await listenPrivately(server, path);
  return {
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
