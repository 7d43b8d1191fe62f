import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { realClock, silentLog } from '@weir/kit';
import { WebSocket } from 'ws';
import type { ServerEvent } from '../event.ts';
import { DEFAULT_LIMITS, type RoomLimits } from '../limits.ts';
import type { GateMode, RoomSettings } from '../record.ts';
import { Rooms } from '../rooms.ts';
import type { Screen } from '../screen.ts';
import { Disk } from './disk.ts';

export const ROOM = 'room-1';

/** Settings with the message gate in `mode`. */
export function settings(mode: GateMode, delayMs = 0, slowMs = 0): RoomSettings {
  const open = { mode: 'open', delayMs: 0, rule: 'default' } as const;
  return { gate: { media: open, messages: { mode, delayMs, rule: 'test' } }, slowMs };
}

/** No bound on pace: for tests about something else. */
export const UNPACED: RoomLimits = { ...DEFAULT_LIMITS, messagesPerPerson: 0, messagesPerSecond: 0 };

/** A real WebSocket client that keeps what it was told. */
export class Guest {
  readonly ws: WebSocket;
  readonly events: ServerEvent[] = [];
  readonly closed: Promise<{ code: number; at: number }>;
  #ref = 0;

  constructor(url: string) {
    this.ws = new WebSocket(url, 'weir.room.1');
    this.ws.on('message', (data) => this.events.push(...(JSON.parse(String(data)) as ServerEvent[])));
    this.ws.on('error', () => {});
    this.closed = new Promise((resolve) =>
      this.ws.on('close', (code) => resolve({ code, at: performance.now() })),
    );
  }

  /** Sends a text and resolves with the one answer to it. */
  async say(text: string): Promise<Extract<ServerEvent, { t: 'ack' | 'refused' }>> {
    const ref = ++this.#ref;
    this.tell({ t: 'send', ref, text });
    return this.until((event) => (event.t === 'ack' || event.t === 'refused') && event.ref === ref) as never;
  }

  tell(event: object): void {
    this.ws.send(JSON.stringify([event]));
  }

  /** The first event, come or coming, that fits. */
  async until(fits: (event: ServerEvent) => boolean): Promise<ServerEvent> {
    for (;;) {
      const found = this.events.find(fits);
      if (found) return found;
      await new Promise((resolve) => this.ws.once('message', resolve));
    }
  }

  /** Resolves when so many messages have come; their offsets. */
  async messages(count: number): Promise<number[]> {
    const offsets = (): number[] => this.events.flatMap((event) => (event.t === 'msg' ? [event.offset] : []));
    while (offsets().length < count) await new Promise((resolve) => this.ws.once('message', resolve));
    return offsets();
  }
}

/** An HTTP server with rooms behind it; `?u=NAME` signs in, without it one only reads; `?s=` is the session. */
export async function openHouse(
  options: { disk?: Disk; limits?: RoomLimits; screen?: Screen; mode?: GateMode } = {},
) {
  const disk = options.disk ?? new Disk();
  const { screen } = options;
  const make = (): Rooms =>
    new Rooms({
      host: disk,
      clock: realClock,
      log: silentLog,
      limits: options.limits ?? UNPACED,
      ...(screen ? { screen } : {}),
    });
  const server = createServer();
  const house = { rooms: make(), disk };
  server.on('upgrade', (req, socket, head) => {
    const query = new URL(req.url ?? '/', 'http://x').searchParams;
    const name = query.get('u');
    house.rooms.join(req, socket, head, {
      room: query.get('room') ?? ROOM,
      session: query.get('s') ?? 'session',
      address: '127.0.0.1',
      ...(name ? { user: { id: `user-${name}`, nickname: name } } : {}),
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  house.rooms.set(ROOM, settings(options.mode ?? 'open'));
  const guests: Guest[] = [];
  return Object.assign(house, {
    port,
    /** A guest who has been greeted; `name` signs in. */
    async guest(name = '', query = ''): Promise<Guest> {
      const guest = new Guest(`ws://127.0.0.1:${port}/?u=${name}${query}`);
      guests.push(guest);
      await guest.until((event) => event.t === 'hello');
      return guest;
    },
    /** As after kill -9: the old rooms are gone without a word, new ones start on the same disk. */
    crash(mode: GateMode = 'open', delayMs = 0): void {
      for (const guest of guests.splice(0)) guest.ws.terminate();
      void house.rooms.close();
      house.rooms = make();
      house.rooms.set(ROOM, settings(mode, delayMs));
    },
    async close(): Promise<void> {
      for (const guest of guests) guest.ws.terminate();
      await house.rooms.close();
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  });
}

export type House = Awaited<ReturnType<typeof openHouse>>;
