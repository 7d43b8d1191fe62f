import { connect } from 'node:net';
import { encodeChunks, plainHandshake, publishCommands } from '@weir/media/ingest/testing/encoder.ts';

/** What an encoder heard when it asked to publish, and how long the connection lasted after that, ms. */
export type Answer = { heard: string; ms: number };

/** Asks to publish with `key` over a bare socket, sends no media, and hears the server out. */
export function askToPublish(url: string, key: string, localAddress = '127.0.0.1'): Promise<Answer> {
  const { hostname, port } = new URL(url);
  return new Promise((resolve, reject) => {
    const socket = connect({ host: hostname, port: Number(port || 1935), localAddress });
    let heard = '';
    let askedAt = 0;
    socket.on('connect', () => {
      socket.write(
        Buffer.concat([plainHandshake(), encodeChunks(publishCommands('live', key), { chunkBytes: 4096 })]),
      );
      askedAt = performance.now();
    });
    socket.on('data', (bytes) => (heard += bytes.toString('latin1')));
    socket.on('error', (why: NodeJS.ErrnoException) => {
      if (why.code !== 'ECONNRESET' && why.code !== 'EPIPE') reject(why);
    });
    socket.on('close', () => resolve({ heard, ms: performance.now() - askedAt }));
  });
}
