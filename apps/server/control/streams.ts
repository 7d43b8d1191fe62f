import type { Timer } from '@weir/kit';
import type { Figures, LeaseRequest, StreamEvent } from '../wire.ts';
import type { Broadcast } from './broadcast.ts';
import type { Control } from './control.ts';
import * as sql from './sql/broadcasts.ts';

/** Changes of state are stored at most this late; PostgreSQL is never waited for. */
const STORE_EACH_MS = 300;
const SWEEP_EACH_MS = 1_000;

/** Ends of publications that are remembered of one broadcast: more than a year of several a day. */
const MAX_ENDS = 1_000;

/** A cut tells of the end more than once: the first counts. */
function withEnd({ state, ends }: Broadcast, at: number): number[] {
  return state === 'ended' || state === 'created' ? ends : [...ends, at].slice(-MAX_ENDS);
}

/**
 * Follows what edges say of streams. States of a broadcast: `created` (never published), `live`, `interrupted`
 * (publisher away within the grace time), `ended`; a cut is beside them and outranks them.
 */
export class Streams {
  readonly #control: Control;
  readonly #heardAt = new Map<string, number>();
  readonly #unstored = new Set<string>();
  readonly #timers: Timer[];
  readonly #bootAt: number;
  #storing = false;

  constructor(control: Control) {
    this.#control = control;
    this.#bootAt = control.clock.mono();
    this.#timers = [
      control.clock.every(STORE_EACH_MS, () => void this.store()),
      control.clock.every(SWEEP_EACH_MS, () => this.#sweep()),
    ];
  }

  /** `control.stream`. */
  take(event: StreamEvent): void {
    const { broadcasts, tombstones, edges } = this.#control;
    const before = broadcasts.get(event.broadcast);
    if (!before) return;
    if (event.type === 'refused') {
      this.#put({ ...before, lastRefusal: { code: event.code, at: event.at } });
      return;
    }
    if (event.type === 'ended') edges.leave(before.id);
    else edges.home(before.id, event.edge);
    this.#heardAt.set(before.id, this.#control.clock.mono());
    if (tombstones.get(before.id)) {
      if (event.type === 'ended')
        this.#put({ ...before, state: 'ended', endedAt: event.at, ends: withEnd(before, event.at) });
      return;
    }
    switch (event.type) {
      case 'live':
      case 'back':
        this.#live(before, event.at, event.session);
        return;
      case 'interrupted':
        if (before.state === 'interrupted') return;
        this.#put({ ...before, state: 'interrupted' });
        this.#control.hooks.send('broadcast.interrupted', { broadcast: before.id, number: before.number });
        return;
      case 'ended':
        this.#ended(before, event.at, event.cause);
        return;
    }
  }

  /** A lease request names the streams whose publisher is there. */
  heard(lease: LeaseRequest): void {
    for (const { id, session } of lease.broadcasts) {
      if (session === undefined) continue;
      this.#heardAt.set(id, this.#control.clock.mono());
      this.#control.edges.home(id, lease.edge);
    }
  }

  figures(figures: Figures): void {
    this.#control.figures.take(figures);
  }

  /** Stores the states that changed; what fails stays to be stored. */
  async store(): Promise<void> {
    const { database, broadcasts, ledger } = this.#control;
    if (this.#storing || this.#unstored.size === 0 || !database.up) return;
    this.#storing = true;
    const ids = [...this.#unstored];
    this.#unstored.clear();
    try {
      await database.write(async (trx) => {
        for (const id of ids.toSorted()) {
          const broadcast = broadcasts.get(id);
          if (broadcast) await sql.update(trx, ledger.words, broadcast);
        }
      });
    } catch {
      for (const id of ids) this.#unstored.add(id);
    } finally {
      this.#storing = false;
    }
  }

  async close(): Promise<void> {
    for (const timer of this.#timers) timer.cancel();
    await this.store();
  }

  /** Ends it by order, whether or not an edge still speaks for it. */
  end(broadcast: Broadcast, at: number, cause: string): void {
    this.#control.edges.leave(broadcast.id);
    this.#ended(this.#control.broadcasts.get(broadcast.id) ?? broadcast, at, cause);
  }

  #put(broadcast: Broadcast): void {
    this.#control.broadcasts.put(broadcast);
    this.#unstored.add(broadcast.id);
  }

  #live(before: Broadcast, at: number, session: string): void {
    const fresh = before.state === 'created' || before.state === 'ended';
    if (before.state === 'live') return;
    this.#put({ ...before, state: 'live', ...(fresh ? { startedAt: at, endedAt: null } : {}) });
    if (!fresh) return;
    this.#record({
      kind: 'broadcast.started',
      ts: at,
      broadcast: before.id,
      user: before.publisher,
      id: session,
    });
    this.#control.hooks.send('broadcast.started', { broadcast: before.id, number: before.number });
  }

  #ended(before: Broadcast, at: number, cause: string): void {
    this.#heardAt.delete(before.id);
    if (before.state === 'ended' || before.state === 'created') return;
    // The key may go live again: HLS players of this publication must not go on in the next one's timeline.
    this.#put({ ...before, state: 'ended', endedAt: at, ends: withEnd(before, at), epoch: before.epoch + 1 });
    this.#record({ kind: 'broadcast.ended', ts: at, broadcast: before.id, user: before.publisher, cause });
    this.#control.hooks.send('broadcast.ended', { broadcast: before.id, number: before.number, cause });
  }

  #record(record: {
    kind: string;
    ts: number;
    broadcast: string;
    user: string;
    id?: string;
    cause?: string;
  }): void {
    this.#control.ledger
      .append([record])
      .catch((why: Error) =>
        this.#control.log.error({ kind: record.kind, why: why.message }, 'record not written'),
      );
  }

  /** A stream whose edge died with it: nobody speaks for it any more. */
  #sweep(): void {
    const { broadcasts, config, clock } = this.#control;
    const patienceMs = config.leaseMs + config.graceMs;
    for (const broadcast of broadcasts.running()) {
      const silentMs = clock.mono() - (this.#heardAt.get(broadcast.id) ?? this.#bootAt);
      if (silentMs > patienceMs) this.#ended(broadcast, clock.now(), 'edge_lost');
    }
  }
}
