import { request } from 'node:http';
import { connect, type Socket } from 'node:net';
import { type Ask, type Protocol, SENT_AT, type Seen, SPEAKERS, talk } from './load.ts';

/**
 * The reading process: raw sockets that count what comes, one in fifty read whole. It speaks only as much of each
 * protocol as it takes to subscribe and to send.
 */
const [protocol = 'weir', portText = '', countText = '0'] = process.argv.slice(2) as [
  Protocol,
  string,
  string,
];
const port = Number(portText);
const count = Number(countText);
const SAMPLE = 50;
/** Connections begun at once: a listening queue is finite. */
const STRIDE = 100;
/** Longest sign of a sending time that may be cut in two by the end of a read. */
const TAIL = 15;

const seen: Seen = { open: 0, sent: 0, messages: 0, sampled: Math.ceil(count / SAMPLE), delaysMs: [] };
const sockets: Socket[] = [];

/** A client's frame (RFC 6455 section 5.2), masked with zeros. */
function frame(text: string, opcode = 1): Buffer {
  const body = Buffer.from(text);
  const head =
    body.length < 126
      ? Buffer.from([0x80 | opcode, 0x80 | body.length])
      : Buffer.from([0x80 | opcode, 0xfe, body.length >> 8, body.length & 255]);
  return Buffer.concat([head, Buffer.alloc(4), body]);
}

const path = (i: number): string => {
  if (protocol === 'weir') return i < SPEAKERS ? `/?u=${i}` : '/';
  if (protocol === 'nchan') return '/sub';
  return protocol === 'nats' ? '/' : '/socket.io/?EIO=4&transport=websocket';
};

const upgrade = (i: number): string =>
  `GET ${path(i)} HTTP/1.1\r\nHost: 127.0.0.1\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\n` +
  `Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n${protocol === 'weir' ? 'Sec-WebSocket-Protocol: weir.room.1\r\n' : ''}\r\n`;

function greet(socket: Socket): void {
  if (protocol === 'nats')
    socket.write(frame('CONNECT {"verbose":false,"protocol":1}\r\nSUB danmaku 1\r\n', 2));
  if (protocol === 'socket.io') socket.write(frame('40'));
}

function sample(socket: Socket): void {
  let tail = '';
  socket.on('data', (bytes: Buffer) => {
    const now = Date.now();
    const text = tail + bytes.toString('latin1');
    let end = 0;
    for (const found of text.matchAll(SENT_AT)) {
      seen.messages++;
      seen.delaysMs.push(now - Number(found[1]));
      end = found.index + found[0].length;
    }
    tail = text.slice(Math.max(end, text.length - TAIL));
  });
}

const shared = Buffer.allocUnsafe(65_536);

function dial(i: number): Promise<void> {
  return new Promise((begun) => {
    let first = true;
    const began = (): void => {
      if (!first) return;
      first = false;
      greet(socket);
      begun();
    };
    const callback = (): boolean => {
      began();
      return true;
    };
    const onread = { buffer: shared, callback };
    const socket = connect({ port, host: '127.0.0.1', ...(i % SAMPLE === 0 ? {} : { onread }) });
    socket.setNoDelay();
    socket.once('connect', () => {
      seen.open++;
      socket.write(upgrade(i));
    });
    if (i % SAMPLE === 0) {
      socket.once('data', began);
      sample(socket);
    }
    socket.on('error', () => {});
    socket.on('close', () => {
      seen.open--;
      began();
    });
    sockets[i] = socket;
  });
}

function send(): void {
  const text = talk(Date.now());
  const i = seen.sent++ % Math.min(SPEAKERS, count);
  const socket = sockets[i] as Socket;
  if (protocol === 'weir') socket.write(frame(JSON.stringify([{ t: 'send', ref: seen.sent, text }])));
  else if (protocol === 'nats')
    socket.write(frame(`PUB danmaku ${Buffer.byteLength(text)}\r\n${text}\r\n`, 2));
  else if (protocol === 'socket.io') socket.write(frame(`42${JSON.stringify(['say', text])}`));
  else
    request({ port, path: '/pub', method: 'POST' }, (res) => res.resume())
      .on('error', () => {})
      .end(text);
}

process.on('message', (ask: Ask) => {
  if (ask.op === 'start') setInterval(send, 1000 / ask.perSecond);
  process.send?.(seen);
  seen.messages = 0;
  seen.delaysMs = [];
});
process.on('disconnect', () => process.exit());

for (let done = 0; done < count; done += STRIDE)
  await Promise.all(Array.from({ length: Math.min(STRIDE, count - done) }, (_, i) => dial(done + i)));
process.send?.(seen);
