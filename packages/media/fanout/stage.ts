import { connect, createServer, type Server, type Socket } from 'node:net';
import type { AudioPacket, VideoPacket } from '../packet.ts';

/** Stage for the tests of fan-out: packets, viewers on real sockets, and a reader of what they got. */

/** A picture whose body carries `mark`, so that a test finds it again. */
export function video(role: VideoPacket['role'], mark = 0, sizeBytes = 12): VideoPacket {
  const tag = Buffer.alloc(Math.max(12, sizeBytes));
  tag[0] = role === 'frame' ? 0x27 : 0x17;
  tag[1] = role === 'config' ? 0 : 1;
  tag.writeUInt32BE(mark, 5);
  return { track: 'video', codec: 'h264', role, dts: 0, cts: 0, tag, payload: tag.subarray(5) };
}

export function audio(role: AudioPacket['role'], mark = 0): AudioPacket {
  const tag = Buffer.alloc(8);
  tag[0] = 0xaf;
  tag[1] = role === 'config' ? 0 : 1;
  tag.writeUInt32BE(mark, 2);
  return { track: 'audio', codec: 'aac', role, dts: 0, cts: 0, tag, payload: tag.subarray(2) };
}

/** A tag as it came out at a viewer. */
export type SeenTag = { type: number; at: number; body: Buffer };

/** Splits FLV bytes strictly; a last tag that is not whole yet is left out. @throws Error where it is no FLV */
export function readTags(flv: Buffer): { flags: number; tags: SeenTag[] } {
  if (flv.toString('latin1', 0, 3) !== 'FLV' || flv[3] !== 1) throw new Error('no FLV header');
  if (flv.readUInt32BE(5) !== 9 || flv.readUInt32BE(9) !== 0) throw new Error('odd FLV header');
  const tags: SeenTag[] = [];
  let offset = 13;
  while (offset + 11 <= flv.length) {
    const size = flv.readUIntBE(offset + 1, 3);
    const end = offset + 11 + size;
    if (end + 4 > flv.length) break;
    const type = flv[offset] as number;
    if (![8, 9, 18].includes(type)) throw new Error(`odd tag type ${type} at ${offset}`);
    if (flv.readUIntBE(offset + 8, 3) !== 0) throw new Error('odd stream id');
    if (flv.readUInt32BE(end) !== 11 + size) throw new Error(`odd back pointer at ${end}`);
    const at = flv.readUIntBE(offset + 4, 3) + (flv[offset + 7] as number) * 2 ** 24;
    tags.push({ type, at, body: flv.subarray(offset + 11, end) });
    offset = end + 4;
  }
  return { flags: flv[4] as number, tags };
}

/** The bytes after an HTTP head. */
export function bodyOf(answer: Buffer): Buffer {
  const end = answer.indexOf('\r\n\r\n');
  return end < 0 ? Buffer.alloc(0) : answer.subarray(end + 4);
}

/** The payloads of whole server frames, and what each frame's opcode was. */
export function readFrames(bytes: Buffer): { opcode: number; payload: Buffer }[] {
  const frames: { opcode: number; payload: Buffer }[] = [];
  let offset = 0;
  while (offset + 2 <= bytes.length) {
    const short = bytes[offset + 1] as number;
    const head = short < 126 ? 2 : short === 126 ? 4 : 10;
    if (offset + head > bytes.length) break;
    const size =
      short < 126
        ? short
        : short === 126
          ? bytes.readUInt16BE(offset + 2)
          : Number(bytes.readBigUInt64BE(offset + 2));
    if (offset + head + size > bytes.length) break;
    const start = offset + head;
    frames.push({ opcode: (bytes[offset] as number) & 15, payload: bytes.subarray(start, start + size) });
    offset = start + size;
  }
  return frames;
}

/** The far end of a connection: what it got, and how it ended. */
export class Reader {
  readonly socket: Socket;
  readonly #chunks: Buffer[] = [];
  /** `open`, then `end` for an orderly end, or the error's code. */
  fate = 'open';
  /** Wall time of the last byte. */
  lastAt = 0;

  constructor(socket: Socket) {
    this.socket = socket;
    socket.on('data', (bytes: Buffer) => {
      this.#chunks.push(bytes);
      this.lastAt = Date.now();
    });
    socket.on('end', () => {
      this.fate = this.fate === 'open' ? 'end' : this.fate;
    });
    socket.on('error', (why: NodeJS.ErrnoException) => {
      this.fate = why.code ?? why.message;
    });
  }

  get bytes(): Buffer {
    return Buffer.concat(this.#chunks);
  }

  /** Waits until `done` holds of this reader. @throws Error after 5 s */
  async until(done: (reader: this) => boolean): Promise<void> {
    for (let i = 0; i < 1000; i++) {
      if (done(this)) return;
      await new Promise((next) => setTimeout(next, 5));
    }
    throw new Error(`waited in vain; ${this.bytes.length} bytes, ${this.fate}`);
  }
}

/** Pairs of connected sockets on loopback. */
export class Pairs {
  readonly #server: Server;
  readonly #port: number;
  readonly #waiting: ((socket: Socket) => void)[] = [];
  readonly #open: Socket[] = [];

  private constructor(server: Server, port: number) {
    this.#server = server;
    this.#port = port;
    server.on('connection', (socket) => this.#waiting.shift()?.(socket));
  }

  static async open(): Promise<Pairs> {
    const server = createServer({ allowHalfOpen: true });
    await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
    return new Pairs(server, (server.address() as { port: number }).port);
  }

  /** `near` is the server's end; `far` reads unless `paused`. */
  async pair(paused = false): Promise<{ near: Socket; far: Reader }> {
    const accepted = new Promise<Socket>((done) => this.#waiting.push(done));
    const socket = connect(this.#port, '127.0.0.1');
    const far = new Reader(socket);
    if (paused) socket.pause();
    const near = await accepted;
    this.#open.push(near, socket);
    return { near, far };
  }

  async close(): Promise<void> {
    for (const socket of this.#open) socket.destroy();
    await new Promise((done) => this.#server.close(done));
  }
}
