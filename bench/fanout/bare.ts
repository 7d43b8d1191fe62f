import { randomFillSync } from 'node:crypto';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import { createServer as createSecureServer } from 'node:tls';
import { makeCertificate } from './certificate.ts';
import { BITS_PER_SECOND, FLUSH_MS } from './load.ts';

/** The least a server can do: the same bytes, as often, to every socket that has asked for anything. */
const sockets = new Set<Socket>();
let lastWriteAt = 0;
const onSocket = (socket: Socket): void => {
  socket.once('data', () => {
    socket.write('HTTP/1.1 200 OK\r\nContent-Type: video/x-flv\r\n\r\n');
    sockets.add(socket);
  });
  socket.on('error', () => {});
  socket.on('close', () => sockets.delete(socket));
};
const server = process.argv.includes('tls')
  ? createSecureServer(makeCertificate(), onSocket)
  : createServer(onSocket);
const bytes = randomFillSync(Buffer.alloc((BITS_PER_SECOND / 8) * (FLUSH_MS / 1000)));
setInterval(() => {
  for (const socket of sockets) socket.write(bytes);
  lastWriteAt = Date.now();
}, FLUSH_MS);

process.on('message', () => {
  const viewers = sockets.size;
  for (const socket of sockets) socket.destroy();
  sockets.clear();
  process.send?.({ viewers, lastWriteAt, lastResetAt: Date.now() });
});
process.on('disconnect', () => process.exit());
server.listen({ port: 0, host: '127.0.0.1', backlog: 4096 }, () =>
  process.send?.({ port: (server.address() as AddressInfo).port, path: '/' }),
);
