import { type Api, ApiError } from '../api.ts';
import { ATTEMPTS_MOST, backoffMs } from '../backoff.ts';
import type { Broadcast, Gate } from '../broadcast.ts';
import { type Clock, pageClock } from '../clock.ts';
import { Store } from '../store.ts';
import { startBest } from './engine/choose.ts';
import {
  clearVideo,
  type Engine,
  type EngineEvents,
  type Failure,
  failureWords,
  type Transport,
} from './engine/engine.ts';
import { jumpGap, Motion } from './motion.ts';
import { Slates } from './slates.ts';
import { isCalm, playerState } from './state.ts';
import { Tickets } from './tickets.ts';
import { beginning, learn, type Watching } from './watching.ts';

export type WatchOptions = {
  api: Api;
  id: string;
  clock?: Clock;
  ageGated?: boolean;
  /** Transports that are not tried at all; for looking at the others. */
  without?: readonly Transport[];
  /** Starts engines; tests pass their own. */
  start?: typeof startBest;
  random?: () => number;
};

const TICK_MS = 250;
/** The API is asked this often; while something is wrong, faster. */
const POLL_MS = 5_000;
const POLL_ANXIOUS_MS = 2_000;

/**
 * Watches one broadcast: keeps its state from the API and the room, keeps an engine running while there
 * is something to play, and joins both into the one state of the player.
 *
 * Life: `attach(video)` → running → `close()`. A cut empties the element in the same turn it is heard of.
 */
export class Watch {
  readonly id: string;
  readonly tickets: Tickets;
  readonly store: Store<Watching>;
  readonly #api: Api;
  readonly #clock: Clock;
  readonly #start: typeof startBest;
  readonly #random: () => number;
  /** As the service says, or whoever made this watch. */
  #ageGated: boolean;
  readonly #never: readonly Transport[];
  #without: Set<Transport>;
  #video: HTMLVideoElement | undefined;
  #engine: Engine | undefined;
  /** Counts engines: what a dead one still says is not heard. */
  #round = 0;
  #starting = false;
  #retry: { cancel(): void } | undefined;
  #tick: { cancel(): void } | undefined;
  #poll: { cancel(): void } | undefined;
  #polling = false;
  /** Something was heard while the API was asked: its answer may be older. */
  #overtaken = false;
  #gate: Gate | undefined;
  readonly #slates = new Slates();
  readonly #motion = new Motion();
  #closed = false;
  readonly #left = new AbortController();

