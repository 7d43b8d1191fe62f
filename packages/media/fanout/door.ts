import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { createServer as createSecureServer } from 'node:https';
import type { AddressInfo, Socket } from 'node:net';
import { type Clock, type Log, Problem } from '@weir/kit';
import type { Preview, PreviewPart } from '../gate/preview.ts';
import type { PlayClaims, TokenVerifier } from '../token.ts';
import { Proxies, subscriber } from './address.ts';
import {
  flvHead,
  preflight,
  refuse,
  refuseSocket,
  sendJson,
  sendPoster,
  sendPreview,
  switchingHead,
} from './answer.ts';
import { Crowd } from './crowd.ts';
import type { FlvFanout } from './flv.ts';
import { makeResettable, reset } from './reset.ts';
import { parseTarget, type Target } from './target.ts';
import { acceptKey } from './websocket.ts';

/** A request's head must be there after this; a slow one costs a socket and nothing else. */
const HEADERS_MS = 5_000;
const CHECK_MS = 1_000;
/** Between two requests on one connection: players poll every few seconds. */
const IDLE_MS = 15_000;
const HEADER_BYTES = 8_192;
/** Connections beyond an address's limit that are still told so; further ones are reset unheard. */
const MAX_REFUSING = 256;
/** Under its epoch's path a cut is final: a cache may spare us the question for so long. */
const CUT_CACHE_S = 60;

/** Unknown broadcasts that one address may ask for a second. */
const MISSES_PER_SECOND = 20;

/** What the door asks of one broadcast. */
export type DoorChannel = {
  readonly flv: FlvFanout;
  readonly hls: {
    handle(req: IncomingMessage, res: ServerResponse, rest: string, authorize: Authorize): void;
    /** The last key frame behind the gate as fragmented MP4; null without one. */
    poster(): Buffer | null;
  };
  /** A held stretch, for the desk alone. @throws Problem `not_found`, `not_held`, `storage_failed` */
  preview(stretch: string, part: PreviewPart): Promise<Preview>;
};

/** Checks a play token. @throws Problem `sign_in` without one, `bad_token`, `token_expired` */
export type Authorize = (token: string | null) => { session: string };

export interface DoorHost {
  /** The broadcast of this id, one that is not live yet too; undefined where there is none. May ask control. */
  channel(broadcast: string): DoorChannel | undefined | Promise<DoorChannel | undefined>;
  /** Answered in memory: is there a tombstone? */
  isCut(broadcast: string): boolean;
  /** Whether this session's tokens open nothing any more. */
  isRevoked?(session: string): boolean;
  /** A room's handshake with a valid token; of a cut broadcast too, for the room says `cut` itself. */
  onRoomUpgrade(
    req: IncomingMessage,
    socket: Socket,
    head: Buffer,
    claims: PlayClaims,
    address: string,
  ): void;
}

export type DoorLimits = {
  /** Connections of one address, and new media and room connections of it a second; 0 = no limit. */
  readonly perAddress: number;
  readonly joinsPerSecond: number;
  /** Media connections of one broadcast; 0 = no limit. */
  readonly viewersPerBroadcast: number;
};

export type DoorOptions = {
  readonly host: DoorHost;
  readonly verifier: TokenVerifier;
  readonly clock: Clock;
  readonly log: Log;
  readonly limits: DoorLimits;
  /** Addresses or CIDRs that may say for whom a request is. */
  readonly trustProxy?: readonly string[];
  /** PEM; where given, the port speaks TLS. */
  readonly tls?: { readonly cert: string; readonly key: string };
};

/** The edge's one HTTP server: lets viewers in by token, refuses in one order, bounds what anybody can hold. */
export class Door {
  readonly #host: DoorHost;
  readonly #verifier: TokenVerifier;
  readonly #log: Log;
  readonly #limits: DoorLimits;
  readonly #proxies: Proxies;
  readonly #crowd: Crowd;
  readonly #misses: Crowd;
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();
  /** Connections that became a viewer's or a member's: no request may follow on them. */
  readonly #taken = new WeakSet<Socket>();
  /** Connections beyond an address's limit. */
  readonly #refused = new WeakSet<Socket>();
  #refusing = 0;
  /** TCP connections by the address and port of the other side, until their TLS handshake is done. */
  readonly #shaking = new Map<string, Socket>();

  constructor(options: DoorOptions) {
    this.#host = options.host;
    this.#verifier = options.verifier;
    this.#log = options.log;
    this.#limits = options.limits;
    this.#proxies = new Proxies(options.trustProxy ?? []);
    this.#crowd = new Crowd(options.clock, options.limits);
    this.#misses = new Crowd(options.clock, { perAddress: 0, joinsPerSecond: MISSES_PER_SECOND });
    this.#server = this.#createServer(options.tls);
  }

