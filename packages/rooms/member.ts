import type { Duplex } from 'node:stream';
import type { Clock } from '@weir/kit';
import { WebSocket } from 'ws';
import type { Lane } from './batch.ts';
import { encodeEvent, type ServerEvent } from './event.ts';
import { batchFrame } from './frame.ts';
import { MAX_WAITING_BYTES } from './limits.ts';
import type { Author } from './record.ts';
import type { Room } from './room.ts';

/** Frames (pings too) that one socket may send at once, and a second: far beyond any person. */
const FRAME_BURST = 500;
const FRAMES_PER_SECOND = 100;

/** The `ws` object of a member: it does the handshake, reads frames and closes; batches bypass it. */
export class RoomSocket extends WebSocket {
  member: Member | undefined = undefined;
}

/** Who comes to a room: `session` is the play token's id, by which running connections are revoked. */
export type Visitor = { room: string; session: string; user?: Author; address: string };

/**
 * What a member has not been given yet: `hello` all, `history` the latest messages or those after `after`, `replay`
 * the same with the disk being read. Until it has, it gets no live message.
 */
export type Owed = 'hello' | 'history' | 'replay' | undefined;

/** One socket in a room. Small on purpose: there are tens of thousands. */
export class Member {
  readonly room: Room;
  readonly session: string;
  readonly user: Author | undefined;
  readonly address: string;
  readonly ws: RoomSocket;
  readonly socket: Duplex;
  lane: Lane | undefined = undefined;
  /** Index in the lane. */
  at = 0;
  owes: Owed = 'hello';
  /** Offset it asked to resume from, until that is answered. */
  after: number | undefined = undefined;
  open = true;
  /** Pings since the last sign of life. */
  unanswered = 0;
  #frames = FRAME_BURST;
  #framesAt: number;
  readonly #clock: Clock;

  constructor(room: Room, visitor: Visitor, ws: RoomSocket, socket: Duplex, clock: Clock) {
    this.room = room;
    this.session = visitor.session;
    this.user = visitor.user;
    this.address = visitor.address;
    this.ws = ws;
    this.socket = socket;
    this.#clock = clock;
    this.#framesAt = clock.mono();
  }

  /** Counts `weight` frames from the client; false where it sends beyond all reason. */
  allow(weight: number): boolean {
    const now = this.#clock.mono();
    const gained = ((now - this.#framesAt) / 1000) * FRAMES_PER_SECOND;
    this.#frames = Math.min(FRAME_BURST, this.#frames + gained) - weight;
    this.#framesAt = now;
    return this.#frames >= 0;
  }

  /** Writes one frame past `ws`. False, and the member is to be dropped, where too much waits already. */
  write(frame: Buffer): boolean {
    if (!this.open) return true;
    if (this.socket.writableLength > MAX_WAITING_BYTES) return false;
    this.socket.write(frame);
    return true;
  }

  tell(event: ServerEvent): void {
    if (!this.write(batchFrame([encodeEvent(event)]))) this.room.drop(this, 1013, 'too slow');
  }

  /** Says goodbye with a close code; `ws` ends the connection when the other side answers, or after its time. */
  close(code: number, why: string): void {
    if (!this.open) return;
    this.open = false;
    this.ws.close(code, why);
  }

  /** Ends the connection without another byte, so that nothing waits in the kernel either. */
  reset(): void {
    this.open = false;
    const socket = this.socket as Duplex & { resetAndDestroy?: () => void };
    try {
      if (socket.resetAndDestroy) socket.resetAndDestroy();
      else socket.destroy();
    } catch {
      // TLS sockets cannot be reset.
      socket.destroy();
    }
  }
}
