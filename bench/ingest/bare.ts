import { mkdirSync, openSync, writev } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import { join } from 'node:path';

/**
 * The least a server in Node can do: every byte that an encoder sends, into a file, as often as Weir's recorder writes.
 * No protocol, no hash. Usage: bare.ts DIR
 */
const [dir = ''] = process.argv.slice(2);
const FLUSH_MS = 500;

mkdirSync(dir, { recursive: true });
const files = new Map<number, Buffer[]>();
const server = createServer((socket) => {
  const file = openSync(join(dir, String(files.size)), 'a');
  files.set(file, []);
  socket.once('data', () => socket.write('NetStream.Publish.Start'));
  socket.on('data', (bytes: Buffer) => void files.get(file)?.push(bytes));
  socket.on('error', () => {});
});
setInterval(() => {
  for (const [file, gathered] of files) if (gathered.length > 0) writev(file, gathered.splice(0), () => {});
}, FLUSH_MS);

process.on('disconnect', () => process.exit());
server.listen(0, '127.0.0.1', () => process.send?.({ port: (server.address() as AddressInfo).port }));
