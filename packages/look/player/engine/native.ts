import { bufferedAheadMs, clearVideo, type Engine, type EngineEvents } from './engine.ts';

/** Safari's own way to tell the wall time of a stream's beginning (EXT-X-PROGRAM-DATE-TIME). */
type WithStartDate = HTMLVideoElement & { getStartDate?: () => Date };

/** Lets the browser play HLS itself: the last resort, where there is no Media Source at all. */
export async function startNative(
  video: HTMLVideoElement,
  url: string,
  events: EngineEvents,
): Promise<Engine> {
  const left = new AbortController();
  const { signal } = left;
  video.addEventListener('progress', () => events.onBytes(), { signal });
  video.addEventListener('loadedmetadata', () => events.onTracks(video.videoWidth > 0), { signal });
  video.addEventListener('ended', () => events.onFailure({ kind: 'ended' }), { signal });
  video.addEventListener(
    'error',
    () =>
      events.onFailure(
        video.error?.code === MediaError.MEDIA_ERR_NETWORK
          ? { kind: 'network' }
          : { kind: 'media', detail: video.error?.message ?? '' },
      ),
    { signal },
  );
  video.src = url;
  return {
    transport: 'native',
    ptsMs: () => undefined,
    wallMs: () => {
      const start = (video as WithStartDate).getStartDate?.().getTime();
      return start && Number.isFinite(start) ? start + video.currentTime * 1000 : undefined;
    },
    behindMs: () => bufferedAheadMs(video),
    destroy() {
      left.abort();
      clearVideo(video);
    },
  };
}
