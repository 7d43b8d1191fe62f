import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Server } from 'socket.io';

/** socket.io as its performance guide sets it up: WebSocket alone, no compression; a message goes to a room. */
const server = createServer();
const io = new Server(server, {
  transports: ['websocket'],
  perMessageDeflate: false,
  httpCompression: false,
  serveClient: false,
  pingInterval: 600_000,
});
io.on('connection', (socket) => {
  void socket.join('danmaku');
  socket.on('say', (text: string) => io.to('danmaku').emit('msg', text));
});
server.listen(0, '127.0.0.1', 4096, () => process.send?.({ port: (server.address() as AddressInfo).port }));
process.on('disconnect', () => process.exit());
