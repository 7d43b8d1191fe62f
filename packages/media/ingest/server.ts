import { createServer, type Server, type Socket } from 'node:net';
import { createSecureContext, TLSSocket } from 'node:tls';
import type { Clock, Log, Timer } from '@weir/kit';
import type { IngestHost, IngestProtocol } from './host.ts';
import type { IngestLimits } from './limits.ts';
import type { RefusalCode } from './refusal.ts';
import { Connection } from './session/connection.ts';

export type { EncoderHealth } from './health.ts';
export type { IngestHost, IngestProtocol, IngestSession, IngestSink, PublishRequest } from './host.ts';
export { type IngestLimits, ingestLimits } from './limits.ts';
export { type CloseCause, Refusal, type RefusalCode } from './refusal.ts';

/** How often limits of time and rate are looked at, ms. */
const CHECK_MS = 200;
/** Connections that the system may hold before they are accepted. */
const BACKLOG = 1024;

export type RtmpServerOptions = { host: IngestHost; limits: IngestLimits; clock: Clock; log: Log };

/**
 * Takes in encoders over RTMP and RTMPS (Adobe RTMP 1.0, enhanced RTMP v2).
 * @example
 * const server = new RtmpServer({ host, limits: ingestLimits(config), clock, log });
 * const port = await server.listen(1935, '127.0.0.1');
 */
export class RtmpServer {
  readonly #options: RtmpServerOptions;
  readonly #servers: Server[] = [];
  readonly #connections = new Set<Connection>();
  readonly #perAddress = new Map<string, Set<Connection>>();
  readonly #checks: Timer;

  constructor(options: RtmpServerOptions) {
    this.#options = options;
    this.#checks = options.clock.every(CHECK_MS, () => {
      const now = options.clock.mono();
      for (const connection of this.#connections) connection.check(now);
    });
  }

  /** Connections that are open now, whatever their state. */
  get connections(): number {
    return this.#connections.size;
  }

  /** Listens for RTMP. Answers the port; 0 = any free. @throws the system's error, e.g. EADDRINUSE */
  listen(port: number, bind: string): Promise<number> {
    return this.#listen(port, bind, 'rtmp', (socket) => socket);
  }

  /** Listens for RTMPS with a PEM chain and key. @throws also where these are no such pair */
  async listenTls(
    port: number,
    bind: string,
    pair: { cert: string | Buffer; key: string | Buffer },
  ): Promise<number> {
    const secureContext = createSecureContext(pair);
    return this.#listen(
      port,
      bind,
      'rtmps',
      (socket) => new TLSSocket(socket, { isServer: true, secureContext }),
    );
  }

  /** Stops listening and ends every publication with the cause `stopped`. */
  async close(): Promise<void> {
    this.#checks.cancel();
    const closed = this.#servers.map((server) => new Promise<void>((done) => server.close(() => done())));
    for (const connection of this.#connections) connection.stop();
    await Promise.all(closed);
  }

  #listen(
    port: number,
    bind: string,
    protocol: IngestProtocol,
    secure: (raw: Socket) => Socket,
  ): Promise<number> {
    const server = createServer((raw) => this.#accept(raw, protocol, secure));
    this.#servers.push(server);
    return new Promise((done, failed) => {
      server.once('error', failed);
      server.listen(port, bind, BACKLOG, () => {
        server.off('error', failed);
        server.on('error', (why) => this.#options.log.error({ err: why }, 'ingest listener'));
        const address = server.address();
        done(typeof address === 'object' && address ? address.port : port);
      });
    });
  }

  /** Counts a connection before anything is read of it, the TLS handshake included. */
  #accept(raw: Socket, protocol: IngestProtocol, secure: (raw: Socket) => Socket): void {
    const { limits, host, log } = this.#options;
    const address = raw.remoteAddress ?? '';
    const same = this.#perAddress.get(address) ?? new Set();
    if (same.size >= limits.perAddress && !makeRoom(same, 'limit_connections')) {
      log.warn({ address, code: 'limit_connections' }, 'encoder refused');
      host.connectionRefused?.(address, 'limit_connections');
      raw.on('error', () => {});
      raw.resetAndDestroy();
      return;
    }
    if (this.#strangers() >= limits.pending) makeRoom(this.#crowd(), 'limit_pending');
    const connection = new Connection({
      raw,
      socket: secure(raw),
      protocol,
      ...this.#options,
      onClosed: (gone) => {
        this.#connections.delete(gone);
        same.delete(gone);
        if (same.size === 0 && this.#perAddress.get(address) === same) this.#perAddress.delete(address);
      },
    });
    this.#connections.add(connection);
    same.add(connection);
    this.#perAddress.set(address, same);
  }

  #strangers(): number {
    let count = 0;
    for (const connection of this.#connections) if (connection.stranger) count++;
    return count;
  }

  /** The connections of the address that has most strangers. */
  #crowd(): Set<Connection> {
    let crowd = new Set<Connection>();
    let most = 0;
    for (const same of this.#perAddress.values()) {
      let count = 0;
      for (const connection of same) if (connection.stranger) count++;
      if (count > most) [most, crowd] = [count, same];
    }
    return crowd;
  }
}

/**
 * Resets the oldest connection of `same` that has not asked to publish, so that a flood of silent handshakes
 * costs its own places and never those of an encoder that works. False where all of them publish.
 */
function makeRoom(same: Set<Connection>, code: RefusalCode): boolean {
  for (const connection of same) {
    if (!connection.stranger) continue;
    connection.evict(code);
    return true;
  }
  return false;
}
