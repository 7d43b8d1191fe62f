import { type Bus, type Clock, type Log, Problem } from '@weir/kit';
import type { RecordedSegment } from '@weir/media/tap/recorder.ts';
import type {
  AppendAnswer,
  BringStones,
  BroadcastView,
  BroughtStones,
  ContentRecord,
  Figures,
  Hello,
  HistoryAnswer,
  LearnStones,
  LeaseAnswer,
  LeaseRequest,
  LexiconAsk,
  LexiconPiece,
  PublishAnswer,
  PublishAsk,
  StonesPage,
  StreamEvent,
  Tombstone,
  Welcome,
} from '../wire.ts';

/** Records that wait while control is away: some minutes of segments and events of a busy edge. */
const MAX_WAITING = 10_000;
const RETRY_MS = 500;
const PUBLISH_WITHIN_MS = 3_000;

type Unsent<T> = T extends unknown ? Omit<T, 'edge' | 'at'> : never;

/**
 * The edge's side of the bus. Events and recorded segments are kept and repeated until control has them, in order:
 * a control that was killed for some seconds misses nothing.
 */
export class ControlLine {
  readonly #bus: Bus;
  readonly #edge: string;
  readonly #clock: Clock;
  readonly #log: Log;
  readonly #waiting: { subject: string; body: unknown }[] = [];
  #sending = false;

  constructor(options: { bus: Bus; edge: string; clock: Clock; log: Log }) {
    this.#bus = options.bus;
    this.#edge = options.edge;
    this.#clock = options.clock;
    this.#log = options.log;
  }

  hello(hello: Hello): Promise<Welcome> {
    return this.#bus.request('control.hello', hello);
  }

  bringStones(tombstones: Tombstone[]): Promise<BroughtStones> {
    const ask: BringStones = { edge: this.#edge, tombstones };
    return this.#bus.request('control.stones.bring', ask);
  }

  learnStones(after: string | undefined): Promise<StonesPage> {
    const ask: LearnStones = { edge: this.#edge, boot: this.#bus.boot, ...(after ? { after } : {}) };
    return this.#bus.request('control.stones.learn', ask);
  }

  lease(request: LeaseRequest, timeoutMs: number): Promise<LeaseAnswer> {
    return this.#bus.request('control.lease', request, timeoutMs);
  }

  publish(ask: Omit<PublishAsk, 'edge'>): Promise<PublishAnswer> {
    return this.#bus.request('control.publish', { ...ask, edge: this.#edge }, PUBLISH_WITHIN_MS);
  }

  async broadcast(id: string): Promise<BroadcastView | undefined> {
    try {
      return (
        (await this.#bus.request<BroadcastView | null>('control.broadcast', { id }, PUBLISH_WITHIN_MS)) ??
        undefined
      );
    } catch (why) {
      if (why instanceof Problem && why.code === 'not_found') return undefined;
      throw why;
    }
  }

  /** Resolves once the records are on disk; repeated by the room until they are. */
  async append(records: ContentRecord[]): Promise<void> {
    await this.#bus.request<AppendAnswer>('control.append', {
      edge: this.#edge,
      boot: this.#bus.boot,
      records,
    });
  }

  history(room: string, after: number | undefined, limit: number): Promise<HistoryAnswer> {
    return this.#bus.request('control.history', { room, limit, ...(after === undefined ? {} : { after }) });
  }

  /** One piece of a lexicon's file. @throws Problem `not_found` where control has none of this hash */
  lexicon(hash: string, at: number): Promise<LexiconPiece> {
    return this.#bus.request('control.lexicon', { hash, at } satisfies LexiconAsk);
  }

  stream(event: Unsent<StreamEvent>): void {
    this.#keep('control.stream', { ...event, edge: this.#edge, at: this.#clock.now() });
  }

  recorded(broadcast: string, session: string, segment: RecordedSegment): void {
    const record = { kind: 'segment.recorded', ts: this.#clock.now(), broadcast, session, ...segment };
    this.#keep('control.append', { edge: this.#edge, boot: this.#bus.boot, records: [record] });
  }

  figures(broadcasts: Figures['broadcasts']): void {
    this.#bus.publish('control.figures', { edge: this.#edge, broadcasts } satisfies Figures, 2_000);
  }

  #keep(subject: string, body: unknown): void {
    if (this.#waiting.length >= MAX_WAITING) {
      this.#log.error({ subject }, 'control has been away too long; the oldest event is dropped');
      this.#waiting.shift();
    }
    this.#waiting.push({ subject, body });
    if (!this.#sending) void this.#send();
  }

  async #send(): Promise<void> {
    this.#sending = true;
    for (let next = this.#waiting[0]; next; next = this.#waiting[0]) {
      try {
        await this.#bus.request(next.subject, next.body);
      } catch (why) {
        if (!(why instanceof Problem) || why.status >= 500 || why.code === 'busy') {
          await new Promise<void>((resolve) => this.#clock.after(RETRY_MS, resolve));
          continue;
        }
        this.#log.error({ err: why, subject: next.subject }, 'control refused an event');
      }
      if (this.#waiting[0] === next) this.#waiting.shift();
    }
    this.#sending = false;
  }
}
