import { Store, type Stretch } from '@weir/look';

/** Where the desk gets what a gate holds. */
export type Preview = { url: string; token: string };
export type ReelState = {
  /** `unsupported`: this browser does not play what the encoder sends. */
  state: 'empty' | 'loading' | 'playing' | 'paused' | 'unsupported';
  positionMs: number;
  codec?: string;
};
type Track = 'video' | 'audio';

/** Fetched ahead of the picture, ms; kept behind it, s. */
const AHEAD_MS = 8_000;
const BEHIND_S = 12;
/** A picture that stands this near to the end of what is buffered waits for more; a hole beyond it is jumped. */
const NEAR_S = 0.3;
const LOOK_EACH_MS = 200;

/**
 * Plays the head of a gate, stretch by stretch, by Media Source on the gate's own timeline. Holes that dropped
 * stretches leave are jumped. Bounded: a few seconds ahead and behind, one fetch at a time.
 *
 * Life: `attach(video)` → `follow(stretches)` as the desk tells → `close()`.
 */
export class Reel {
  readonly store = new Store<ReelState>({ state: 'empty', positionMs: 0 });
  readonly #left = new AbortController();
  readonly #got = new Set<string>();
  readonly #absent: Set<Track>;
  readonly #buffers = new Map<Track, SourceBuffer>();
  #source: MediaSource | undefined;
  #video: HTMLVideoElement | undefined;
  #stretches: readonly Stretch[] = [];
  #preview: Preview | undefined;
  #atMs: number | undefined;
  #fetching = false;
  #paused = false;
  #timer: ReturnType<typeof setInterval> | undefined;
  #unsupported: string | undefined;

  /** @param absent tracks that this broadcast does not have */
  constructor(absent: readonly Track[] = []) {
    this.#absent = new Set(absent);
  }

  attach(video: HTMLVideoElement): void {
    this.#video = video;
    this.#open();
    this.#timer = setInterval(() => this.#look(), LOOK_EACH_MS);
  }

