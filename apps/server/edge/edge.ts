import { join } from 'node:path';
import { type Clock, type Config, type Log, Problem } from '@weir/kit';
import { Channel, type ChannelHost } from '@weir/media/channel/channel.ts';
import { Proxies } from '@weir/media/fanout/address.ts';
import { cameByHttp2 } from '@weir/media/fanout/hls/version.ts';
import type { IngestHost } from '@weir/media/ingest/host.ts';
import { Refusal } from '@weir/media/ingest/refusal.ts';
import type { Rooms } from '@weir/rooms';
import { Recent } from '@weir/text/recent.ts';
import type {
  BroadcastView,
  CutOrder,
  CutReport,
  Figures,
  LeaseAnswer,
  PublishAnswer,
  RestoreOrder,
  RoomTalk,
  Tombstone,
} from '../wire.ts';
import type { ControlLine } from './control-line.ts';
import { sha256 } from './digest.ts';
import { Registry } from './registry.ts';
import type { Tombstones } from './tombstones.ts';

/** Sessions at most whose tokens were revoked; a token lives for minutes, so the oldest may be forgotten. */
const MAX_REVOKED = 200_000;

export type EdgeOptions = {
  id: string;
  config: Config;
  clock: Clock;
  log: Log;
  line: ControlLine;
  tombstones: Tombstones;
  rooms: () => Rooms;
  mayServe: () => boolean;
};

/** Reports of cuts that are kept at most for being asked again. */
const MAX_REPORTS = 2_000;

/**
 * All broadcasts of one edge: finds or makes their channels, follows control's views, closes on a cut.
 * A tombstone outranks everything: whoever asks for a broadcast that has one gets `broadcast_cut`.
 */
export class Edge implements IngestHost {
  readonly #options: EdgeOptions;
  readonly #registry = new Registry();
  readonly #channels = new Map<string, Channel>();
  /** What each cut found, by order: who asks again hears the same. */
  readonly #reports = new Recent<string, Promise<CutReport>>(MAX_REPORTS);
  readonly #opening = new Map<string, Promise<BroadcastView | undefined>>();
  /** Channels that nobody used at the last look. */
  #idle = new Set<string>();
  readonly #revoked = new Recent<string, true>(MAX_REVOKED);
  readonly #proxies: Proxies;
  #suspended = true;

  constructor(options: EdgeOptions) {
    this.#options = options;
    this.#proxies = new Proxies(options.config.trustProxy);
  }

  /** Channels that have a publisher or viewers, and rooms that have sockets; what the lease is asked for. */
  inUse(id: string): boolean {
    const channel = this.#channels.get(id);
    return (
      (channel && (channel.session !== undefined || channel.viewers > 0)) ||
      this.#options.rooms().online(id) > 0
    );
  }

  held(): { id: string; version: number; session?: string }[] {
    return this.#registry
      .all()
      .filter(({ id }) => this.inUse(id))
      .map(({ id, version }) => {
        const session = this.#channels.get(id)?.session;
        return { id, version, ...(session ? { session } : {}) };
      });
  }

