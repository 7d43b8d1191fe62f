/** Why an engine stopped. `status` is the HTTP status where one came. */
export type Failure =
  | { kind: 'network'; status?: number }
  | { kind: 'ended' }
  | { kind: 'media'; detail: string }
  | { kind: 'codec'; codec: string };

/** What an engine died of, for whoever looks for the fault. */
export function failureWords(failure: Failure): string {
  switch (failure.kind) {
    case 'network':
      return `network ${failure.status ?? ''}`.trim();
    case 'media':
      return `media ${failure.detail}`.trim();
    case 'codec':
      return `codec ${failure.codec}`.trim();
    case 'ended':
      return 'ended';
  }
}

/** What an engine tells the watch that started it. */
export type EngineEvents = {
  /** Bytes came: the connection is alive. */
  onBytes(): void;
  /** From `at` (ms on the output timeline) the picture is, or is no longer, Weir's stand-in. */
  onSlate(slate: boolean, atMs: number): void;
  /** The stream has pictures, or sound alone. */
  onTracks(video: boolean): void;
  onFailure(failure: Failure): void;
};

export type Transport = 'flv' | 'hls' | 'native';

/** A running way from a URL into a media element. */
export interface Engine {
  readonly transport: Transport;
  /** The output timeline under the picture now, ms; undefined before the first frame, or where it cannot be known. */
  ptsMs(): number | undefined;
  /** Wall time of the picture now, ms, where the transport tells it. */
  wallMs(): number | undefined;
  /** How far playback is behind the newest that could be had, ms. */
  behindMs(): number | undefined;
  /** Takes the picture away at once and closes the connection. */
  destroy(): void;
}

/** Starts an engine; it reports everything, failures to load its code included, by events. */
export type StartEngine = (video: HTMLVideoElement, url: string, events: EngineEvents) => Promise<Engine>;

/** End of what is buffered around the playhead minus the playhead, ms. */
export function bufferedAheadMs(video: HTMLVideoElement): number | undefined {
  const { buffered, currentTime } = video;
  for (let i = buffered.length - 1; i >= 0; i--)
    if (buffered.start(i) <= currentTime + 0.1) return Math.max(0, (buffered.end(i) - currentTime) * 1000);
  return undefined;
}

/** Forgets whatever the element shows, so that not one frame stays. */
export function clearVideo(video: HTMLVideoElement): void {
  video.pause();
  video.playbackRate = 1;
  video.removeAttribute('src');
  video.srcObject = null;
  video.load();
}
