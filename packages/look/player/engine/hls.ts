import Hls, { ErrorTypes, Events } from 'hls.js';
import { isSlate } from '../slate.ts';
import { bufferedAheadMs, clearVideo, type Engine, type EngineEvents, type Failure } from './engine.ts';

/** True where hls.js runs: Media Source, managed or not. */
export function canPlayHls(): boolean {
  return Hls.isSupported();
}

/** Plays HLS through hls.js. Retries are the watch's: it brings a fresh play token. */
export async function startHls(video: HTMLVideoElement, url: string, events: EngineEvents): Promise<Engine> {
  let over = false;
  let baseS: number | undefined;
  const fail = (failure: Failure): void => {
    if (over) return;
    over = true;
    events.onFailure(failure);
  };
  const hls = new Hls({
    lowLatencyMode: true,
    liveSyncDurationCount: 2,
    maxLiveSyncPlaybackRate: 1.1,
    backBufferLength: 20,
    maxBufferLength: 20,
    enableWorker: true,
  });
  hls.on(Events.INIT_PTS_FOUND, (_, { id, initPTS, timescale }) => {
    if (id === 'main') baseS = initPTS / timescale;
  });
  hls.on(Events.FRAG_LOADED, () => events.onBytes());
  hls.on(Events.BUFFER_CODECS, (_, tracks) =>
    events.onTracks(tracks.video !== undefined || tracks.audiovideo !== undefined),
  );
  hls.on(Events.FRAG_CHANGED, (_, { frag }) => {
    const init = frag.initSegment?.data;
    if (frag.type === 'main' && init) events.onSlate(isSlate(init), 0);
  });
  hls.on(Events.ERROR, (_, data) => {
    const status = data.response?.code;
    if (status === 410 || status === 403 || status === 401) return fail({ kind: 'network', status });
    if (!data.fatal) return;
    if (data.details === 'manifestIncompatibleCodecsError')
      return fail({ kind: 'codec', codec: hls.levels[0]?.videoCodec ?? '' });
    if (data.type === ErrorTypes.NETWORK_ERROR) fail({ kind: 'network', ...(status ? { status } : {}) });
    else fail({ kind: 'media', detail: data.details });
  });
  // EXT-X-ENDLIST was read and all of it was shown.
  const left = new AbortController();
  video.addEventListener('ended', () => fail({ kind: 'ended' }), { signal: left.signal });
  hls.loadSource(url);
  hls.attachMedia(video);
  return {
    transport: 'hls',
    ptsMs: () => (baseS === undefined ? undefined : (video.currentTime + baseS) * 1000),
    wallMs: () => hls.playingDate?.getTime(),
    behindMs: () => (hls.latency > 0 ? hls.latency * 1000 : bufferedAheadMs(video)),
    destroy() {
      over = true;
      left.abort();
      hls.destroy();
      clearVideo(video);
    },
  };
}