  close(): void {
    this.#left.abort();
    clearInterval(this.#timer);
    this.#release();
  }

  /** What the desk lists now; `startAt` is where the picture begins the first time. */
  follow(stretches: readonly Stretch[], preview: Preview, startAt: string | undefined): void {
    this.#stretches = stretches;
    this.#preview = preview;
    if (this.#atMs === undefined && startAt !== undefined) this.seek(startAt);
  }

  /** Goes to the beginning of a stretch. */
  seek(id: string): void {
    const stretch = this.#stretches.find((one) => one.id === id);
    const video = this.#video;
    if (!stretch || !video) return;
    this.#atMs = stretch.startMs;
    if (video.readyState > 0) video.currentTime = stretch.startMs / 1_000;
    this.#look();
  }

  setPaused(paused: boolean): void {
    this.#paused = paused;
    if (paused) this.#video?.pause();
    this.#look();
  }

  get paused(): boolean {
    return this.#paused;
  }

  #open(): void {
    const video = this.#video;
    if (!video) return;
    this.#buffers.clear();
    this.#got.clear();
    this.#source = new MediaSource();
    video.src = URL.createObjectURL(this.#source);
  }

  #release(): void {
    const video = this.#video;
    if (!video) return;
    URL.revokeObjectURL(video.src);
    video.removeAttribute('src');
    video.load();
    this.#source = undefined;
  }

  #look(): void {
    const video = this.#video;
    if (!video || this.#left.signal.aborted) return;
    if (video.error) {
      // What an encoder sends may end the element: the next stretch begins anew.
      const at = this.positionMs;
      const next = this.#stretches.find(({ startMs }) => startMs > at);
      this.#again();
      if (next) this.#atMs = next.startMs;
    }
    this.#place(video);
    if (!this.#paused && video.paused && video.readyState >= 2) void video.play().catch(() => undefined);
    const state = this.#unsupported
      ? 'unsupported'
      : this.#paused
        ? 'paused'
        : this.#stretches.length === 0
          ? 'empty'
          : video.readyState >= 3
            ? 'playing'
            : 'loading';
    this.store.patch({
      state,
      positionMs: this.positionMs,
      ...(this.#unsupported ? { codec: this.#unsupported } : {}),
    });
    if (!this.#fetching) void this.#fetch();
  }

  /** Where the picture stands this moment, ms of the gate's timeline. */
  get positionMs(): number {
    const video = this.#video;
    if (!video || video.readyState === 0 || this.#atMs === undefined) return this.#atMs ?? 0;
    return Math.round(video.currentTime * 1_000);
  }

  /** Puts the picture where it was asked for once there is something, and over holes. */
  #place(video: HTMLVideoElement): void {
    if (video.readyState === 0 || this.#atMs === undefined) return;
    const { buffered, currentTime } = video;
    for (let n = 0; n < buffered.length; n++) {
      const [from, to] = [buffered.start(n), buffered.end(n)];
      if (currentTime >= from - 0.05 && currentTime < to - NEAR_S) return;
      if (from > currentTime && (n === 0 || currentTime >= buffered.end(n - 1) - NEAR_S)) {
        const wanted = this.#stretches.find(({ startMs, endMs }) => {
          const at = currentTime * 1_000 + 50;
          return startMs <= at && at < endMs - 200;
        });
        // What belongs here is still on its way.
        if (wanted && !this.#got.has(wanted.id)) return;
        video.currentTime = from + 0.01;
        return;
      }
    }
  }

  async #fetch(): Promise<void> {
    const preview = this.#preview;
    const source = this.#source;
    if (!preview || source?.readyState !== 'open' || this.#atMs === undefined) return;
    const at = this.positionMs;
    const next = this.#stretches.find(
      ({ id, state, startMs, endMs }) =>
        state !== 'dropped' && !this.#got.has(id) && endMs > at && startMs < at + AHEAD_MS,
    );
    if (!next) return;
    this.#fetching = true;
    try {
      const parts = new Map<Track, Part>();
      for (const track of ['video', 'audio'] as const) {
        const part = this.#absent.has(track) ? undefined : await this.#ask(preview, next.id, track);
        if (part) parts.set(track, part);
      }
      this.#got.add(next.id);
      if (this.#source === source) await this.#append(source, parts);
    } catch {
      // Left meanwhile, or the network: what is still listed is asked for again.
    } finally {
      this.#fetching = false;
    }
  }

  /** One track of a stretch; undefined where it has none, has left, or this browser does not play it. */
  async #ask(preview: Preview, id: string, track: Track): Promise<Part | undefined> {
    const url = `${preview.url}/${id}/${track}.mp4?t=${preview.token}`;
    const answer = await fetch(url, { signal: this.#left.signal, cache: 'no-store' });
    if (!answer.ok) {
      const { code } = (await answer.json().catch(() => ({}))) as { code?: string };
      if (code === 'not_found' || code === 'not_held') return undefined;
      throw new Error(code ?? String(answer.status));
    }
    const type = answer.headers.get('content-type') ?? '';
    const body = await answer.arrayBuffer();
    if (MediaSource.isTypeSupported(type)) return { type, body };
    this.#absent.add(track);
    if (track === 'video') this.#unsupported = /codecs="([^"]*)"/.exec(type)?.[1] ?? type;
    return undefined;
  }

  async #append(source: MediaSource, parts: ReadonlyMap<Track, Part>): Promise<void> {
    const begun = this.#buffers.size > 0;
    for (const [track, { type }] of parts) {
      if (this.#buffers.has(track)) continue;
      // Once a source has begun it takes no further track: begin another, from here.
      if (begun) return this.#again();
      this.#buffers.set(track, source.addSourceBuffer(type));
    }
    for (const [track, { body }] of parts) {
      const buffer = this.#buffers.get(track);
      if (!buffer) continue;
      await idle(buffer);
      buffer.appendBuffer(body);
      await idle(buffer);
      const before = this.positionMs / 1_000 - BEHIND_S;
      if (before > 0 && buffer.buffered.length > 0 && buffer.buffered.start(0) < before) {
        buffer.remove(0, before);
        await idle(buffer);
      }
    }
    const video = this.#video;
    if (video && video.currentTime === 0 && this.#atMs) video.currentTime = this.#atMs / 1_000;
  }

  #again(): void {
    this.#atMs = this.positionMs;
    this.#release();
    this.#open();
  }
}

type Part = { type: string; body: ArrayBuffer };

function idle(buffer: SourceBuffer): Promise<void> {
  if (!buffer.updating) return Promise.resolve();
  return new Promise((done, fail) => {
    buffer.addEventListener('updateend', () => done(), { once: true });
    buffer.addEventListener('error', () => fail(new Error('The stretch could not be appended')), {
      once: true,
    });
  });
}