  /** The channel of a broadcast, made on first use; undefined where control knows none of this id. */
  async channel(id: string): Promise<Channel | undefined> {
    const present = this.#channels.get(id);
    if (present) return present;
    const view = await this.view(id);
    if (!view || this.#options.tombstones.has(id)) return undefined;
    // Others may have waited for the same view.
    return this.#channels.get(id) ?? this.#open(view);
  }

  /** Control's view of a broadcast, asked once for all who wait for it. */
  view(id: string): Promise<BroadcastView | undefined> {
    const known = this.#registry.get(id);
    // Of what is not in use here nobody tells this edge what it missed.
    if (known && this.inUse(id)) return Promise.resolve(known);
    const asked = this.#opening.get(id);
    if (asked) return asked;
    const asking = this.#options.line
      .broadcast(id)
      .then((view) => {
        if (view) this.follow(view);
        return view;
      })
      .catch((why) => {
        // Cut while this edge was not told, or before its disk was lost: it stands here too from now on.
        const stone = why instanceof Problem ? (why.more['tombstone'] as Tombstone | undefined) : undefined;
        if (stone) this.learn([stone]);
        throw why;
      })
      .finally(() => this.#opening.delete(id));
    this.#opening.set(id, asking);
    return asking;
  }

  /** What was set for the talk of a room, as far as this edge knows it. */
  talk(id: string): RoomTalk | undefined {
    return this.#registry.get(id)?.talk;
  }

  /** Something about a broadcast changed: its gates follow at once, without a restart. */
  follow(view: BroadcastView): void {
    if (!this.#registry.put(view, (id) => this.inUse(id))) return;
    const channel = this.#channels.get(view.id);
    channel?.set(view.gate.media);
    channel?.renew(view.epoch);
    this.#options.rooms().set(view.id, { gate: view.gate, slowMs: view.slowMs });
  }

  publish: IngestHost['publish'] = async (request, session) => {
    const { line, tombstones, log } = this.#options;
    let answer: PublishAnswer;
    try {
      answer = await line.publish({
        keyHash: sha256(request.key),
        address: request.address,
        protocol: request.protocol,
      });
    } catch (why) {
      log.warn({ err: why }, 'control did not answer a publisher');
      throw new Refusal('limit_unavailable');
    }
    if (!answer.ok) throw new Refusal(answer.code);
    const { broadcast: view } = answer;
    if (tombstones.has(view.id)) throw new Refusal('broadcast_cut');
    this.follow(view);
    const current = this.#registry.get(view.id) ?? view;
    const present = this.#channels.get(view.id);
    const channel = present && !present.over ? present : this.#open(current, present);
    try {
      return channel.publish(session);
    } catch (why) {
      if (why instanceof Refusal)
        line.stream({ type: 'refused', code: why.code, broadcast: view.id, session: session.id });
      throw why;
    }
  };

  /** Closes every gate of a broadcast. The gates are closed when this returns; the promise is for the disk. */
  async cut(order: CutOrder): Promise<CutReport> {
    const { id, clock, tombstones, rooms } = this.#options;
    const stored = tombstones.add(order);
    const before = this.#reports.get(order.order);
    if (before) {
      // Asked again: the answer to the first was lost on the way, or the disk refused the tombstone then.
      await stored;
      return before;
    }
    const channel = this.#channels.get(order.broadcast);
    this.#channels.delete(order.broadcast);
    const cut = channel?.cut();
    rooms().cut(order.broadcast, { reason: order.reason, ...(order.clause ? { clause: order.clause } : {}) });
    const gatesClosedAt = cut?.gatesClosedAt ?? clock.now();
    const settled = Promise.resolve(cut?.settled ?? null).then((lastResetAt) => ({
      edge: id,
      gatesClosedAt,
      lastWriteAt: cut?.lastWriteAt ?? null,
      lastResetAt,
      publisherKickedAt: cut?.publisherKickedAt ?? null,
      viewers: cut?.viewers ?? 0,
    }));
    this.#reports.set(order.order, settled);
    await stored;
    return settled;
  }

  /** Cuts this edge has not heard of: in force at once, also where the disk refuses them. */
  learn(stones: readonly Tombstone[]): void {
    const { tombstones, log } = this.#options;
    for (const stone of stones)
      if (!tombstones.has(stone.broadcast))
        this.cut(stone).catch((why: Error) =>
          log.error({ order: stone.order, why: why.message }, 'tombstone not on disk'),
        );
  }

  async restore({ order, broadcast, view }: RestoreOrder): Promise<void> {
    await this.#options.tombstones.lift(order, broadcast);
    this.#registry.delete(broadcast);
    this.#registry.put(view, () => true);
    this.#options.rooms().restore(broadcast, { gate: view.gate, slowMs: view.slowMs });
  }

  /** What a lease answer says: cuts first, then changes, then whatever it no longer grants is closed. */
  answered(answer: LeaseAnswer, asked: readonly string[]): void {
    this.learn(answer.cut);
    for (const view of answer.changed) this.follow(view);
    const granted = new Set(answer.granted);
    for (const id of asked) {
      if (granted.has(id)) continue;
      this.#channels.get(id)?.suspend();
      this.#options.rooms().suspend(id);
    }
    if (this.#suspended) return;
    for (const id of granted) {
      this.#channels.get(id)?.resume();
      this.#options.rooms().resume(id);
    }
  }

  suspendAll(): void {
    this.#suspended = true;
    for (const channel of this.#channels.values()) channel.suspend();
    for (const { id } of this.#registry.all()) this.#options.rooms().suspend(id);
  }

  resumeAll(): void {
    this.#suspended = false;
    for (const channel of this.#channels.values()) channel.resume();
    for (const { id } of this.#registry.all()) this.#options.rooms().resume(id);
  }

  end(id: string, cause: string): void {
    this.#channels.get(id)?.end(cause);
  }

  kick(id: string, code: ConstructorParameters<typeof Refusal>[0]): void {
    this.#channels.get(id)?.kick(code);
  }

  /** Ends what runs under this session's tokens; they open nothing any more. */
  revoke(id: string, session: string): number {
    this.#revoked.set(session, true);
    const channel = this.#channels.get(id);
    channel?.hls.revoke(session);
    return (channel?.flv.revoke(session) ?? 0) + this.#options.rooms().revoke(id, session);
  }

  isRevoked(session: string): boolean {
    return this.#revoked.get(session) === true;
  }

  /** @throws Problem `not_found` where nothing of this broadcast runs here */
  running(id: string): Channel {
    const channel = this.#channels.get(id);
    if (!channel || channel.over)
      throw new Problem('not_found', 'Nothing of this broadcast runs at this edge');
    return channel;
  }

  outputMs(id: string): number {
    return this.#channels.get(id)?.outputMs ?? 0;
  }

  figures(): Figures['broadcasts'] {
    return this.#registry
      .all()
      .filter(({ id }) => this.inUse(id))
      .map(({ id }) => {
        const channel = this.#channels.get(id);
        const encoder = channel?.publisher?.health();
        return {
          id,
          viewers: channel?.viewers ?? 0,
          online: this.#options.rooms().online(id),
          outputMs: channel?.outputMs ?? 0,
          waitingMs: channel?.gate.waitingMs ?? 0,
          ...(encoder ? { encoder } : {}),
        };
      });
  }

  /** Ends every broadcast in order, for a stop of the process: the encoder comes back to the next one. */
  closeAll(): void {
    for (const channel of [...this.#channels.values()]) channel.end('edge_closing');
  }

  /** Lets go of channels that nobody has used since the last time this was called. */
  tidy(): void {
    const idle = new Set<string>();
    for (const [id, channel] of this.#channels) {
      if (this.inUse(id)) continue;
      idle.add(id);
      if (!this.#idle.has(id)) continue;
      this.#channels.delete(id);
      channel.end('unused');
    }
    this.#idle = idle;
  }

  #open(view: BroadcastView, after?: Channel): Channel {
    const { config, clock, log, mayServe } = this.#options;
    const channel = new Channel({
      id: view.id,
      kind: view.kind === 'audio' ? 'audio' : 'video',
      epoch: view.epoch,
      ...(after ? { after } : {}),
      settings: view.gate.media,
      host: this.#host(view.id, mayServe),
      clock,
      log,
      mediaDir: join(config.dataDir, 'media'),
      spillDir: join(config.dataDir, 'edge', 'spill'),
      graceMs: config.graceMs,
      takeoverMs: config.takeoverMs,
      limits: {
        viewerBufferBytes: orNone(config.limitViewerBuffer),
        gateMemoryBytes: orNone(config.limitGateMemory),
        gateSpillBytes: orNone(config.limitGateSpill),
      },
      lowLatency: (req) => cameByHttp2(req, (address) => this.#proxies.trusts(address)),
    });
    if (this.#suspended) channel.suspend();
    this.#channels.set(view.id, channel);
    return channel;
  }

  #host(broadcast: string, mayServe: () => boolean): ChannelHost {
    const { line } = this.#options;
    return {
      mayServe,
      live: (session, encoder, codecs) => line.stream({ type: 'live', encoder, codecs, broadcast, session }),
      interrupted: (session) => line.stream({ type: 'interrupted', broadcast, session }),
      back: (session) => line.stream({ type: 'back', broadcast, session }),
      ended: (session, cause) => {
        line.stream({ type: 'ended', cause, broadcast, session });
      },
      refused: (session, code) => line.stream({ type: 'refused', code, broadcast, session }),
      recorded: (segment, session) => line.recorded(broadcast, session, segment),
    };
  }
}

/** A limit of the configuration, where 0 turns it off. */
const orNone = (limit: number): number => limit || Number.POSITIVE_INFINITY;
