import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import type { Clock, Log, Timer } from '@weir/kit';
import { type WebSocket, WebSocketServer } from 'ws';
import { type Allowance, encodeEvent, readFrame, type ServerEvent } from './event.ts';
import { batchFrame, pongFrame } from './frame.ts';
import type { RoomHost } from './host.ts';
import { MAX_FRAME_BYTES, type RoomLimits } from './limits.ts';
import { Member, RoomSocket, type Visitor } from './member.ts';
import type { GateMode, RoomSettings } from './record.ts';
import { Turnstile } from './replay.ts';
import { Room } from './room.ts';
import { ALONE_CODE, passAll, type Screen } from './screen.ts';
import type { Standing } from './standing.ts';
import type { Figures, Wiring } from './wiring.ts';

/** The one subprotocol: DOORS.md "Room socket". */
const PROTOCOL = 'weir.room.1';
/** Time the other side has to answer a close. */
const CLOSE_MS = 900;
/** Fragments and reads that one frame may come in; more is no client of good will. */
const MAX_FRAGMENTS = 64;
const MAX_CHUNKS = MAX_FRAME_BYTES + 256;
/** How often pings and empty rooms are looked at. */
const SWEEP_MS = 1_000;
/** Time an empty room stays in memory. */
const EMPTY_MS = 60_000;

/** What a cut-off did here: sockets told, when the gate was closed, and the last close (wall time, ms). */
export type RoomCut = { sockets: number; gateClosedAt: number; closed: Promise<number | null> };

type Options = {
  host: RoomHost;
  clock: Clock;
  log: Log;
  limits: RoomLimits;
  screen?: Screen;
  /** How much a person may still say in all rooms. */
  rates?: (user: string) => Allowance | undefined;
};

/** All rooms of one edge. */
export class Rooms {
  readonly #wiring: Wiring;
  readonly #rooms = new Map<string, Room>();
  readonly #standings = new Map<string, Standing>();
  readonly #emptySince = new Map<string, number>();
  readonly #handshake: WebSocketServer;
  readonly #sweep: Timer;
  #sockets = 0;

  constructor({ screen = passAll, ...options }: Options) {
    const figures = { shown: 0, held: 0, refused: 0, dropped: 0 };
    this.#wiring = { ...options, screen, turnstile: new Turnstile(), figures };
    const ws = {
      noServer: true,
      clientTracking: false,
      WebSocket: RoomSocket,
      maxPayload: MAX_FRAME_BYTES,
      maxFragments: MAX_FRAGMENTS,
      maxBufferedChunks: MAX_CHUNKS,
      perMessageDeflate: false,
      // Answered here, so that pongs cannot pile up for one who does not read.
      autoPong: false,
      closeTimeout: CLOSE_MS,
      handleProtocols: (offered: Set<string>) => (offered.has(PROTOCOL) ? PROTOCOL : false),
    };
    this.#handshake = new WebSocketServer(ws);
    this.#sweep = options.clock.every(SWEEP_MS, () => this.#look());
  }

  /**
   * Takes over an HTTP upgrade whose token the door has verified. Answers 400 where the client offers other
   * subprotocols only, 503 where the room or the edge is full.
   */
  join(req: IncomingMessage, socket: Duplex, head: Buffer, who: Visitor): void {
    const offered = req.headers['sec-websocket-protocol'];
    if (offered !== undefined && !offered.split(',').some((one) => one.trim() === PROTOCOL))
      turnAway(socket, '400 Bad Request', 'bad_request', `The subprotocol is ${PROTOCOL}`);
    else if (this.#full(who.room))
      turnAway(socket, '503 Service Unavailable', 'busy', 'The room is full; try again');
    else
      this.#handshake.handleUpgrade(req, socket, head, (ws) => this.#arrive(ws as RoomSocket, socket, who));
  }

  #full(room: string): boolean {
    const { sockets, socketsPerRoom } = this.#wiring.limits;
    if (sockets > 0 && this.#sockets >= sockets) return true;
    return socketsPerRoom > 0 && this.online(room) >= socketsPerRoom;
  }

  /** Settings of a room, new or changed; pushed to all as `gate` where they differ. */
  set(room: string, settings: RoomSettings): void {
    this.#change(room, (standing) => {
      standing.settings = settings;
    });
    // Messages that a crash left in a delay gate are due whether anybody is here or not.
    if (settings.gate.messages.mode === 'delay' && !this.#standing(room).cut) this.#room(room);
  }

