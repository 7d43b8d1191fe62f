import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';

const script = createRequire(import.meta.url).resolve('hls.js/dist/hls.min.js');

/** A page that plays `/hls/x/1/index.m3u8` with hls.js and keeps what happened in `window.seen`. */
export function playerPage(config: object): (path: string) => Buffer | undefined {
  const html = `<!doctype html><video muted autoplay playsinline></video><script src="/hls.js"></script><script>
    const video = document.querySelector('video');
    const seen = (window.seen = { errors: [], sizes: [], offset: null });
    const hls = (window.hls = new Hls(${JSON.stringify(config)}));
    hls.on(Hls.Events.ERROR, (_, { details, fatal, error, response }) => {
      seen.errors.push({ details, fatal, text: String(error), status: response?.code });
    });
    hls.on(Hls.Events.INIT_PTS_FOUND, (_, { initPTS, timescale }) => { seen.offset = initPTS / timescale; });
    video.addEventListener('resize', () => seen.sizes.push(video.videoWidth + 'x' + video.videoHeight));
    hls.loadSource('/hls/x/1/index.m3u8?t=token');
    hls.attachMedia(video);
  </script>`;
  return (path) => {
    if (path === '/') return Buffer.from(html);
    return path === '/hls.js' ? readFileSync(script) : undefined;
  };
}

/** What the page sees now. `mediaMs` is the place on the output timeline, `latencyMs` by program date-time. */
export type Look = {
  currentTime: number;
  mediaMs: number;
  latencyMs: number;
  targetLatency: number;
  width: number;
  soundBytes: number;
  frames: number;
  dropped: number;
  errors: { details: string; fatal: boolean; text: string; status?: number }[];
  sizes: string[];
};

/** Runs in the page. */
export function look(): Look {
  const { seen, hls } = window as unknown as {
    seen: { errors: Look['errors']; sizes: string[]; offset: number | null };
    hls: { playingDate: Date | null; targetLatency: number | null };
  };
  const video = document.querySelector('video') as HTMLVideoElement & { webkitAudioDecodedByteCount: number };
  const { totalVideoFrames, droppedVideoFrames } = video.getVideoPlaybackQuality();
  return {
    currentTime: video.currentTime,
    mediaMs: (video.currentTime + (seen.offset ?? Number.NaN)) * 1000,
    latencyMs: Date.now() - Number(hls.playingDate ?? Number.NaN),
    targetLatency: hls.targetLatency ?? Number.NaN,
    width: video.videoWidth,
    soundBytes: video.webkitAudioDecodedByteCount,
    frames: totalVideoFrames,
    dropped: droppedVideoFrames,
    errors: seen.errors,
    sizes: seen.sizes,
  };
}
