import type { IncomingMessage } from 'node:http';
import { type Duplex, duplexPair } from 'node:stream';
import { SimulatedClock, silentLog } from '@weir/kit';
import type { ServerEvent } from '../event.ts';
import type { RoomHost } from '../host.ts';
import { Rooms } from '../rooms.ts';
import { PASSED, type Screen } from '../screen.ts';
import { Disk } from './disk.ts';
import { ROOM, settings, UNPACED } from './house.ts';

/** Lets streams and promises run until nothing moves any more at this instant of the clock. */
export async function settle(): Promise<void> {
  for (let i = 0; i < 6; i++) await new Promise((resolve) => setImmediate(resolve));
}

/** One connection over a pair of streams in memory: the real handshake and frames, on a simulated clock. */
export class Line {
  readonly events: ServerEvent[] = [];
  readonly name: string;
  open = true;
  sends = 0;
  resumes = 0;
  #bytes: Buffer = Buffer.alloc(0);
  #upgraded = false;
  readonly #socket: Duplex;

  constructor(rooms: Rooms, name: string, room = ROOM) {
    this.name = name;
    const [client, server] = duplexPair();
    this.#socket = client;
    const headers = {
      upgrade: 'websocket',
      connection: 'Upgrade',
      'sec-websocket-key': 'dGhlIHNhbXBsZSBub25jZQ==',
      'sec-websocket-version': '13',
      'sec-websocket-protocol': 'weir.room.1',
    };
    client.on('data', (chunk: Buffer) => this.#read(chunk));
    client.on('close', () => (this.open = false));
    client.on('end', () => (this.open = false));
    client.on('error', () => {});
    const req = { method: 'GET', headers, socket: server, url: '/' } as unknown as IncomingMessage;
    const who = { room, session: 's', address: '::1', user: { id: `u-${name}`, nickname: name } };
    rooms.join(req, server, Buffer.alloc(0), who);
  }

  /** Offsets of messages in the order they came. */
  get offsets(): number[] {
    return this.events.flatMap((event) => (event.t === 'msg' ? [event.offset] : []));
  }

  say(text: string): void {
    this.tell({ t: 'send', ref: ++this.sends, text });
  }

  resume(offset: number): void {
    this.resumes++;
    this.tell({ t: 'resume', offset });
  }

  tell(event: object): void {
    const text = Buffer.from(JSON.stringify([event]));
    const head =
      text.length < 126
        ? Buffer.from([0x81, 0x80 | text.length])
        : Buffer.from([0x81, 0xfe, text.length >> 8, text.length & 255]);
    // Masked with zeros (RFC 6455 section 5.3): the text as it is.
    if (this.open) this.#socket.write(Buffer.concat([head, Buffer.alloc(4), text]));
  }

  /** From now on what is sent to it waits on the way. */
  stopReading(): void {
    this.#socket.pause();
  }

  hangUp(): void {
    this.open = false;
    this.#socket.destroy();
  }

  #read(chunk: Buffer): void {
    this.#bytes = Buffer.concat([this.#bytes, chunk]);
    if (!this.#upgraded) {
      const end = this.#bytes.indexOf('\r\n\r\n');
      if (end < 0) return;
      this.#upgraded = true;
      this.#bytes = this.#bytes.subarray(end + 4);
    }
    while (this.#bytes.length >= 2) {
      const short = (this.#bytes[1] as number) & 127;
      const at = short === 126 ? 4 : short === 127 ? 10 : 2;
      if (this.#bytes.length < at) return;
      const length =
        short === 126 ? this.#bytes.readUInt16BE(2) : short === 127 ? this.#bytes.readUInt32BE(6) : short;
      if (this.#bytes.length < at + length) return;
      const payload = this.#bytes.subarray(at, at + length);
      const opcode = (this.#bytes[0] as number) & 15;
      this.#bytes = this.#bytes.subarray(at + length);
      if (opcode === 1) this.events.push(...(JSON.parse(payload.toString()) as ServerEvent[]));
      if (opcode === 9) this.#socket.write(Buffer.from([0x8a, 0x80, 0, 0, 0, 0]));
      if (opcode === 8) this.open = false;
    }
  }
}

/** A room on a simulated clock and a disk that survives crashes of the process. */
export class Town {
  readonly clock = new SimulatedClock();
  readonly disk = new Disk();
  rooms: Rooms;
  /** How long the disk takes, ms. */
  commitMs = 0;
  #boot = 0;

  constructor(mode: Parameters<typeof settings>[0] = 'open', delayMs = 0) {
    this.disk.wait = () =>
      this.commitMs === 0
        ? Promise.resolve()
        : new Promise<void>((done) => this.clock.after(this.commitMs, done));
    this.rooms = this.#start();
    this.rooms.set(ROOM, settings(mode, delayMs));
  }

  /** As after kill -9: connections are gone, what was sent to the disk still arrives, nobody hears of it. */
  crash(mode: Parameters<typeof settings>[0], delayMs = 0): void {
    this.rooms = this.#start();
    this.rooms.set(ROOM, settings(mode, delayMs));
  }

  /** Moves time in steps, letting things happen between. */
  async pass(ms: number, stepMs = 25): Promise<void> {
    await settle();
    for (let left = ms; left > 0; left -= stepMs) {
      this.clock.advance(Math.min(left, stepMs));
      await settle();
    }
  }

  #start(): Rooms {
    const boot = ++this.#boot;
    const never = new Promise<never>(() => {});
    const mine = <T>(run: () => Promise<T>): Promise<T> =>
      this.#boot !== boot ? never : run().then((value) => (this.#boot === boot ? value : never));
    const host: RoomHost = {
      commit: (records) => mine(() => this.disk.commit(records)),
      history: (...args) => mine(() => this.disk.history(...args)),
      outputMs: () => this.disk.outputMs(),
      holds: () => this.#boot === boot,
    };
    const screen: Screen = ({ text }) => {
      const verdict = text.includes('refused') ? 'refuse' : text.includes('doubtful') ? 'hold' : 'pass';
      if (verdict === 'pass') return PASSED;
      const hits = [{ term: text, category: 'test', start: 0, end: text.length, stages: [] }];
      return {
        verdict,
        category: 'test',
        hits,
        trace: [{ step: 'test', rule: 'word', verdict, lexicon: 1 }],
      };
    };
    return new Rooms({ host, clock: this.clock, log: silentLog, limits: UNPACED, screen });
  }
}