  /** Resolves with the port once it listens. @throws Error EADDRINUSE and the like */
  listen(port: number, bind: string): Promise<number> {
    return new Promise((done, fail) => {
      this.#server.once('error', fail);
      this.#server.listen({ port, host: bind, backlog: 4096 }, () => {
        this.#server.off('error', fail);
        this.#server.on('error', (why) => this.#log.error({ err: why.message }, 'The media port failed'));
        done((this.#server.address() as AddressInfo).port);
      });
    });
  }

  /** Connections of any kind now. */
  get connections(): number {
    return this.#sockets.size;
  }

  /** Stops listening and ends what is left; channels and rooms say goodbye before. */
  async close(): Promise<void> {
    const closed = new Promise<void>((done) => this.#server.close(() => done()));
    for (const socket of this.#sockets) socket.destroy();
    await closed;
  }

  #createServer(tls: DoorOptions['tls']): Server {
    const bounds = {
      maxHeaderSize: HEADER_BYTES,
      headersTimeout: HEADERS_MS,
      requestTimeout: HEADERS_MS,
      keepAliveTimeout: IDLE_MS,
      connectionsCheckingInterval: CHECK_MS,
      noDelay: true,
    };
    const server = tls
      ? createSecureServer({ ...bounds, ...tls, handshakeTimeout: HEADERS_MS })
      : createServer(bounds);
    server.prependListener('connection', (socket: Socket) => this.#onConnection(socket, tls !== undefined));
    if (tls) server.prependListener('secureConnection', (socket: Socket) => this.#onSecure(socket));
    server.on('request', (req, res) => void this.#onRequest(req, res));
    server.on('upgrade', (req, socket, head) => void this.#onUpgrade(req, socket as Socket, head));
    server.on('connect', (_req, socket) => socket.destroy());
    server.on('clientError', (_why, socket) => this.#onBadBytes(socket as Socket));
    return server;
  }

  /** Counts a TCP connection. What an address holds too much of is refused at its first request, or unheard. */
  #onConnection(socket: Socket, tls: boolean): void {
    const remote = socket.remoteAddress ?? '';
    this.#sockets.add(socket);
    socket.once('close', () => this.#sockets.delete(socket));
    if (tls) {
      const peer = `${remote} ${socket.remotePort}`;
      this.#shaking.set(peer, socket);
      socket.once('close', () => this.#shaking.delete(peer));
    }
    if (this.#proxies.trusts(remote)) return;
    const address = subscriber(this.#proxies.client(remote, {}));
    if (this.#crowd.enter(address)) {
      socket.once('close', () => this.#crowd.leave(address));
    } else if (this.#refusing < MAX_REFUSING) {
      this.#refusing++;
      this.#refused.add(socket);
      socket.once('close', () => this.#refusing--);
    } else reset(socket);
  }

  #onSecure(secure: Socket): void {
    const raw = this.#shaking.get(`${secure.remoteAddress} ${secure.remotePort}`);
    if (!raw) {
      secure.destroy();
      return;
    }
    makeResettable(secure, raw);
    if (this.#refused.has(raw)) this.#refused.add(secure);
  }

  #onBadBytes(socket: Socket): void {
    if (this.#taken.has(socket)) reset(socket);
    else if (socket.writable) refuseSocket(socket, new Problem('bad_request'));
    else socket.destroy();
  }

  async #onRequest(req: IncomingMessage, res: ServerResponse): Promise<void> {
    if (this.#taken.has(req.socket)) {
      reset(req.socket);
      return;
    }
    try {
      await this.#answer(req, res);
    } catch (why) {
      if (res.headersSent || req.socket.destroyed) return;
      const hls = req.url?.startsWith('/hls/') ?? false;
      const problem = this.#problem(why);
      refuse(res, problem, hls && problem.code === 'broadcast_cut' ? CUT_CACHE_S : 0);
    }
  }

  async #answer(req: IncomingMessage, res: ServerResponse): Promise<void> {
    if (this.#refused.has(req.socket)) throw new Problem('limit_connections');
    if (req.method === 'OPTIONS') {
      preflight(res);
      return;
    }
    if (req.method !== 'GET' && req.method !== 'HEAD') throw new Problem('bad_request', 'Only GET and HEAD');
    if (req.headers['transfer-encoding'] !== undefined || Number(req.headers['content-length'] ?? 0) !== 0)
      throw new Problem('bad_request', 'A request for media has no body');
    const target = parseTarget(req.url ?? '');
    if (target?.kind === 'healthz') {
      sendJson(res, { status: 'ok' });
      return;
    }
    if (!target || target.kind === 'room') throw new Problem('not_found');
    if (target.kind === 'live') this.#join(req);
    const channel = await this.#find(req, target);
    const { broadcast } = target;
    if (target.kind === 'hls') {
      const authorize: Authorize = (token) => ({ session: this.#claims({ ...target, token }, 'play').s });
      channel.hls.handle(req, res, target.rest, authorize);
    } else if (target.kind === 'poster') {
      const poster = channel.hls.poster();
      if (!poster) throw new Problem('not_found', 'There is no picture yet');
      sendPoster(res, poster);
    } else if (target.kind === 'desk') {
      this.#claims(target, 'desk');
      const [stretch = '', part] = target.rest.split('/');
      const held = await channel.preview(stretch, part as PreviewPart);
      // Cut while the disk was read: what was held is nobody's any more.
      if (this.#host.isCut(broadcast)) throw new Problem('broadcast_cut');
      sendPreview(res, held);
    } else {
      const claims = this.#claims(target, 'play');
      this.#admit(channel);
      if (req.method === 'HEAD') {
        flvHead(res);
        return;
      }
      this.#take(req);
      this.#log.debug({ broadcast, session: claims.s }, 'A viewer joined');
      channel.flv.addHttp(req.socket, claims.s);
    }
  }

  async #onUpgrade(req: IncomingMessage, socket: Socket, head: Buffer): Promise<void> {
    // Between the parser and the next owner nobody listens.
    const onError = (): void => void socket.destroy();
    socket.on('error', onError);
    try {
      if (this.#refused.has(socket)) throw new Problem('limit_connections');
      const target = parseTarget(req.url ?? '');
      if (target?.kind !== 'live' && target?.kind !== 'room') throw new Problem('not_found');
      this.#join(req);
      const room = target.kind === 'room';
      // A cut broadcast's room says so itself.
      const closed = room && this.#host.isCut(target.broadcast);
      const channel = closed ? undefined : await this.#find(req, target);
      const claims = this.#claims(target, room ? 'room' : 'play');
      if (!room && channel) this.#admit(channel);
      const accept = acceptKey(req.headers);
      if (accept === undefined) throw new Problem('bad_request', 'This is no WebSocket handshake (RFC 6455)');
      if (socket.destroyed) return;
      this.#take(req);
      if (room) {
        this.#host.onRoomUpgrade(req, socket, head, claims, this.#address(req));
      } else if (channel) {
        socket.write(switchingHead(accept));
        if (head.length > 0) socket.unshift(head);
        channel.flv.addWebSocket(socket, claims.s);
      }
    } catch (why) {
      if (!socket.destroyed) refuseSocket(socket, this.#problem(why));
    }
  }

  /** Counts a join before anything is looked up. @throws Problem `rate` */
  #join(req: IncomingMessage): void {
    if (!this.#crowd.join(subscriber(this.#address(req))))
      throw new Problem('rate', 'Too many new connections from this address; try again in a second');
  }

  /** @throws Problem `broadcast_cut`, `not_found`; `rate` where this address asked for too many that do not exist */
  async #find(req: IncomingMessage, { broadcast }: Target): Promise<DoorChannel> {
    if (this.#host.isCut(broadcast)) throw new Problem('broadcast_cut');
    const address = subscriber(this.#address(req));
    // Each made-up id may be a question to control.
    if (!this.#misses.mayJoin(address)) throw new Problem('rate', 'Too many addresses that lead nowhere');
    const channel = await this.#host.channel(broadcast);
    // Cut while control was asked: the host may no longer know it.
    if (this.#host.isCut(broadcast)) throw new Problem('broadcast_cut');
    if (channel) return channel;
    this.#misses.join(address);
    throw new Problem('not_found', 'There is no such broadcast');
  }

  /** @throws Problem `sign_in` without a token, `bad_token`, `token_expired` */
  #claims({ broadcast, token }: Target, kind: PlayClaims['k']): PlayClaims {
    if (token === null) throw new Problem('sign_in', 'Ask the API for an address to play: it has a token');
    const claims = this.#verifier.verify(token, { b: broadcast, k: kind });
    if (this.#host.isRevoked?.(claims.s)) throw new Problem('bad_token', 'This session was ended');
    return claims;
  }

  /** @throws Problem `limit_viewers` */
  #admit({ flv }: DoorChannel): void {
    const most = this.#limits.viewersPerBroadcast;
    if (most > 0 && flv.viewers >= most) throw new Problem('limit_viewers');
  }

  /** The connection is a viewer's from now on. Behind a trusted proxy it counts for whom it is. @throws Problem */
  #take(req: IncomingMessage): void {
    const { socket } = req;
    if (this.#taken.has(socket)) {
      reset(socket);
      throw new Problem('bad_request', 'The connection is another request’s');
    }
    if (this.#proxies.trusts(socket.remoteAddress ?? '')) {
      const address = subscriber(this.#address(req));
      if (!this.#crowd.enter(address)) throw new Problem('limit_connections');
      socket.once('close', () => this.#crowd.leave(address));
    }
    this.#taken.add(socket);
  }

  #address(req: IncomingMessage): string {
    return this.#proxies.client(req.socket.remoteAddress ?? '', req.headers);
  }

  #problem(why: unknown): Problem {
    if (why instanceof Problem) return why;
    this.#log.error({ err: why }, 'A request failed');
    return new Problem('internal');
  }
}
