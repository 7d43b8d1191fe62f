import type { Clock } from '@weir/kit';
import type { BroadcastView } from '../wire.ts';
import { type Broadcast, MAX_RETIRED_KEYS } from './broadcast.ts';
import type { Journal } from './journal.ts';
import { gateOf, type Policy } from './policy.ts';
import { talkView } from './talk.ts';

/** All broadcasts in memory: about 1 kB each. */
export const MAX_BROADCASTS = 200_000;

type Listener = (broadcast: Broadcast) => void;

/**
 * Every broadcast, by id and by key hash: what leases, publishing and cutting are answered from, so that they
 * never wait for PostgreSQL. Each change goes to the journal on control's own disk.
 */
export class Broadcasts {
  readonly #byId = new Map<string, Broadcast>();
  readonly #byKey = new Map<string, { id: string; current: boolean }>();
  readonly #running = new Set<string>();
  readonly #versions = new Map<string, number>();
  readonly #listeners = new Set<Listener>();
  readonly #journal: Journal;
  readonly #policy: Policy;
  readonly #clock: Clock;

  constructor(journal: Journal, policy: Policy, clock: Clock) {
    this.#journal = journal;
    this.#policy = policy;
    this.#clock = clock;
    for (const value of journal.values<Broadcast>('broadcast'))
      this.#place({ ...value, ends: value.ends ?? [] });
  }

  get size(): number {
    return this.#byId.size;
  }

  get(id: string): Broadcast | undefined {
    return this.#byId.get(id);
  }

  all(): IterableIterator<Broadcast> {
    return this.#byId.values();
  }

  /** Those that are live or interrupted. */
  *running(): Generator<Broadcast> {
    for (const id of this.#running) {
      const broadcast = this.#byId.get(id);
      if (broadcast) yield broadcast;
    }
  }

  /** Whose key this is; `current` is false for a rotated one. */
  byKeyHash(hash: string): { broadcast: Broadcast; current: boolean } | undefined {
    const found = this.#byKey.get(hash);
    const broadcast = found && this.#byId.get(found.id);
    return broadcast && found ? { broadcast, current: found.current } : undefined;
  }

  /** Takes a new or changed broadcast; tells the edges' version apart and whoever listens. */
  put(broadcast: Broadcast): void {
    this.#place(broadcast);
    this.#journal.put('broadcast', broadcast.id, broadcast);
    this.touch(broadcast);
  }

  /** Something about it changed that is not in the record: figures, a cut, its gate's policy. */
  touch(broadcast: Broadcast): void {
    // Wall time, so that a restarted control's versions are later than those an edge still holds.
    const before = this.#versions.get(broadcast.id) ?? 0;
    this.#versions.set(broadcast.id, Math.max(before + 1, this.#clock.now()));
    for (const listener of this.#listeners) listener(broadcast);
  }

  onChange(listener: Listener): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** What an edge must know to serve it. */
  view(broadcast: Broadcast): BroadcastView {
    return {
      id: broadcast.id,
      number: broadcast.number,
      kind: broadcast.kind,
      epoch: broadcast.epoch,
      version: this.version(broadcast.id),
      gate: gateOf(broadcast, this.#policy),
      slowMs: broadcast.slowMs,
      ...talkView(broadcast, this.#clock.now()),
    };
  }

  version(id: string): number {
    let version = this.#versions.get(id);
    if (version === undefined) {
      version = this.#clock.now();
      this.#versions.set(id, version);
    }
    return version;
  }

  #place(broadcast: Broadcast): void {
    const before = this.#byId.get(broadcast.id);
    if (before && before.keyHash !== broadcast.keyHash) this.#byKey.delete(before.keyHash);
    this.#byId.set(broadcast.id, broadcast);
    if (broadcast.state === 'live' || broadcast.state === 'interrupted') this.#running.add(broadcast.id);
    else this.#running.delete(broadcast.id);
    for (const hash of broadcast.retiredKeys.slice(0, MAX_RETIRED_KEYS))
      this.#byKey.set(hash, { id: broadcast.id, current: false });
    this.#byKey.set(broadcast.keyHash, { id: broadcast.id, current: true });
  }
}
