import type { Socket } from 'node:net';
import type { Clock, Log, Timer } from '@weir/kit';
import { flvHeader, scriptBody, TAG_SCRIPT } from '../flv/index.ts';
import type { Outlet, Release } from '../packet.ts';
import { FLV_HEAD } from './answer.ts';
import { type Batch, batchOf, NO_BATCH } from './batch.ts';
import { type Framed, frameBytes, frameTags } from './frame.ts';
import { Reel, type Tracks } from './reel.ts';
import { reset, resetAll } from './reset.ts';
import { Viewer } from './viewer.ts';
import { ClientReader, closeFrame } from './websocket.ts';

/** Flush interval: one write a viewer each time, so that many viewers cost no more writes a second than some. */
const MIN_FLUSH_MS = 20;
const MAX_FLUSH_MS = 350;
const FLUSH_MS_PER_VIEWER = 0.35;
/** Viewers written to in one turn of the event loop: about 3 ms, so that a cut never waits longer. */
const SLICE = 250;
/** Proxies close a connection that is silent for a minute; a silent one carries a tag this often. */
const KEEP_ALIVE_MS = 15_000;
/** How often silence is looked for. */
const LOOK_MS = 5_000;
/** A viewer whose queue has not been empty for this long is behind for good and skips. */
const BEHIND_MS = 15_000;
/** A viewer that skips for this long is ended. */
const SLOW_TERM_MS = 60_000;
/** Ends that are not answered by the viewer are forced after this. */
const END_LINGER_MS = 5_000;
/** Between the close frame of a cut and its reset; the promise is 20 ms. */
const CUT_LINGER_MS = 10;
/** A ping is answered only while this little waits: a client that pings and never reads gains nothing. */
const PONG_QUEUE_BYTES = 16_384;
const CUT_CODE = 4410;
const NORMAL_CODE = 1000;

/** `viewerBufferBytes`: what may wait for one viewer, and what of the present group is kept for newcomers. */
export type FlvLimits = { readonly viewerBufferBytes: number };

export type FlvOptions = {
  readonly clock: Clock;
  readonly limits: FlvLimits;
  readonly log: Log;
  /** Viewers of all broadcasts of this edge, which set the flush interval; default: of this one. */
  readonly load?: () => number;
  /** Asked before each write of media; while it says no, what comes is dropped and connections stay. */
  readonly mayServe?: () => boolean;
  /** What to name in the file header of one who must be kept alive before the tracks are known. */
  readonly expects?: Tracks;
};

/**
 * What a cut did: connections ended, wall times (ms) of the last media write and of the last reset, null without one.
 * `settled` resolves ≤ 20 ms later with the time of the last reset once WebSockets have had their 4410.
 */
export type FanoutCut = {
  readonly viewers: number;
  readonly lastWriteAt: number | null;
  readonly lastResetAt: number | null;
  readonly settled: Promise<number | null>;
};

/**
 * Writes one broadcast to its viewers by HTTP-FLV and by WebSocket: each piece is built once and the same bytes go to
 * every socket. `cut` closes for good; `end` lets viewers go and can be written to again.
 */
export class FlvFanout implements Outlet {
  readonly #clock: Clock;
  readonly #limits: FlvLimits;
  readonly #log: Log;
  readonly #load: () => number;
  readonly #mayServe: () => boolean;
  readonly #expects: Tracks;
  readonly #viewers = new Set<Viewer>();
  #reel: Reel;
  #flushTimer: Timer | undefined;
  #lookTimer: Timer | undefined;
  /** A flush under way: what it writes, and whom it has still to reach. */
  #batch: Batch = NO_BATCH;
  #turn: Iterator<Viewer> | undefined;
  #lastWriteAt: number | null = null;
  #cut: FanoutCut | undefined;

  constructor({ clock, limits, log, load, mayServe, expects }: FlvOptions) {
    this.#clock = clock;
    this.#limits = limits;
    this.#log = log;
    this.#load = load ?? (() => this.#viewers.size);
    this.#mayServe = mayServe ?? (() => true);
    this.#expects = expects ?? { video: true, audio: true };
    this.#reel = new Reel(limits.viewerBufferBytes);
  }

  /** Connections now, both kinds. */
  get viewers(): number {
    return this.#viewers.size;
  }

