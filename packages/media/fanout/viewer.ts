import type { Socket } from 'node:net';
import type { Framed } from './frame.ts';
import type { Piece } from './reel.ts';

/**
 * States of a viewer:
 * `waiting`: connected, no frame yet to start at. Leaves by `start`.
 * `running`: gets each piece. Leaves by `lag` when too much or too old waits for it.
 * `skipping`: pieces pass it by until its queue is short again and a start comes. Leaves by `start`, or is ended.
 */
export type ViewerState = 'waiting' | 'running' | 'skipping';

/** One connection that media is written to. */
export class Viewer {
  readonly socket: Socket;
  readonly session: string;
  readonly ws: boolean;
  state: ViewerState = 'waiting';
  /** It has an FLV file header. */
  opened = false;
  /** Number of the last piece written, and the configuration version it left the viewer with. */
  seq = 0;
  version = 0;
  /** Which run of stamps it is in. */
  turn = 0;
  /** Monotonic ms: last write, last time nothing waited, begin of the present skipping. */
  wroteAt: number;
  drainedAt: number;
  skippedAt = 0;

  constructor(socket: Socket, session: string, ws: boolean, now: number) {
    this.socket = socket;
    this.session = session;
    this.ws = ws;
    this.wroteAt = now;
    this.drainedAt = now;
  }

  /** Bytes that wait in this process for the network to take them. */
  get queued(): number {
    return this.socket.writableLength;
  }

  write(framed: Framed): void {
    this.socket.write(this.ws ? framed.ws : framed.http);
  }

  /** Writes a piece, or several as one, and counts it as had. */
  give(piece: Framed & Pick<Piece, 'seq' | 'version'>): void {
    this.write(piece);
    this.seq = piece.seq;
    this.version = piece.version;
  }
}
