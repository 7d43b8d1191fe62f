import type { Socket } from 'node:net';
import { type Clock, type Log, newId } from '@weir/kit';
import type { AmfValue } from '../amf/reader.ts';
import { EVENT, MESSAGE } from '../chunk/message.ts';
import { ChunkReader } from '../chunk/reader.ts';
import { encodeAcknowledgement, encodeEvent } from '../chunk/writer.ts';
import { Handshake } from '../handshake.ts';
import { type EncoderHealth, HealthMeter } from '../health.ts';
import type { IngestHost, IngestProtocol, IngestSession } from '../host.ts';
import type { IngestLimits } from '../limits.ts';
import { type CloseCause, Malformed, Refusal, type RefusalCode } from '../refusal.ts';
import { publishAddress } from './address.ts';
import * as answers from './answers.ts';
import { type Command, readCommand } from './command.ts';
import { Publication } from './publication.ts';

/** A refused connection is reset this long after its last words, wherever the encoder has not closed it itself, ms. */
export const LAST_WORDS_MS = 800;
/** What an encoder may send before it was let in: a command or metadata, never media. */
const STRANGER_MESSAGE_BYTES = 65_536;
const STRANGER_CHUNK_STREAMS = 16;
/** Answers that wait for an encoder that does not read; its own doing, so it is dropped. */
const MAX_UNREAD_BYTES = 65_536;

export type ConnectionOptions = {
  /** The TCP connection. */
  raw: Socket;
  /** What is read and written: the same, or TLS over it. */
  socket: Socket;
  protocol: IngestProtocol;
  host: IngestHost;
  limits: IngestLimits;
  clock: Clock;
  log: Log;
  /** The socket is gone. */
  onClosed: (connection: Connection) => void;
};

/**
 * One encoder, from the handshake to the end. States: `handshake` → `commands` → `asking` (the host decides, nothing is read)
 * → `publishing` → `closing` (last words were said, what comes is thrown away) → closed. `closing` follows any of them.
 */
export class Connection implements IngestSession {
  readonly id = newId();
  readonly address: string;
  readonly protocol: IngestProtocol;
  readonly openedAt: number;
  encoder = '';
  readonly #raw: Socket;
  readonly #socket: Socket;
  readonly #host: IngestHost;
  readonly #limits: IngestLimits;
  readonly #clock: Clock;
  readonly #log: Log;
  readonly #onClosed: (connection: Connection) => void;
  readonly #handshake: Handshake;
  readonly #reader: ChunkReader;
  readonly #meter: HealthMeter;
  #state: 'handshake' | 'commands' | 'asking' | 'publishing' | 'closing' | 'closed' = 'handshake';
  #publication: Publication | undefined;
  /** Message stream that `publish` named, for last words. */
  #streamId = 0;
  #cause: CloseCause = { code: 'lost', detail: '' };
  #app: AmfValue;
  #tcUrl: AmfValue;
  #streams = 0;
  #held: Buffer[] = [];
  #received = 0;
  #acknowledged = 0;
  #window = answers.OUR_WINDOW_BYTES;
  #now: number;

