import { readFileSync } from 'node:fs';
import { createServer, type ServerResponse } from 'node:http';
import { createRequire } from 'node:module';
import type { AddressInfo } from 'node:net';
import { type Browser, chromium } from 'playwright-core';
import { flvHeader, packetTag } from '../../flv/index.ts';
import type { Outlet, Release } from '../../packet.ts';

const script = createRequire(import.meta.url).resolve('mpegts.js/dist/mpegts.js');
const html = `<!doctype html><video muted autoplay playsinline></video><script src="/mpegts.js"></script><script>
  const video = document.querySelector('video');
  const seen = (window.seen = { errors: [], sizes: [] });
  const player = mpegts.createPlayer(
    { type: 'flv', isLive: true, url: '/live.flv' },
    { enableStashBuffer: false, lazyLoad: false, deferLoadAfterSourceOpen: false },
  );
  player.on(mpegts.Events.ERROR, (type, detail, info) => seen.errors.push([type, detail, info?.msg].join(' ')));
  video.addEventListener('error', () => seen.errors.push(video.error.message));
  video.addEventListener('resize', () => seen.sizes.push(video.videoWidth + 'x' + video.videoHeight));
  player.attachMediaElement(video);
  player.load();
  video.play();
</script>`;

export type Look = {
  /** Ms of the media that play now. */
  playedMs: number;
  bufferedMs: number;
  frames: number;
  soundBytes: number;
  sizes: string[];
  errors: string[];
};

/** One viewer: a Chromium with mpegts.js that watches what is written here as HTTP-FLV, from the first byte on. */
export class Cinema implements Outlet {
  readonly #hasVideo: boolean;
  readonly #head: Buffer[];
  #viewer: ServerResponse | undefined;
  #browser: Browser | undefined;
  #look: (() => Promise<Look>) | undefined;
  #close = (): void => {};
  lastAt = 0;

  constructor(hasVideo: boolean) {
    this.#hasVideo = hasVideo;
    this.#head = [flvHeader(hasVideo, true)];
  }

  write({ packet, at }: Release): void {
    this.lastAt = Math.max(this.lastAt, at);
    const tag = packetTag(packet, at);
    if (this.#viewer) this.#viewer.write(tag);
    else this.#head.push(tag);
  }

  async open(): Promise<void> {
    const server = createServer((request, response) => {
      if (request.url === '/live.flv') {
        response.writeHead(200, { 'content-type': 'video/x-flv' });
        response.write(Buffer.concat(this.#head));
        this.#viewer = response;
      } else if (request.url === '/mpegts.js') response.end(readFileSync(script));
      else response.writeHead(200, { 'content-type': 'text/html' }).end(html);
    });
    await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
    this.#close = () => {
      server.closeAllConnections();
      server.close();
    };
    this.#browser = await chromium.launch({
      executablePath: '/usr/bin/chromium',
      args: ['--no-sandbox', '--autoplay-policy=no-user-gesture-required'],
    });
    const page = await this.#browser.newPage();
    await page.goto(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`);
    this.#look = () => page.evaluate(look);
  }

  async look(): Promise<Look & { latencyMs: number }> {
    if (!this.#look) throw new Error('the cinema is not open');
    const now = await this.#look();
    return { ...now, latencyMs: this.lastAt - now.playedMs };
  }

  async close(): Promise<void> {
    this.#viewer?.end();
    await this.#browser?.close();
    this.#close();
  }

  get hasVideo(): boolean {
    return this.#hasVideo;
  }
}

/** Runs in the page. */
function look(): Look {
  const { seen } = window as unknown as { seen: Pick<Look, 'errors' | 'sizes'> };
  const video = document.querySelector('video') as HTMLVideoElement & { webkitAudioDecodedByteCount: number };
  const { buffered } = video;
  return {
    playedMs: video.currentTime * 1000,
    bufferedMs: buffered.length ? buffered.end(buffered.length - 1) * 1000 : 0,
    frames: video.getVideoPlaybackQuality().totalVideoFrames,
    soundBytes: video.webkitAudioDecodedByteCount,
    sizes: seen.sizes,
    // What follows the first is noise.
    errors: seen.errors.slice(0, 1),
  };
}
