import { type Bus, type Clock, type Config, type Log, Problem } from '@weir/kit';
import type { Hello } from '../wire.ts';
import type { Journal } from './journal.ts';

/** An edge that reported for duty; kept in the snapshot, so that a restarted control knows whom to tell of a cut. */
export type Edge = Hello & {
  /** Wall ms of its last hello or lease: for a restarted control alone, which has no other clock in common with it. */
  seenAt: number;
};

/** An edge not heard of for so long is gone for good: its lease ended long ago. */
const FORGET_MS = 600_000;
/** Seen-times move on in the snapshot at most this often. */
const SNAPSHOT_EACH_MS = 5_000;

/** The edges and the ways to them. */
export class Edges {
  readonly #edges = new Map<string, Edge>();
  readonly #snapshotAt = new Map<string, number>();
  /** Monotonic ms of each one's last hello or lease. */
  readonly #heardAt = new Map<string, number>();
  readonly #homes = new Map<string, string>();
  /** The boot of each edge that said hello and has still to hear what stands. */
  readonly #greeted = new Map<string, string>();
  /** The boot of each edge that said hello to this control, knows what stands and missed nothing since. */
  readonly #met = new Map<string, string>();
  readonly #bus: Bus;
  readonly #clock: Clock;
  readonly #config: Config;
  readonly #journal: Journal;
  readonly #log: Log;

  constructor(options: { bus: Bus; clock: Clock; config: Config; journal: Journal; log: Log }) {
    this.#bus = options.bus;
    this.#clock = options.clock;
    this.#config = options.config;
    this.#journal = options.journal;
    this.#log = options.log;
    for (const edge of this.#journal.values<Edge>('edge')) {
      this.#edges.set(edge.edge, edge);
      // Silent for longer than its lease is all that wall time is believed here: a cut must still find it.
      const silentMs = Math.max(0, this.#clock.now() - edge.seenAt);
      this.#heardAt.set(edge.edge, this.#clock.mono() - Math.min(silentMs, this.#config.leaseMs + 1));
    }
  }

  hello(hello: Hello): void {
    if (!this.met(hello.edge, hello.boot)) {
      this.#met.delete(hello.edge);
      this.#greeted.set(hello.edge, hello.boot);
    }
    this.#keep({ ...hello, seenAt: this.#clock.now() }, true);
  }

  /** An edge has heard all that stands; it has met control unless something was told past it meanwhile. */
  learnt(id: string, boot: string): void {
    if (this.#greeted.get(id) !== boot) return;
    this.#greeted.delete(id);
    this.#met.set(id, boot);
  }

  /** A lease request counts as a sign of life. */
  seen(id: string, boot: string): void {
    const known = this.#edges.get(id);
    const ports = known ?? { mediaPort: this.#config.mediaPort, rtmpPort: this.#config.rtmpPort };
    this.#keep({ ...ports, edge: id, boot, seenAt: this.#clock.now() }, !known);
  }

  /** True where this boot of an edge knows all that control told; otherwise it is asked for a hello. */
  met(id: string, boot: string): boolean {
    return this.#met.get(id) === boot;
  }

  /** Something changed that no edge was told: each is asked for a hello with its next lease. */
  meetAgain(): void {
    this.#met.clear();
    this.#greeted.clear();
  }

  /** Where a broadcast's stream comes in, told by its stream events. */
  home(broadcast: string, edge: string): void {
    this.#homes.set(broadcast, edge);
  }

  leave(broadcast: string): void {
    this.#homes.delete(broadcast);
  }

  /** Every edge that may still serve or come back. */
  known(): Edge[] {
    for (const { edge } of this.#edges.values()) {
      if (this.#silentMs(edge) <= FORGET_MS) continue;
      this.#edges.delete(edge);
      this.#heardAt.delete(edge);
      this.#journal.delete('edge', edge);
    }
    return [...this.#edges.values()];
  }

  /** True where an edge was heard of within its lease. */
  fresh(): boolean {
    return this.known().some(({ edge }) => this.#silentMs(edge) <= this.#config.leaseMs);
  }

  /** The edge a broadcast's viewers are sent to. */
  of(broadcast: string): Edge | undefined {
    const home = this.#homes.get(broadcast);
    const known = this.known();
    return (
      known.find((edge) => edge.edge === home) ??
      known.toSorted((a, b) => this.#silentMs(a.edge) - this.#silentMs(b.edge))[0]
    );
  }

  /** Asks the edge where the broadcast lives. @throws Problem edge_unreachable */
  async ask<T>(broadcast: string, what: string, body: unknown, timeoutMs = 2_000): Promise<T> {
    const edge = this.of(broadcast);
    if (!edge) throw new Problem('edge_unreachable', 'No edge is running');
    return this.askEdge<T>(edge.edge, what, body, timeoutMs);
  }

  async askEdge<T>(edge: string, what: string, body: unknown, timeoutMs = 2_000): Promise<T> {
    try {
      return await this.#bus.request<T>(`edge.${edge}.${what}`, body, timeoutMs);
    } catch (why) {
      if (why instanceof Problem && ['bus_timeout', 'bus_no_responder'].includes(why.code))
        throw new Problem('edge_unreachable', `Edge ${edge} did not answer`);
      throw why;
    }
  }

  /** Tells every edge; one that does not answer learns it with its next lease. */
  async tell(what: string, body: unknown, timeoutMs = 1_000): Promise<void> {
    await Promise.all(
      this.known().map(({ edge }) =>
        this.askEdge(edge, what, body, timeoutMs).catch((why: Error) => {
          // It learns views with its lease, and restores with the hello it is then asked for.
          this.#met.delete(edge);
          this.#greeted.delete(edge);
          this.#log.warn({ edge, what, why: why.message }, 'edge not told');
        }),
      ),
    );
  }

  /** Base of media addresses, without a slash at the end. */
  mediaUrl(broadcast = ''): string {
    if (this.#config.mediaUrl) return this.#config.mediaUrl.replace(/\/+$/, '');
    const scheme = this.#config.mediaTls === 'on' ? 'https' : 'http';
    return `${scheme}://${host(this.#config.bind)}:${this.of(broadcast)?.mediaPort ?? this.#config.mediaPort}`;
  }

  /** What encoders are told. */
  rtmpUrl(): string {
    if (this.#config.rtmpUrl) return this.#config.rtmpUrl.replace(/\/+$/, '');
    const port = this.of('')?.rtmpPort ?? this.#config.rtmpPort;
    return `rtmp://${host(this.#config.bind)}${port === 1935 ? '' : `:${port}`}/live`;
  }

  #silentMs(edge: string): number {
    return this.#clock.mono() - (this.#heardAt.get(edge) ?? Number.NEGATIVE_INFINITY);
  }

  #keep(edge: Edge, write: boolean): void {
    const now = this.#clock.mono();
    this.#edges.set(edge.edge, edge);
    this.#heardAt.set(edge.edge, now);
    const writtenAt = this.#snapshotAt.get(edge.edge) ?? Number.NEGATIVE_INFINITY;
    if (!write && now - writtenAt < SNAPSHOT_EACH_MS) return;
    this.#snapshotAt.set(edge.edge, now);
    this.#journal.put('edge', edge.edge, edge);
  }
}

const host = (bind: string): string => {
  if (bind === '0.0.0.0' || bind === '::') return 'localhost';
  return bind.includes(':') ? `[${bind}]` : bind;
};
