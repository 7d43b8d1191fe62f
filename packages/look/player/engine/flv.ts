import mpegts from 'mpegts.js';
import { FlvWatch } from '../flvWatch.ts';
import { unplayable } from './codec.ts';
import { bufferedAheadMs, clearVideo, type Engine, type EngineEvents, type Failure } from './engine.ts';
import { flvLoader } from './flvLoader.ts';

/** What is kept behind the playhead, s: enough to survive a stall, no more. */
const KEPT_S = 20;

/** True where HTTP-FLV can be played here: Media Source and streaming fetch. */
export function canPlayFlv(): boolean {
  return mpegts.getFeatureList().mseLivePlayback;
}

/** Plays HTTP-FLV through mpegts.js, over a loader of our own that sees the stream's timestamps. */
export async function startFlv(video: HTMLVideoElement, url: string, events: EngineEvents): Promise<Engine> {
  let firstAt: number | undefined;
  let over = false;
  let gone = false;
  const fail = (failure: Failure): void => {
    if (over) return;
    over = true;
    // The library is in the middle of something when it reports, and must not be destroyed under its own feet.
    queueMicrotask(() => {
      if (!gone) events.onFailure(failure);
    });
  };
  const watch = new FlvWatch({
    onFirstFrame: (at) => {
      firstAt = at;
    },
    onVideo: (codec, slate, at) => {
      const name = unplayable(codec);
      if (name) return fail({ kind: 'codec', codec: name });
      events.onTracks(true);
      events.onSlate(slate, at);
    },
  });
  mpegts.LoggingControl.enableAll = false;
  const player = mpegts.createPlayer(
    { type: 'flv', isLive: true, url },
    {
      enableStashBuffer: false,
      enableWorker: false,
      lazyLoad: false,
      deferLoadAfterSourceOpen: false,
      autoCleanupSourceBuffer: true,
      autoCleanupMaxBackwardDuration: KEPT_S * 2,
      autoCleanupMinBackwardDuration: KEPT_S,
      customLoader: flvLoader((bytes) => {
        watch.push(bytes);
        events.onBytes();
      }),
    },
  );
  player.on(mpegts.Events.MEDIA_INFO, (info: { hasVideo?: boolean }) => {
    if (info.hasVideo === false) events.onTracks(false);
  });
  player.on(mpegts.Events.LOADING_COMPLETE, () => fail({ kind: 'ended' }));
  player.on(mpegts.Events.ERROR, (type: string, detail: string, info?: { code?: number; msg?: string }) => {
    if (type === mpegts.ErrorTypes.NETWORK_ERROR)
      fail({ kind: 'network', ...(info?.code && info.code > 0 ? { status: info.code } : {}) });
    else fail({ kind: 'media', detail: `${detail} ${info?.msg ?? ''}` });
  });
  player.attachMediaElement(video);
  player.load();
  return {
    transport: 'flv',
    ptsMs: () => (firstAt === undefined ? undefined : firstAt + video.currentTime * 1000),
    wallMs: () => undefined,
    behindMs: () => bufferedAheadMs(video),
    destroy() {
      over = true;
      gone = true;
      player.destroy();
      clearVideo(video);
    },
  };
}
