import type { IncomingMessage } from 'node:http';
import { join } from 'node:path';
import { type Clock, type Log, newId, type Timer } from '@weir/kit';
import { FlvFanout } from '../fanout/flv.ts';
import { HlsOrigin } from '../fanout/hls/origin.ts';
import { Gate, type GateSettings } from '../gate/gate.ts';
import { type Preview, type PreviewPart, preview } from '../gate/preview.ts';
import type { IngestSession, IngestSink } from '../ingest/host.ts';
import { type CloseCause, Refusal, type RefusalCode } from '../ingest/refusal.ts';
import type { Packet } from '../packet.ts';
import { type RecordedSegment, Recorder } from '../tap/recorder.ts';
import { Passage } from './passage.ts';

/** What a channel tells its host. `session` is one publication: it lasts over interruptions within the grace time. */
export interface ChannelHost {
  live(session: string, encoder: string, codecs: string[]): void;
  interrupted(session: string): void;
  back(session: string): void;
  ended(session: string, cause: string): void;
  /** The publisher was let in and then refused for what it sent: a codec, a limit. */
  refused(session: string, code: RefusalCode): void;
  recorded(segment: RecordedSegment, session: string): void;
  /** Asked at each packet and each flush: a lease that ran out while the process was stopped must hold at once. */
  mayServe(): boolean;
}

export type ChannelOptions = {
  id: string;
  kind: 'video' | 'audio';
  epoch: number;
  settings: GateSettings;
  host: ChannelHost;
  clock: Clock;
  log: Log;
  mediaDir: string;
  spillDir: string;
  graceMs: number;
  takeoverMs: number;
  limits: { viewerBufferBytes: number; gateMemoryBytes: number; gateSpillBytes: number };
  /** Whether a request is offered low-latency HLS; by default where it came by HTTP/2. */
  lowLatency?: (req: IncomingMessage) => boolean;
  /** The channel of the publication before, which is over: its viewers stay, and HLS begins a new epoch. */
  after?: Channel;
};

/** What a cut-off did here; times are wall ms, null where there was nobody. */
export type ChannelCut = {
  gatesClosedAt: number;
  lastWriteAt: number | null;
  publisherKickedAt: number | null;
  viewers: number;
  /** Wall time of the last reset, ≤ 20 ms after the cut: WebSockets are told first. */
  settled: Promise<number | null>;
};

/**
 * One broadcast at an edge: tap → gate → fan-out, and the life of its publisher.
 *
 * States: `empty` (viewers may wait) → `live` ⇄ `interrupted` (publisher gone, grace time runs) → `ended`;
 * `cut` from any, for good. `suspended` beside them: the lease is lost, nothing is let out until it is back.
 */
export class Channel {
  readonly id: string;
  readonly flv: FlvFanout;
  readonly hls: HlsOrigin;
  readonly gate: Gate;
  readonly #options: ChannelOptions;
  readonly #passage: Passage;
  #session: string | undefined;
  #publisher: IngestSession | undefined;
  #recorder: Recorder | undefined;
  #grace: Timer | undefined;
  #announced = false;
  #over = false;

  constructor(options: ChannelOptions) {
    const { clock, id, epoch, host, limits } = options;
    const log = options.log.child({ broadcast: id });
    this.id = id;
    this.#options = { ...options, log };
    const mayServe = (): boolean => host.mayServe();
    this.flv =
      options.after?.flv ??
      new FlvFanout({
        clock,
        log,
        mayServe,
        limits: { viewerBufferBytes: limits.viewerBufferBytes },
      });
    this.hls =
      options.after?.hls ??
      new HlsOrigin({
        clock,
        broadcast: id,
        epoch,
        log,
        ...(options.lowLatency ? { lowLatency: options.lowLatency } : {}),
      });
    if (options.after) this.hls.renew(epoch);
    this.#passage = new Passage([this.flv, this.hls], mayServe);
    this.gate = new Gate({
      clock,
      log,
      outlet: this.#passage,
      settings: options.settings,
      spillDir: join(options.spillDir, id),
      memoryBytes: limits.gateMemoryBytes,
      spillBytes: limits.gateSpillBytes,
    });
  }

  /** The running publication, if any. */
  get session(): string | undefined {
    return this.#session;
  }

  /** Ended or cut: it takes no publisher any more; who watches by HLS is still told the end. */
  get over(): boolean {
    return this.#over;
  }

  get publisher(): IngestSession | undefined {
    return this.#publisher;
  }

  /** Viewers by socket, and HLS sessions of the last 10 s. */
  get viewers(): number {
    return this.flv.viewers + this.hls.sessions(10_000);
  }