  constructor(options: ConnectionOptions) {
    const { raw, socket, limits, clock } = options;
    this.#raw = raw;
    this.#socket = socket;
    this.#host = options.host;
    this.#limits = limits;
    this.#clock = clock;
    this.#onClosed = options.onClosed;
    this.protocol = options.protocol;
    this.address = raw.remoteAddress ?? '';
    this.#log = options.log.child({ session: this.id, address: this.address });
    this.#now = clock.mono();
    this.openedAt = this.#now;
    this.#meter = new HealthMeter(this.#now);
    this.#handshake = new Handshake(
      (bytes) => this.#write(bytes),
      () => clock.mono(),
    );
    const stranger = {
      ...limits,
      message: Math.min(limits.message, STRANGER_MESSAGE_BYTES),
      reassembly: Math.min(limits.reassembly, STRANGER_MESSAGE_BYTES),
      chunkStreams: Math.min(limits.chunkStreams, STRANGER_CHUNK_STREAMS),
    };
    this.#reader = new ChunkReader(stranger, (type, timestamp, streamId, payload) =>
      this.#message(type, timestamp, streamId, payload),
    );
    socket.setNoDelay(true);
    socket.on('data', (bytes: Buffer) => this.#data(bytes));
    socket.on('end', () => this.#peerEnded());
    socket.on('error', (why) => this.#gone(why.message));
    raw.on('error', (why) => this.#gone(why.message));
    raw.on('close', () => this.#gone('the connection broke'));
  }

  /** Has not asked to publish yet: its time is limited, and it is the first to go when places run out. */
  get stranger(): boolean {
    return this.#state === 'handshake' || this.#state === 'commands';
  }

  kick(code: RefusalCode, detail: string = code): void {
    this.#refuse({ code, detail });
  }

  lastPacketAt(): number {
    return this.#publication?.lastPacketAt ?? this.openedAt;
  }

  health(): EncoderHealth {
    const now = this.#clock.mono();
    return this.#publication?.health(now) ?? this.#meter.figures(now);
  }

  /** Its place goes to another: reset at once, without last words. */
  evict(code: RefusalCode): void {
    this.#refuse({ code, detail: 'the place went to another' });
    this.#raw.resetAndDestroy();
    this.#gone('');
  }

  /** The server stops. */
  stop(): void {
    this.#end({ code: 'stopped', detail: 'the service stops' });
    this.#raw.resetAndDestroy();
  }

  /** Looks at every limit of time and rate; called a few times a second. */
  check(now: number): void {
    const limits = this.#limits;
    const publication = this.#publication;
    const waiting = this.stranger || this.#state === 'asking';
    if (waiting && now - this.openedAt > limits.handshakeMs)
      this.#refuse({ code: 'limit_handshake', detail: `no publish within ${limits.handshakeMs} ms` });
    else if (this.#state === 'publishing' && publication) {
      if (publication.frames === 0 && now - publication.startedAt > limits.firstFrameMs)
        this.#refuse({ code: 'limit_first_frame', detail: `no frame within ${limits.firstFrameMs} ms` });
      else if (now - publication.lastPacketAt > limits.idleMs)
        this.#refuse({ code: 'limit_idle', detail: `silent for ${limits.idleMs} ms` });
    }
    if (this.#state !== 'closing' && this.#meter.bitrate10s(now) > limits.bitrate)
      this.#refuse({ code: 'limit_bitrate', detail: `more than ${limits.bitrate} bit/s over 10 s` });
  }

  #data(bytes: Buffer): void {
    if (this.#state === 'closing' || this.#state === 'closed') return;
    this.#now = this.#clock.mono();
    this.#received += bytes.length;
    this.#meter.received(bytes.length, this.#now);
    if (this.#state === 'asking') {
      this.#held.push(bytes);
      return;
    }
    // One write a read, however many answers: pings come in thousands where somebody means harm.
    this.#socket.cork();
    this.#read(bytes);
    if (this.#received - this.#acknowledged >= this.#window) {
      this.#acknowledged = this.#received;
      this.#write(encodeAcknowledgement(this.#received));
    }
    this.#socket.uncork();
  }

  #read(bytes: Buffer): void {
    try {
      let at = 0;
      if (this.#state === 'handshake') {
        at = this.#handshake.push(bytes);
        if (!this.#handshake.done) return;
        this.#state = 'commands';
        if (at === bytes.length) return;
      }
      at += this.#reader.push(at === 0 ? bytes : bytes.subarray(at));
      if (at < bytes.length && this.#state === 'asking') this.#held.push(bytes.subarray(at));
    } catch (why) {
      this.#failed(why);
    }
  }

  #failed(why: unknown): void {
    if (why instanceof Refusal) this.#refuse({ code: why.code, detail: why.detail });
    else if (why instanceof Malformed) this.#refuse({ code: 'protocol', detail: why.message });
    else {
      this.#log.error({ err: why }, 'ingest failed');
      this.#refuse({ code: 'protocol', detail: 'internal' });
    }
  }

  #message(type: number, timestamp: number, streamId: number, payload: Buffer): void {
    switch (type) {
      case MESSAGE.audio:
      case MESSAGE.video:
      case MESSAGE.data:
      case MESSAGE.dataAmf3:
      case MESSAGE.aggregate:
        if (this.#state === 'publishing') this.#publication?.message(type, timestamp, payload, this.#now);
        return;
      case MESSAGE.command:
      case MESSAGE.commandAmf3:
        if (this.#state === 'closing' || this.#state === 'closed') return;
        this.#command(readCommand(payload, type === MESSAGE.commandAmf3), streamId);
        return;
      case MESSAGE.windowSize:
        if (payload.length >= 4) this.#window = Math.max(1, payload.readUInt32BE(0));
        return;
      case MESSAGE.userControl:
        if (payload.length >= 6 && payload.readUInt16BE(0) === EVENT.pingRequest)
          this.#write(encodeEvent(EVENT.pingResponse, payload.readUInt32BE(2)));
        return;
    }
  }

  #command(command: Command, streamId: number): void {
    const { transaction } = command;
    switch (command.call) {
      case 'connect':
        this.#app = command.app;
        this.#tcUrl = command.tcUrl;
        this.encoder = command.encoder;
        this.#write(answers.connected(transaction));
        return;
      case 'createStream':
        this.#write(answers.result(transaction, ++this.#streams));
        return;
      case 'acknowledge':
        this.#write(answers.result(transaction, undefined));
        return;
      case 'publish':
        this.#publish(command.name, streamId);
        return;
      case 'play':
        this.#write(answers.playFailed(streamId));
        this.#close({ code: 'finished', detail: 'RTMP play' }, 'play');
        return;
      case 'unpublish':
        this.#unpublish();
        return;
      case 'answer':
        return;
      case 'unknown':
        if (transaction !== 0) this.#write(answers.callFailed(transaction));
    }
  }

  #publish(name: AmfValue, streamId: number): void {
    if (this.#state !== 'commands') throw new Malformed(`publish while ${this.#state}`);
    const { app, key } = publishAddress(this.#app, this.#tcUrl, name);
    this.#state = 'asking';
    this.#reader.stop();
    this.#socket.pause();
    void this.#ask({ app, key, address: this.address, protocol: this.protocol }, streamId);
  }

  async #ask(
    request: { app: string; key: string; address: string; protocol: IngestProtocol },
    streamId: number,
  ): Promise<void> {
    this.#streamId = streamId;
    try {
      if (request.key === '') throw new Refusal('unknown_key');
      const sink = await this.#host.publish(request, this);
      this.#now = this.#clock.mono();
      const publication = new Publication(streamId, sink, this.#meter, this.#now);
      if (this.#state !== 'asking') return publication.close(this.#cause);
      this.#publication = publication;
    } catch (why) {
      return this.#failed(why);
    } finally {
      this.#socket.resume();
    }
    this.#state = 'publishing';
    this.#reader.limits = this.#limits;
    this.#write(answers.publishStarted(streamId));
    const held = this.#held;
    this.#held = [];
    for (const bytes of held) if (this.#state === 'publishing') this.#read(bytes);
  }

  /** The encoder says that it is done. It closes the connection itself; where it does not, it is reset. */
  #unpublish(): void {
    const publication = this.#publication;
    if (this.#state !== 'publishing' || !publication) return;
    this.#write(answers.unpublished(publication.streamId));
    this.#end({ code: 'finished', detail: 'the encoder stopped' });
    this.#resetSoon();
  }

  #refuse(cause: CloseCause): void {
    if (this.#state === 'closing' || this.#state === 'closed') return;
    const { code, detail } = cause;
    if (this.#state !== 'handshake') {
      this.#write(answers.refused(this.#streamId, code as RefusalCode, detail));
    }
    this.#log.warn({ code, detail }, 'encoder refused');
    this.#close(cause, code);
  }

  /** Ends the publication now, and the connection within `LAST_WORDS_MS`; until then what comes is read and thrown away, so that the last words arrive. */
  #close(cause: CloseCause, refusedAs?: CloseCause['code'] | 'play'): void {
    if (this.#state === 'closing' || this.#state === 'closed') return;
    const early = !this.#publication;
    this.#end(cause);
    if (early && refusedAs) this.#host.connectionRefused?.(this.address, refusedAs);
    this.#socket.end();
    this.#socket.resume();
    this.#resetSoon();
  }

  #resetSoon(): void {
    this.#clock.after(LAST_WORDS_MS, () => this.#raw.resetAndDestroy());
  }

  #end(cause: CloseCause): void {
    if (this.#state !== 'closed') this.#state = 'closing';
    this.#held = [];
    this.#reader.stop();
    this.#cause = cause;
    this.#publication?.close(cause);
  }

  #peerEnded(): void {
    this.#close({ code: 'lost', detail: 'the encoder hung up' });
  }

  #gone(detail: string): void {
    if (this.#state === 'closed') return;
    if (this.#state !== 'closing') this.#end({ code: 'lost', detail });
    this.#state = 'closed';
    this.#onClosed(this);
  }

  #write(bytes: Buffer): void {
    if (this.#socket.writable) this.#socket.write(bytes);
    if (this.#socket.writableLength > MAX_UNREAD_BYTES) this.#raw.resetAndDestroy();
  }
}