  constructor(options: WatchOptions) {
    this.id = options.id;
    this.#api = options.api;
    this.#clock = options.clock ?? pageClock;
    this.#start = options.start ?? startBest;
    this.#random = options.random ?? Math.random;
    this.#ageGated = options.ageGated === true;
    this.#never = options.without ?? [];
    this.#without = new Set(this.#never);
    this.tickets = new Tickets(options.api, options.id, this.#clock);
    this.store = new Store<Watching>(beginning(this.#clock.now()));
  }

  /** Begins to watch on this element. */
  attach(video: HTMLVideoElement): void {
    this.#video = video;
    video.muted = this.store.get().muted;
    const { signal } = this.#left;
    const anxious = (): void => this.#wake();
    document.addEventListener('visibilitychange', anxious, { signal });
    window.addEventListener('online', anxious, { signal });
    this.#pollNow();
    this.#ticking();
  }

  /** Ends everything; the element is empty afterwards. */
  close(): void {
    this.#closed = true;
    this.#left.abort();
    this.#tick?.cancel();
    this.#poll?.cancel();
    this.#stopEngine();
  }

  /** The output timeline under the picture, ms, for danmaku; undefined where this transport cannot tell. */
  ptsMs(): number | undefined {
    return this.#engine?.ptsMs();
  }

  /** Wall time of the picture, ms, where the transport tells it. */
  wallMs(): number | undefined {
    return this.#engine?.wallMs();
  }

  setMuted(muted: boolean): void {
    if (this.#video) {
      this.#video.muted = muted;
      if (!muted && this.#video.volume === 0) this.setVolume(1);
    }
    this.store.patch({ muted });
    this.#update();
  }

  setVolume(volume: number): void {
    const kept = Math.min(1, Math.max(0, volume));
    if (this.#video) this.#video.volume = kept;
    this.store.patch({ volume: kept });
    if (kept > 0 && this.store.get().muted) this.setMuted(false);
  }

  /** Stops or goes on. A live that goes on is at its newest, not where it was left. */
  setPaused(paused: boolean): void {
    this.store.patch({ paused });
    if (paused) this.#stopEngine();
    else this.reconnect();
    this.#update();
  }

  /** A person asks to try again now, with every transport. */
  reconnect(): void {
    this.#without = new Set(this.#never);
    this.store.patch({ attempts: 0, nextTryAt: undefined, codec: undefined, paused: false });
    this.#stopEngine();
    this.#pollNow();
    this.#drive();
  }

  /** The room says so: the picture goes before anything else happens. */
  onCut(reason: string, clause?: string): void {
    this.#stopEngine();
    this.store.patch({ cut: { reason, ...(clause ? { clause } : {}) } });
    this.#update();
    this.#pollNow();
  }

  /** The room tells the gate as it now stands. */
  onGate(gate: Gate): void {
    this.#gate = gate;
    this.#update();
    this.#pollNow();
  }

  onOnline(online: number): void {
    this.store.patch({ online });
  }

  /** Something broke elsewhere (the room's socket): look at once what the broadcast's state is. */
  lookNow(): void {
    this.#pollNow();
  }

  #wake(): void {
    if (document.visibilityState === 'hidden') return;
    this.#pollNow();
    if (!this.#engine && !this.#starting && this.#retry) {
      this.#retry.cancel();
      this.#retry = undefined;
      this.#drive();
    }
  }

  /* ---- what the API says ---- */

  #pollNow(): void {
    this.#poll?.cancel();
    this.#poll = undefined;
    this.#overtaken = this.#polling;
    if (!this.#polling && !this.#closed) void this.#ask();
  }

  async #ask(): Promise<void> {
    this.#polling = true;
    try {
      this.#learn(
        await this.#api.get<Broadcast>(`/api/broadcasts/${encodeURIComponent(this.id)}`, this.#left.signal),
      );
    } catch (error) {
      if (this.#closed) return;
      if (error instanceof ApiError && error.code === 'broadcast_cut') this.#cutByApi(error.more);
      else if (!this.store.get().broadcast || (error instanceof ApiError && error.status === 404))
        this.store.patch({ error });
    } finally {
      this.#polling = false;
    }
    if (this.#closed) return;
    this.#drive();
    this.#update();
    if (this.#overtaken) return this.#pollNow();
    const waitMs = isCalm(this.store.get().state) ? POLL_MS : POLL_ANXIOUS_MS;
    this.#poll = this.#clock.after(waitMs, () => this.#pollNow());
  }

  #learn(broadcast: Broadcast): void {
    if (!this.#overtaken) this.#gate = broadcast.gate;
    const { patch, isRestored } = learn(this.store.get(), broadcast);
    if (isRestored) this.tickets.drop();
    this.store.patch(patch);
  }

  #cutByApi(more: Readonly<Record<string, unknown>>): void {
    const { broadcast, cut } = this.store.get();
    if (broadcast) this.store.patch({ broadcast: { ...broadcast, state: 'cut' } });
    if (cut) return;
    this.#stopEngine();
    this.store.patch({ cut: { reason: String(more['reason'] ?? 'other') } });
  }

  /* ---- the engine ---- */

  /** Whether there is something that an engine could play. */
  #wanted(): boolean {
    const { broadcast, cut, paused, codec } = this.store.get();
    if (this.#closed || cut || paused || codec !== undefined || this.#ageGated) return false;
    return broadcast?.state === 'live' || broadcast?.state === 'interrupted';
  }

  #drive(): void {
    if (!this.#wanted()) {
      // A connection that ends by itself (interruption over, delayed end) is left to end.
      if (this.store.get().cut || this.#closed || this.#ageGated) this.#stopEngine();
      return;
    }
    if (this.#engine || this.#starting || this.#retry || !this.#video) return;
    if (this.store.get().attempts >= ATTEMPTS_MOST) return;
    void this.#begin(this.#video);
  }

  async #begin(video: HTMLVideoElement): Promise<void> {
    const round = ++this.#round;
    const current = (): boolean => round === this.#round && !this.#closed;
    this.#starting = true;
    this.#slates.clear();
    this.#motion.begin(this.#clock.now());
    this.store.patch({ nextTryAt: undefined });
    this.#update();
    const events: EngineEvents = {
      onBytes: () => {
        if (current()) this.#motion.bytes(this.#clock.now());
      },
      onSlate: (slate, at) => {
        if (current()) this.#slates.add(slate, at);
      },
      onTracks: (tracks) => {
        if (current()) this.store.patch({ video: tracks });
      },
      onFailure: (failure) => {
        if (current()) this.#failed(failure);
      },
    };
    try {
      const ticket = await this.tickets.get();
      if (!current()) return;
      const engine = await this.#start(video, ticket, events, this.#without);
      if (!current()) {
        engine?.destroy();
        return;
      }
      if (!engine) {
        this.store.patch({ codec: '' });
        return;
      }
      this.#engine = engine;
      this.store.patch({ transport: engine.transport });
      void video.play().catch((error: unknown) => this.#refusedToPlay(error, round));
    } catch (error) {
      if (current() && error instanceof ApiError && error.code === 'age_gated') this.#ageGated = true;
      else if (current())
        this.#failed({ kind: 'network', ...(error instanceof ApiError ? { status: error.status } : {}) });
    } finally {
      if (current()) this.#starting = false;
      this.#update();
    }
  }

  /** A browser that lets nothing begin without a tap: said as paused, with its big button. */
  #refusedToPlay(error: unknown, round: number): void {
    if (round !== this.#round || (error as Error)?.name !== 'NotAllowedError') return;
    if (!this.store.get().muted) {
      this.setMuted(true);
      void this.#video?.play().catch((again: unknown) => this.#refusedToPlay(again, round));
      return;
    }
    this.#stopEngine();
    this.store.patch({ paused: true });
    this.#update();
  }

  #failed(failure: Failure): void {
    const transport = this.#engine?.transport;
    this.store.patch({ failure: failureWords(failure) });
    this.#stopEngine();
    if (failure.kind === 'codec') {
      this.store.patch({ codec: failure.codec });
      this.#update();
      return;
    }
    if (
      failure.kind === 'network' &&
      (failure.status === 401 || failure.status === 403 || failure.status === 410)
    )
      this.tickets.drop();
    const { attempts } = this.store.get();
    // Broken media is tried once more, then the next transport has its turn.
    if (failure.kind === 'media' && transport && attempts > 0) this.#without.add(transport);
    const waitMs = failure.kind === 'ended' ? backoffMs(0, this.#random) : backoffMs(attempts, this.#random);
    this.store.patch({
      attempts: attempts + 1,
      nextTryAt: attempts + 1 < ATTEMPTS_MOST ? this.#clock.now() + waitMs : undefined,
    });
    this.#motion.fail();
    this.#retry = this.#clock.after(waitMs, () => {
      this.#retry = undefined;
      this.#drive();
    });
    // A reset connection may be a cut: whoever knows is asked before anything is tried again.
    this.#pollNow();
    this.#update();
  }

  #stopEngine(): void {
    this.#round++;
    this.#starting = false;
    this.#retry?.cancel();
    this.#retry = undefined;
    this.#motion.stop();
    this.#slates.clear();
    const engine = this.#engine;
    this.#engine = undefined;
    if (engine) engine.destroy();
    else if (this.#video?.hasAttribute('src')) clearVideo(this.#video);
    this.store.patch({ transport: undefined, behindMs: undefined });
  }

  /* ---- what the element does ---- */

  #ticking(): void {
    this.#tick = this.#clock.after(TICK_MS, () => {
      this.#observe();
      this.#update();
      this.#ticking();
    });
  }