  /**
   * A publisher with the right key arrives.
   * @throws Refusal `publisher_busy` while another one sends; one that has been silent for the takeover time gives way
   */
  publish(publisher: IngestSession): IngestSink {
    const { clock, takeoverMs, mediaDir, log, host } = this.#options;
    const before = this.#publisher;
    if (before) {
      if (clock.mono() - before.lastPacketAt() < takeoverMs) throw new Refusal('publisher_busy');
      this.#publisher = undefined;
      before.kick('publisher_busy');
    }
    this.#grace?.cancel();
    const returning = this.#session !== undefined;
    const session = this.#session ?? newId<string>();
    this.#session = session;
    this.#publisher = publisher;
    if (returning) {
      if (before) this.gate.sourceLost();
      this.gate.sourceBack();
      if (this.#announced && !before) host.back(session);
    }
    this.#recorder ??= new Recorder({
      dir: mediaDir,
      broadcast: this.id,
      session,
      clock,
      log,
      onSegment: (segment) => host.recorded(segment, session),
    });
    const codecs = new Set<string>();
    let encoder = '';
    return {
      metadata: (data) => {
        encoder = String(data['encoder'] ?? '').slice(0, 80);
      },
      packet: (packet) => {
        if (this.#publisher !== publisher) return;
        this.#take(packet);
        codecs.add(packet.codec);
        if (this.#announced || packet.role === 'config') return;
        this.#announced = true;
        host.live(session, encoder, [...codecs]);
      },
      closed: ({ code }) => {
        if (this.#publisher !== publisher) return;
        if (isOfItsOwn(code)) host.refused(session, code);
        this.#lost();
      },
    };
  }

  /** Where the public's picture is now, ms on the output timeline. */
  get outputMs(): number {
    return this.gate.outputMs - this.#passage.lostMs;
  }

  /** HLS goes on under a new epoch: at the next key frame, with the configurations in force. */
  renew(epoch: number): void {
    if (this.#over || epoch <= this.hls.epoch) return;
    this.hls.renew(epoch);
    this.#passage.restart();
  }

  /** The gate follows policy and orders while the stream runs. */
  set(settings: GateSettings): void {
    this.gate.set(settings);
  }

  /** What the gate holds, for the desk. @throws Problem `not_found`, `not_held`, `storage_failed` */
  async preview(stretch: string, part: PreviewPart): Promise<Preview> {
    return preview(await this.gate.read(stretch), part);
  }

  /** Disconnects the publisher with a reason; within the grace time another may come. */
  kick(code: RefusalCode): void {
    this.#publisher?.kick(code);
  }

  /** The lease is lost: nothing passes, connections stay. */
  suspend(): void {
    this.#passage.shut();
  }

  /** The lease is back: the picture goes on at its next key frame. */
  resume(): void {
    this.#passage.open();
  }

  /** Ends the publication in order: what was let out is flushed, viewers are told by the end of the stream. */
  end(cause: string): void {
    if (this.#over) return;
    this.#over = true;
    this.#grace?.cancel();
    const session = this.#session;
    const publisher = this.#publisher;
    this.#publisher = undefined;
    this.#session = undefined;
    publisher?.kick('suspended', 'The broadcast has ended');
    void this.#recorder?.close();
    void this.gate.close();
    this.flv.end();
    this.hls.end();
    if (session) this.#options.host.ended(session, cause);
  }

  /**
   * Closes every gate at once and for good. Synchronous: when it returns, nothing of this broadcast is written
   * any more, and every viewer's connection is reset or about to be within 20 ms.
   */
  cut(): ChannelCut {
    const { clock } = this.#options;
    this.#over = true;
    this.#grace?.cancel();
    this.gate.cut();
    const gatesClosedAt = clock.now();
    const flv = this.flv.cut();
    const hls = this.hls.cut();
    const publisher = this.#publisher;
    this.#publisher = undefined;
    this.#session = undefined;
    publisher?.kick('broadcast_cut');
    void this.#recorder?.close();
    return {
      gatesClosedAt,
      lastWriteAt: later(flv.lastWriteAt, hls.sessions > 0 ? hls.lastWriteAt : null),
      publisherKickedAt: publisher ? clock.now() : null,
      viewers: flv.viewers + hls.sessions,
      settled: flv.settled.then((at) => later(at, hls.lastResetAt)),
    };
  }

  #take(packet: Packet): void {
    // An audio broadcast stays one, whatever the encoder sends along.
    if (this.#options.kind === 'audio' && packet.track === 'video') return;
    this.#recorder?.write(packet);
    this.gate.push(packet);
  }

  #lost(): void {
    const session = this.#session;
    this.#publisher = undefined;
    if (!session) return;
    if (!this.#announced) {
      this.end('no_media');
      return;
    }
    this.gate.sourceLost();
    this.#options.host.interrupted(session);
    this.#grace = this.#options.clock.after(this.#options.graceMs, () => this.end('publisher_gone'));
  }
}

/** What an encoder is refused for by what it sends; all else is the host's own doing, or no refusal. */
const isOfItsOwn = (code: CloseCause['code']): code is RefusalCode =>
  code === 'codec_unsupported' || code.startsWith('limit_');

const later = (a: number | null, b: number | null): number | null =>
  a === null || b === null ? (a ?? b) : Math.max(a, b);
