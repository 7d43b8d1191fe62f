import { randomBytes } from 'node:crypto';
import { connect, type Socket } from 'node:net';
import type { Packet } from '@weir/media';

/** The one chunk size the demo speaks; larger than any of its frames is not needed. */
const CHUNK_BYTES = 4_096;
const VERSION = 3;
const SIGNATURE_BYTES = 1_536;
const CONNECT_WITHIN_MS = 5_000;
const MESSAGE = { chunkSize: 1, audio: 8, video: 9, command: 20 } as const;

type Value = string | number | null | { [key: string]: string | number };

/** AMF0 (Adobe AMF0 sections 2.2 to 2.7) of what a publisher says. */
function amf(values: readonly Value[]): Buffer {
  const parts: Buffer[] = [];
  const name = (text: string): void => {
    const head = Buffer.alloc(2);
    head.writeUInt16BE(Buffer.byteLength(text));
    parts.push(head, Buffer.from(text));
  };
  const put = (value: Value): void => {
    if (value === null) parts.push(Buffer.from([5]));
    else if (typeof value === 'number') {
      const bytes = Buffer.alloc(9);
      bytes.writeDoubleBE(value, 1);
      parts.push(bytes);
    } else if (typeof value === 'string') {
      parts.push(Buffer.from([2]));
      name(value);
    } else {
      parts.push(Buffer.from([3]));
      for (const [key, entry] of Object.entries(value)) {
        name(key);
        put(entry);
      }
      parts.push(Buffer.from([0, 0, 9]));
    }
  };
  values.forEach(put);
  return Buffer.concat(parts);
}

/** One message in chunks of type 0 and 3 (RTMP 1.0 section 5.3.1); times beyond 2^24 are not reached by the demo. */
function chunks(stream: number, type: number, messageStream: number, timeMs: number, body: Buffer): Buffer {
  const parts: Buffer[] = [];
  const head = Buffer.alloc(12);
  head[0] = stream;
  head.writeUIntBE(timeMs, 1, 3);
  head.writeUIntBE(body.length, 4, 3);
  head[7] = type;
  head.writeUInt32LE(messageStream, 8);
  parts.push(head);
  for (let at = 0; at < body.length || at === 0; at += CHUNK_BYTES) {
    if (at > 0) parts.push(Buffer.from([0xc0 | stream]));
    parts.push(body.subarray(at, at + CHUNK_BYTES));
  }
  return Buffer.concat(parts);
}

/** A connection that publishes; `closed` resolves when the server or the line ended it. */
export type Publication = {
  send(packet: Packet, timeMs: number): void;
  readonly closed: Promise<void>;
  close(): void;
};

/**
 * Publishes to Weir's own ingest, as an encoder does: handshake, connect, createStream, publish.
 * @throws Error where the server is not there or says no within 5 s
 */
export async function openPublication(url: string, key: string): Promise<Publication> {
  const { hostname, port, pathname } = new URL(url);
  const socket = await new Promise<Socket>((resolve, reject) => {
    const opening = connect(Number(port) || 1935, hostname, () => resolve(opening));
    opening.once('error', reject);
    opening.setTimeout(CONNECT_WITHIN_MS, () => opening.destroy(new Error('RTMP did not answer')));
  });
  socket.on('error', () => {});
  const closed = new Promise<void>((resolve) => socket.once('close', () => resolve()));
  const app = pathname.slice(1);
  let heard = Buffer.alloc(0);
  const started = new Promise<void>((resolve, reject) => {
    socket.on('data', (bytes: Buffer) => {
      if (heard.length > 64 * 1024) return;
      heard = Buffer.concat([heard, bytes]);
      if (heard.includes('NetStream.Publish.Start')) resolve();
      else if (
        /NetStream\.Publish\.(Denied|BadName)|NetConnection\.Connect\.Rejected/.test(heard.toString('latin1'))
      )
        reject(new Error('RTMP publish was refused'));
    });
    void closed.then(() => reject(new Error('RTMP connection was closed')));
  });
  const c1 = randomBytes(SIGNATURE_BYTES);
  c1.fill(0, 0, 8);
  socket.write(Buffer.concat([Buffer.from([VERSION]), c1]));
  // S0, S1 and S2 are not looked into: this side only has to echo something as C2.
  await new Promise<void>((resolve, reject) => {
    const look = (): void => {
      if (heard.length < 1 + 2 * SIGNATURE_BYTES) return;
      socket.off('data', look);
      resolve();
    };
    socket.on('data', look);
    void closed.then(() => reject(new Error('RTMP handshake was refused')));
  });
  const size = Buffer.alloc(4);
  size.writeUInt32BE(CHUNK_BYTES);
  socket.write(
    Buffer.concat([
      heard.subarray(1, 1 + SIGNATURE_BYTES),
      chunks(2, MESSAGE.chunkSize, 0, 0, size),
      chunks(
        3,
        MESSAGE.command,
        0,
        0,
        amf(['connect', 1, { app, type: 'nonprivate', tcUrl: url, flashVer: 'weir-demo' }]),
      ),
      chunks(3, MESSAGE.command, 0, 0, amf(['createStream', 2, null])),
      chunks(4, MESSAGE.command, 1, 0, amf(['publish', 3, null, key, 'live'])),
    ]),
  );
  await started;
  socket.setTimeout(0);
  return {
    closed,
    close: () => void socket.destroy(),
    send: ({ track, tag }, timeMs) => {
      const video = track === 'video';
      socket.write(chunks(video ? 6 : 4, video ? MESSAGE.video : MESSAGE.audio, 1, timeMs, tag));
    },
  };
}