  write(release: Release): void {
    if (this.#cut) return;
    this.#reel.write(release);
    if (this.#viewers.size === 0) this.#reel.forget();
    else this.#arm();
  }

  /** Answers a request whose head was read, and writes to `socket` from now on. After a cut it is reset instead. */
  addHttp(socket: Socket, session: string): void {
    if (this.#cut) {
      reset(socket);
      return;
    }
    socket.write(FLV_HEAD);
    this.#add(new Viewer(socket, session, false, this.#clock.mono()));
    socket.resume();
  }

  /** The same for a socket whose WebSocket handshake is done. */
  addWebSocket(socket: Socket, session: string): void {
    if (this.#cut) {
      reset(socket);
      return;
    }
    const viewer = new Viewer(socket, session, true, this.#clock.mono());
    const reader = new ClientReader();
    socket.on('data', (bytes: Buffer) => {
      for (const ask of reader.read(bytes)) {
        if (ask.type === 'close') this.#leave(viewer, ask.code);
        else if (viewer.queued <= PONG_QUEUE_BYTES && this.#viewers.has(viewer)) socket.write(ask.frame);
      }
    });
    this.#add(viewer);
    socket.resume();
  }

  /** Resets the running connections that began under `session`; returns how many there were. */
  revoke(session: string): number {
    let ended = 0;
    for (const viewer of this.#viewers) {
      if (viewer.session !== session) continue;
      this.#drop(viewer);
      reset(viewer.socket);
      ended++;
    }
    return ended;
  }

  /**
   * Closes at once and for good, before it returns: nothing is written after, queued bytes are thrown away.
   * A WebSocket with nothing unsent gets 4410 first and is reset within 20 ms. A second call gives the first's answer.
   */
  cut(): FanoutCut {
    if (this.#cut) return this.#cut;
    this.#stop();
    const viewers = [...this.#viewers];
    this.#viewers.clear();
    this.#reel = new Reel(0);
    const told: Viewer[] = [];
    const untold: Socket[] = [];
    for (const viewer of viewers) {
      if (viewer.ws && viewer.queued === 0 && viewer.socket.writable) told.push(viewer);
      else untold.push(viewer.socket);
    }
    const closing = resetAll(untold);
    const resetAt = untold.length > 0 ? this.#clock.now() : null;
    for (const viewer of told) viewer.socket.write(closeFrame(CUT_CODE));
    closing.finish();
    const settled =
      told.length === 0
        ? Promise.resolve(resetAt)
        : new Promise<number | null>((done) => {
            this.#clock.after(CUT_LINGER_MS, () => {
              for (const viewer of told) reset(viewer.socket);
              done(this.#clock.now());
            });
          });
    this.#cut = {
      viewers: viewers.length,
      lastWriteAt: viewers.length > 0 ? this.#lastWriteAt : null,
      lastResetAt: resetAt,
      settled,
    };
    return this.#cut;
  }

  /** The broadcast has ended: viewers get what is there, then the end of the stream. Who comes later waits. */
  end(): void {
    if (this.#cut) return;
    this.#finish();
    this.#stop();
    const viewers = [...this.#viewers];
    this.#viewers.clear();
    this.#reel = new Reel(this.#limits.viewerBufferBytes);
    for (const { socket, ws } of viewers) {
      if (ws) socket.write(closeFrame(NORMAL_CODE));
      socket.end();
    }
    this.#clock.after(END_LINGER_MS, () => {
      for (const { socket } of viewers) reset(socket);
    });
  }

  #add(viewer: Viewer): void {
    const { socket } = viewer;
    const gone = (): void => this.#drop(viewer);
    socket.on('close', gone);
    socket.on('end', () => {
      gone();
      socket.destroy();
    });
    socket.on('error', gone);
    socket.setTimeout(0);
    socket.setNoDelay(true);
    if (socket.destroyed) return;
    // Nobody is being flushed to, so the pending tags would wait for the next packet.
    if (this.#viewers.size === 0) this.#reel.seal();
    if (this.#viewers.size === 0) this.#reel.forget();
    this.#viewers.add(viewer);
    this.#start(viewer);
    this.#lookTimer ??= this.#clock.every(LOOK_MS, () => this.#look());
  }

  #drop(viewer: Viewer): void {
    this.#viewers.delete(viewer);
    if (this.#viewers.size === 0) this.#stop();
  }

  /** The viewer closed its WebSocket, or broke its rules. */
  #leave(viewer: Viewer, code: number): void {
    if (!this.#viewers.has(viewer)) return;
    this.#letGo(viewer, code);
  }

  /** Ends a connection in order, with all that was written to it. */
  #letGo(viewer: Viewer, code = NORMAL_CODE): void {
    this.#drop(viewer);
    if (viewer.ws) viewer.socket.write(closeFrame(code));
    viewer.socket.end();
    this.#clock.after(END_LINGER_MS, () => reset(viewer.socket));
  }

  #stop(): void {
    this.#flushTimer?.cancel();
    this.#lookTimer?.cancel();
    this.#flushTimer = undefined;
    this.#lookTimer = undefined;
    this.#batch = NO_BATCH;
    this.#turn = undefined;
  }

  #arm(): void {
    if (this.#flushTimer) return;
    const interval = Math.min(MAX_FLUSH_MS, Math.max(MIN_FLUSH_MS, this.#load() * FLUSH_MS_PER_VIEWER));
    this.#flushTimer = this.#clock.after(interval, () => {
      this.#batch = batchOf(this.#reel.take());
      this.#turn = this.#viewers.values();
      this.#deliver(SLICE);
    });
  }

  /** Gives the batch to the next `count` viewers; the rest have theirs in the next turns. */
  #deliver(count: number): void {
    const now = this.#clock.mono();
    const wall = this.#clock.now();
    if (!this.#mayServe()) this.#batch = NO_BATCH;
    for (let given = 0; given < count; given++) {
      const next = this.#turn?.next();
      if (!next || next.done) {
        this.#turn = undefined;
        this.#batch = NO_BATCH;
        this.#flushTimer = undefined;
        break;
      }
      this.#give(next.value, now, wall);
    }
    if (this.#turn) this.#flushTimer = this.#clock.after(0, () => this.#deliver(SLICE));
    else if (this.#reel.waiting && this.#viewers.size > 0) this.#arm();
  }

  /** What is left of a flush under way, and of the reel, to everybody in this turn. */
  #finish(): void {
    this.#flushTimer?.cancel();
    if (this.#turn) this.#deliver(Number.POSITIVE_INFINITY);
    this.#batch = batchOf(this.#reel.take());
    this.#turn = this.#viewers.values();
    this.#deliver(Number.POSITIVE_INFINITY);
  }

  #give(viewer: Viewer, now: number, wall: number): void {
    if (viewer.state === 'waiting') {
      this.#start(viewer);
      return;
    }
    const queued = viewer.queued;
    if (queued === 0) viewer.drainedAt = now;
    const behind = queued > this.#limits.viewerBufferBytes || now - viewer.drainedAt > BEHIND_MS;
    if (viewer.state === 'running' && behind) this.#skip(viewer, now);
    const { whole, pieces } = this.#batch;
    if (whole && viewer.state === 'running' && viewer.seq === whole.after && viewer.turn === whole.turn) {
      viewer.give(whole);
      viewer.wroteAt = now;
      this.#lastWriteAt = wall;
      return;
    }
    for (const piece of pieces) {
      if (piece.seq <= viewer.seq) continue;
      // Its stamps begin again: no player follows them back, so it comes again and begins with them.
      if (piece.turn !== viewer.turn) {
        this.#letGo(viewer);
        return;
      }
      if (viewer.state === 'running' && piece.seq !== viewer.seq + 1) this.#skip(viewer, now);
      if (viewer.state === 'skipping') {
        if (!piece.start || queued > 0) continue;
        if (piece.start.version !== viewer.version) viewer.write(piece.start.preamble);
        viewer.state = 'running';
      }
      viewer.give(piece);
      viewer.wroteAt = now;
      this.#lastWriteAt = wall;
    }
    if (viewer.state === 'skipping' && queued > 0 && now - viewer.skippedAt > SLOW_TERM_MS) {
      this.#log.info({ session: viewer.session }, 'A viewer was too slow for too long');
      this.#drop(viewer);
      reset(viewer.socket);
    }
  }

  #skip(viewer: Viewer, now: number): void {
    viewer.state = 'skipping';
    viewer.skippedAt = now;
  }

  /** Gives a newcomer the present group, where there is one. */
  #start(viewer: Viewer): void {
    const opening = this.#mayServe() ? this.#reel.opening() : undefined;
    if (!opening) return;
    viewer.socket.cork();
    if (!viewer.opened) viewer.write(opening.header);
    for (const framed of opening.preamble) viewer.write(framed);
    for (const piece of opening.pieces) viewer.write(piece);
    viewer.socket.uncork();
    viewer.opened = true;
    viewer.state = 'running';
    viewer.seq = opening.seq;
    viewer.version = opening.version;
    viewer.turn = opening.turn;
    viewer.wroteAt = this.#clock.mono();
    this.#lastWriteAt = this.#clock.now();
  }

  #header(): Framed {
    const { video, audio } = this.#reel.tracks ?? this.#expects;
    return frameBytes(flvHeader(video, audio));
  }

  /** Writes a script tag to whoever has had nothing for long and has nothing waiting. */
  #look(): void {
    const now = this.#clock.mono();
    const tag = frameTags([{ type: TAG_SCRIPT, at: this.#reel.at, body: scriptBody('onKeepAlive', {}) }]);
    for (const viewer of this.#viewers) {
      if (now - viewer.wroteAt < KEEP_ALIVE_MS - LOOK_MS || viewer.queued > 0) continue;
      if (!viewer.opened) viewer.write(this.#header());
      viewer.opened = true;
      viewer.write(tag);
      viewer.wroteAt = now;
    }
  }
}
