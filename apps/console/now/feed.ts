import { type Api, ApiError, type Broadcast, Store } from '@weir/look';
import { Series } from '../figures/series.ts';
import { runs } from './list/order.ts';

/** What the page knows of everything live. `staleSince`: the last news is from then, newer could not be had. */
export type Feed = {
  state: 'loading' | 'ready' | 'failed' | 'forbidden';
  broadcasts: ReadonlyMap<string, Broadcast>;
  staleSince?: number | undefined;
  error?: unknown;
};

/** Changes that come together are drawn together. */
const GATHER_MS = 100;
/** Without events the list is asked for this often; with them, to find what an event was missed of. */
const POLL_MS = 2_000;
const CHECK_MS = 15_000;
/** Pages of the list asked for at once. */
const PAGES_MOST = 20;
/** Broadcasts that are over and still listed where they stood. */
const OVER_MOST = 200;

type Page = { items: Broadcast[]; next?: string | null };

/**
 * Follows what is live: asks once, then hears every change by server-sent events within a tenth of a second, and
 * asks again while events cannot be had. What is over is kept, so that its row stays where it stood.
 *
 * A page that nobody sees rests, and is up to date again as soon as it is seen: a browser opens at most six connections
 * to one host by HTTP/1.1, and events hold one, so that six resting pages would keep the seventh from loading.
 */
export class LiveFeed {
  readonly store = new Store<Feed>({ state: 'loading', broadcasts: new Map() });
  readonly series = new Series();
  readonly #api: Api;
  #source: EventSource | undefined;
  #hearing = false;
  #heardAt = 0;
  #changed = new Map<string, Broadcast>();
  #gather: ReturnType<typeof setTimeout> | undefined;
  #poll: ReturnType<typeof setTimeout> | undefined;
  /** Counts questions and events: what an answer tells is as old as its question. */
  #count = 0;
  /** By broadcast, when it was heard of; only while a list is asked for. */
  readonly #heard = new Map<string, number>();
  #asking = 0;
  /** The latest question whose answer stands. */
  #taken = 0;
  #left: AbortController | undefined;

  constructor(api: Api) {
    this.#api = api;
  }

  /** Begins; returns how to stop. */
  open(): () => void {
    const left = new AbortController();
    this.#left = left;
    const follow = (): void => {
      this.#rest();
      if (document.visibilityState === 'hidden') return;
      this.#listen();
      void this.reload();
    };
    document.addEventListener('visibilitychange', follow, { signal: left.signal });
    follow();
    return () => {
      left.abort();
      this.#rest();
      clearTimeout(this.#gather);
    };
  }

  #rest(): void {
    this.#source?.close();
    this.#source = undefined;
    this.#hearing = false;
    clearTimeout(this.#poll);
  }

  #listen(): void {
    const source = new EventSource('/api/events');
    this.#source = source;
    source.addEventListener('open', () => {
      this.#hearing = true;
      void this.reload();
    });
    source.addEventListener('error', () => {
      if (!this.#hearing) return;
      this.#hearing = false;
      void this.reload();
    });
    source.addEventListener('broadcast', (event) => this.#hear(String(event.data)));
  }

  /** Asks for the whole list now. */
  async reload(): Promise<void> {
    clearTimeout(this.#poll);
    const signal = this.#left?.signal;
    const asked = ++this.#count;
    if (this.#asking++ === 0) this.#heard.clear();
    // A refusal ends an EventSource for good.
    if (this.#source?.readyState === EventSource.CLOSED) this.#listen();
    try {
      const [live, interrupted] = await Promise.all([
        this.#list('live', signal),
        this.#list('interrupted', signal),
      ]);
      if (!signal?.aborted) await this.#take([...live, ...interrupted], asked, signal);
    } catch (error) {
      if (!signal?.aborted && asked > this.#taken) this.#failed(error);
    }
    this.#asking--;
    // Another is on its way otherwise, and goes on.
    if (this.#asking === 0 && this.#source && !signal?.aborted)
      this.#poll = setTimeout(() => void this.reload(), this.#hearing ? CHECK_MS : POLL_MS);
  }

  async #list(state: string, signal: AbortSignal | undefined): Promise<Broadcast[]> {
    const items: Broadcast[] = [];
    let after = '';
    for (let page = 0; page < PAGES_MOST; page++) {
      const answer: Page = await this.#api.get<Page>(`/api/broadcasts?state=${state}${after}`, signal);
      items.push(...answer.items);
      if (!answer.next) break;
      after = `&after=${answer.next}`;
    }
    return items;
  }

  /** Takes the list that question `asked` was answered with, but for what was heard of since. */
  async #take(running: readonly Broadcast[], asked: number, signal: AbortSignal | undefined): Promise<void> {
    if (asked < this.#taken) return;
    this.#taken = asked;
    const put = (one: Broadcast, since: number): void => {
      if ((this.#heard.get(one.id) ?? 0) < since) this.#changed.set(one.id, one);
    };
    const ids = new Set(running.map(({ id }) => id));
    for (const one of running) put(one, asked);
    const missed = [...this.store.get().broadcasts.values()].filter((one) => runs(one) && !ids.has(one.id));
    for (const { id } of missed.slice(0, OVER_MOST)) {
      const since = ++this.#count;
      const over = await this.#api.get<Broadcast>(`/api/broadcasts/${id}`, signal).catch(() => undefined);
      if (over) put(over, since);
    }
    this.#heardAt = Date.now();
    this.#flush();
  }

  #hear(text: string): void {
    try {
      const one = JSON.parse(text) as Broadcast;
      this.#changed.set(one.id, one);
      if (this.#asking > 0) this.#heard.set(one.id, ++this.#count);
    } catch {
      return;
    }
    this.#heardAt = Date.now();
    this.#gather ??= setTimeout(() => this.#flush(), GATHER_MS);
  }

  #flush(): void {
    clearTimeout(this.#gather);
    this.#gather = undefined;
    const broadcasts = new Map(this.store.get().broadcasts);
    const now = Date.now();
    for (const [id, one] of this.#changed) {
      if (!runs(one) && !broadcasts.has(id)) continue;
      broadcasts.set(id, one);
      this.series.add(id, { viewers: one.viewers, bitrate: one.encoder?.bitrate ?? 0 }, now);
    }
    this.#changed = new Map();
    const over = [...broadcasts.values()].filter((one) => !runs(one));
    for (const { id } of over.slice(0, Math.max(0, over.length - OVER_MOST))) broadcasts.delete(id);
    this.series.keep(new Set(broadcasts.keys()));
    this.store.set({ state: 'ready', broadcasts });
  }

  #failed(error: unknown): void {
    const before = this.store.get();
    const refused = error instanceof ApiError && (error.status === 401 || error.status === 403);
    if (refused) this.store.set({ ...before, state: 'forbidden', error });
    else if (before.state === 'ready')
      this.store.set({ ...before, staleSince: before.staleSince ?? this.#heardAt });
    else this.store.set({ ...before, state: 'failed', error });
  }
}