  /** The lease is lost: nothing passes, sockets stay. */
  suspend(room: string): void {
    this.#change(room, (standing) => {
      standing.suspended = true;
    });
  }

  resume(room: string): void {
    this.#change(room, (standing) => {
      standing.suspended = false;
    });
  }

  /** Lets a held message pass. @throws Problem `not_held`, `broadcast_cut`, `conflict`, `not_ready` */
  release(room: string, id: string): Promise<void> {
    return this.#room(room).release(id);
  }

  /** Refuses a held message. @throws Problem `not_held`, `not_ready` */
  refuse(room: string, id: string, reason: string): Promise<void> {
    return this.#room(room).refuse(id, reason);
  }

  /** Lets go of what memory has of a room's messages: they have reached their term. @throws Problem of the disk */
  async clear(room: string): Promise<void> {
    await this.#rooms.get(room)?.clear();
  }

  /** Takes back a message already shown. @throws Problem `not_found`, `not_ready` */
  recall(room: string, id: string, by: string, reason: string): Promise<void> {
    return this.#room(room).recall(id, by, reason);
  }

  /** Tells one person that these messages of theirs were shown to nobody else, and why. */
  tellAlone(room: string, user: string, ids: readonly string[], since: number): void {
    this.tell(room, user, {
      t: 'notice',
      code: 'flood_machine',
      ids: [...ids],
      since: new Date(since).toISOString(),
    });
    for (const id of ids)
      this.tell(room, user, {
        t: 'refused',
        id,
        code: 'content',
        category: ALONE_CODE,
        reason: ALONE_CODE,
        detail: 'Shown to nobody but you: the service took the account for a flood machine',
      });
  }

  /** Tells one person in a room something about them alone; nobody there is no error. */
  tell(room: string, user: string, event: ServerEvent): void {
    this.#rooms.get(room)?.tell(user, event);
  }

  /**
   * Closes the gate for good; when this returns nothing passes any more. Sockets get `cut`, then 4410 within 1 s. Holds
   * for rooms that nobody is in too; again is no error and closes nobody.
   */
  cut(room: string, { reason, clause }: { reason: string; clause?: string }): RoomCut {
    const standing = this.#standing(room);
    standing.cut ??= { reason, clause: clause ?? null };
    const gateClosedAt = this.#wiring.clock.now();
    const { sockets, closed } = this.#rooms.get(room)?.cut() ?? { sockets: 0, closed: Promise.resolve(null) };
    return { sockets, gateClosedAt, closed };
  }

  /** Lifts a cut-off: the room goes on where it stood. */
  restore(room: string, settings: RoomSettings): void {
    this.#change(room, (standing) => {
      standing.cut = undefined;
      standing.settings = settings;
    });
  }

  /** Ends the running connections of one play token with 4403; how many. */
  revoke(room: string, session: string): number {
    return this.#rooms.get(room)?.revoke(session) ?? 0;
  }

  /** Sockets in a room. */
  online(room: string): number {
    return this.#rooms.get(room)?.online ?? 0;
  }

  /** Sockets and rooms now; messages shown, held and refused, sockets dropped as too slow, since the start. */
  figures(): Figures & { sockets: number; rooms: number } {
    return { ...this.#wiring.figures, sockets: this.#sockets, rooms: this.#rooms.size };
  }

  /** Lets go of a room that will not be served here again; a cut-off stays. */
  forget(room: string): void {
    if (this.#standings.get(room)?.cut) return;
    this.#standings.delete(room);
    void this.#rooms.get(room)?.close();
    this.#rooms.delete(room);
  }

  async close(): Promise<void> {
    this.#sweep.cancel();
    await Promise.all([...this.#rooms.values()].map((room) => room.close()));
    this.#rooms.clear();
    this.#handshake.close();
  }

  #arrive(ws: RoomSocket, socket: Duplex, who: Visitor): void {
    const { cut } = this.#standing(who.room);
    if (cut) {
      const hello = encodeEvent({ t: 'hello', offset: this.#rooms.get(who.room)?.offset ?? 0, online: 0 });
      ws.on('error', ignore);
      socket.write(batchFrame([hello]));
      socket.write(batchFrame([encodeEvent({ t: 'cut', ...cut })]));
      ws.close(4410, 'cut');
      return;
    }
    const member = new Member(this.#room(who.room), who, ws, socket, this.#wiring.clock);
    ws.member = member;
    this.#sockets++;
    ws.on('message', onMessage);
    ws.on('ping', onPing);
    ws.on('pong', onPong);
    ws.on('error', ignore);
    ws.on('close', () => {
      this.#sockets--;
      member.open = false;
      member.room.leave(member);
    });
    member.room.join(member);
  }

  #standing(room: string): Standing {
    let standing = this.#standings.get(room);
    if (!standing) {
      standing = { settings: undefined, suspended: false, cut: undefined };
      this.#standings.set(room, standing);
    }
    return standing;
  }

  #room(id: string): Room {
    let room = this.#rooms.get(id);
    if (!room) {
      room = new Room(id, this.#standing(id), this.#wiring);
      this.#rooms.set(id, room);
    }
    return room;
  }

  #change(room: string, apply: (standing: Standing) => void): void {
    const standing = this.#standing(room);
    const before = JSON.stringify(standing);
    const was: GateMode = standing.settings?.gate.messages.mode ?? 'closed';
    apply(standing);
    if (JSON.stringify(standing) !== before) this.#rooms.get(room)?.changed(was);
  }

  #look(): void {
    const now = this.#wiring.clock.mono();
    for (const [id, room] of this.#rooms) {
      if (!room.idle) {
        this.#emptySince.delete(id);
        room.ping();
      } else {
        const since = this.#emptySince.get(id) ?? now;
        this.#emptySince.set(id, since);
        if (now - since < EMPTY_MS) continue;
        this.#emptySince.delete(id);
        this.#rooms.delete(id);
        void room.close();
      }
    }
  }
}

const ignore = (): void => {};

function onMessage(this: WebSocket, data: unknown, isBinary: boolean): void {
  const { member } = this as RoomSocket;
  if (!member?.open || !alive(member)) return;
  const events = isBinary ? 1003 : readFrame((data as Buffer).toString('utf8'));
  if (typeof events === 'number') member.room.drop(member, events, 'not an event');
  else member.room.receive(member, events);
}

function onPing(this: WebSocket, payload: Buffer): void {
  const { member } = this as RoomSocket;
  if (member?.open && alive(member) && member.socket.writableLength === 0)
    member.socket.write(pongFrame(payload));
}

function onPong(this: WebSocket): void {
  const { member } = this as RoomSocket;
  if (member?.open) alive(member);
}

/** Notes a sign of life; false where the member sent beyond all reason and is gone. */
function alive(member: Member): boolean {
  member.unanswered = 0;
  if (member.allow(1)) return true;
  member.room.drop(member, 1008, 'too many frames');
  return false;
}

function turnAway(socket: Duplex, status: string, code: string, detail: string): void {
  const body = JSON.stringify({
    type: `about:blank#${code}`,
    status: Number(status.slice(0, 3)),
    code,
    detail,
  });
  socket.on('error', ignore);
  socket.end(
    `HTTP/1.1 ${status}\r\nContent-Type: application/problem+json\r\nContent-Length: ${Buffer.byteLength(body)}\r\nConnection: close\r\n\r\n${body}`,
    () => socket.destroy(),
  );
}