  #observe(): void {
    const [video, engine] = [this.#video, this.#engine];
    if (!video || !engine) return;
    const { moved, stalled, dead } = this.#motion.look(video, this.#clock.now());
    if (moved && this.store.get().attempts > 0) this.store.patch({ attempts: 0 });
    if (stalled) this.#pollNow();
    if (video.paused && document.visibilityState === 'visible' && video.readyState >= 2)
      void video.play().catch((error: unknown) => this.#refusedToPlay(error, this.#round));
    jumpGap(video);
    if (engine.transport === 'flv') this.#motion.keepClose(video, engine);
    const pts = engine.ptsMs();
    // The stand-in begins or ends because something changed: the API knows what.
    if (this.#slates.pass(pts === undefined ? undefined : pts + TICK_MS / 2)) this.#pollNow();
    const behind = engine.behindMs();
    this.store.patch({ behindMs: behind === undefined ? undefined : Math.round(behind / 50) * 50 });
    if (dead) this.#failed({ kind: 'network' });
  }

  #update(): void {
    const { broadcast, cut, paused, muted, codec, state: before } = this.store.get();
    const state = playerState({
      broadcast: broadcast?.state,
      gate: this.#gate?.media,
      cut: cut !== undefined,
      ageGated: this.#ageGated,
      unsupported: codec !== undefined,
      paused,
      media: this.#motion.media,
      slate: this.#slates.shown,
      muted,
    });
    if (state !== before) this.store.patch({ state, since: this.#clock.now() });
    const gate = this.#gate;
    if (broadcast && gate && broadcast.gate !== gate) this.store.patch({ broadcast: { ...broadcast, gate } });
  }
}
