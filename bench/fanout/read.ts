import { connect, type Socket } from 'node:net';
import { constants, setPriority } from 'node:os';
import { connect as connectSecure } from 'node:tls';
import type { Read } from './load.ts';

/** The reading process: `count` viewers that drain what comes, and `slow` ones that take 20 kB a second. */
const SLOW_BYTES_PER_SECOND = 20_000;
const SLOW_STEP_MS = 100;
/** Connections begun at once: a listening queue is finite. */
const STRIDE = 50;

// The viewers stand for machines elsewhere: on one machine they must not take the core from whom they measure.
setPriority(constants.priority.PRIORITY_LOW);
// A thousand resets are a thousand errors: their stack traces would be most of the time measured.
Error.stackTraceLimit = 0;

const [portText = '', path = '/', countText = '0', slowText = '0', ...flags] = process.argv.slice(2);
const port = Number(portText);
const tls = flags.includes('tls');
const request = `GET ${path} HTTP/1.1\r\nHost: bench\r\n\r\n`;
const shared = Buffer.allocUnsafe(262_144);

const figures: Read = { open: 0, bytes: 0, lastByteAt: 0, lastCloseAt: 0, slowBytes: [], slowOpen: 0 };
const slow: Socket[] = [];

const seen = (size: number): void => {
  figures.bytes += size;
  figures.lastByteAt = Date.now();
};

/** Resolves with the first byte, or with the connection's acceptance where nothing will be sent. */
function dial(first: (socket: Socket) => void): void {
  let begun = false;
  const begin = (): void => {
    if (!begun) first(socket);
    begun = true;
  };
  const onBytes = (size: number): void => {
    seen(size);
    begin();
  };
  const socket: Socket = tls
    ? connectSecure({ port, host: '127.0.0.1', rejectUnauthorized: false })
    : connect({
        port,
        host: '127.0.0.1',
        onread: {
          buffer: shared,
          callback: (size) => {
            onBytes(size);
            return true;
          },
        },
      });
  if (tls) socket.on('data', (bytes: Buffer) => onBytes(bytes.length));
  socket.once(tls ? 'secureConnect' : 'connect', () => socket.write(request));
  figures.open++;
  let gone = false;
  const end = (): void => {
    if (gone) return;
    gone = true;
    figures.open--;
    figures.lastCloseAt = Date.now();
  };
  socket.on('error', end).on('end', end).on('close', end);
}

/** Reads a little each step, so that the kernel's buffers and then the server's fill up. */
function dialSlow(): void {
  const socket = connect({ port, host: '127.0.0.1' });
  socket.once('connect', () => socket.write(request));
  socket.pause();
  const timer = setInterval(() => {
    const want = (SLOW_BYTES_PER_SECOND * SLOW_STEP_MS) / 1000;
    socket.read(Math.min(want, Math.max(1, socket.readableLength)));
  }, SLOW_STEP_MS);
  figures.slowOpen++;
  slow.push(socket);
  socket.on('readable', () => {});
  socket.on('error', () => {});
  socket.on('close', () => {
    clearInterval(timer);
    figures.slowOpen--;
  });
}

process.on('message', () => {
  process.send?.({ ...figures, slowBytes: slow.map((socket) => socket.bytesRead) } satisfies Read);
});
process.on('disconnect', () => process.exit());

for (let i = 0; i < Number(slowText); i++) dialSlow();
for (let done = 0; done < Number(countText); done += STRIDE) {
  const batch = Math.min(STRIDE, Number(countText) - done);
  await Promise.all(Array.from({ length: batch }, () => new Promise<Socket>((first) => dial(first))));
}
process.send?.({ open: figures.open });
