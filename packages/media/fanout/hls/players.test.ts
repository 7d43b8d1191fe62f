import { spawn } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';
import { realClock, silentLog } from '@weir/kit';
import { type Browser, chromium, type Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Clip, makeClip } from '../../fmp4/testing/clip.ts';
import type { Packet } from '../../packet.ts';
import { HlsOrigin } from './origin.ts';
import { feed, type Live, serve, serveHttp2 } from './testing/live.ts';
import { look, playerPage } from './testing/page.ts';

const PATIENCE_MS = 45_000;

/** Asks until the answer is as hoped; fails with the last answer. Concurrent tests cannot share `expect.poll`. */
async function eventually<T>(ask: () => T | Promise<T>, hoped: (answer: T) => boolean): Promise<T> {
  const until = realClock.mono() + PATIENCE_MS;
  for (;;) {
    const answer = await ask();
    if (hoped(answer)) return answer;
    if (realClock.mono() > until) throw new Error(`in vain: ${JSON.stringify(answer)}`);
    await sleep(200);
  }
}
const CHROMIUM = ['--no-sandbox', '--autoplay-policy=no-user-gesture-required'];

/** One run of a foreign player; resolves with all it said when it ends or `until` holds. */
function run(command: string, args: string[], until: (said: string) => boolean): Promise<string> {
  const child = spawn(command, args);
  let said = '';
  return new Promise((done) => {
    const hear = (chunk: Buffer): void => {
      said += chunk;
      if (until(said)) child.kill('SIGKILL');
    };
    child.stdout.on('data', hear);
    child.stderr.on('data', hear);
    const timer = setTimeout(() => child.kill('SIGKILL'), PATIENCE_MS);
    child.on('close', () => {
      clearTimeout(timer);
      done(said);
    });
  });
}

/** Clips for a broadcast with splices: a landscape picture, another size of it, and an upright one with other sound, as a slate is. */
async function splices(): Promise<Packet[][]> {
  const of = (size: string, seconds: number, rate: number, channels: number): Promise<Packet[]> =>
    makeClip({
      seconds,
      video: { codec: 'h264', size, rate: 25, keySeconds: 1, bFrames: 2 },
      audio: { codec: 'aac', rate, channels },
    });
  return [
    await of('320x180', 4, 48_000, 2),
    await of('480x270', 3, 48_000, 2),
    await of('180x320', 3, 44_100, 1),
  ];
}

describe.concurrent('a live HLS broadcast is played by', { timeout: 180_000 }, () => {
  let browser: Browser;
  let spliced: Packet[][] = [];
  const ends: (() => unknown)[] = [];
  beforeAll(async () => {
    spliced = await splices();
    browser = await chromium.launch({ executablePath: '/usr/bin/chromium', args: CHROMIUM });
  });
  afterAll(async () => {
    for (const end of ends) await end();
    await browser.close();
  });

  type Show = { origin: HlsOrigin; live: Live; fed: { readonly at: number } };
  /** Goes on air in real time. */
  async function air(clips: readonly Packet[][], http2 = false, config = {}): Promise<Show> {
    const origin = new HlsOrigin({ clock: realClock, broadcast: 'x', epoch: 1, log: silentLog });
    const player = playerPage(config);
    const page = (path: string): Buffer | undefined =>
      path === '/poster.mp4' ? (origin.poster() ?? undefined) : player(path);
    const live = await (http2 ? serveHttp2 : serve)({ origin, page });
    const fed = feed(origin, clips);
    ends.push(
      () => fed.stop(),
      () => live.close(),
    );
    return { origin, live, fed };
  }

  async function visit(url: string): Promise<Page> {
    const context = await browser.newContext({ ignoreHTTPSErrors: true });
    const page = await context.newPage();
    await page.goto(url);
    return page;
  }

  /** Waits until the page has shown these sizes in this order, then answers what it sees. */
  async function shows(page: Page, sizes: string[]): Promise<ReturnType<typeof look>> {
    await eventually(
      async () => (await page.evaluate(look)).sizes.join(),
      (seen) => seen.includes(sizes.join()),
    );
    const seen = await page.evaluate(look);
    expect(seen.errors.filter(({ fatal }) => fatal)).toEqual([]);
    expect(seen.soundBytes).toBeGreaterThan(10_000);
    return seen;
  }

  it('hls.js in Chromium over HTTP/1.1, through splices, segment by segment', async () => {
    const { live, fed } = await air(spliced);
    const page = await visit(live.url);
    const seen = await shows(page, ['320x180', '480x270', '180x320', '320x180']);
    expect(live.asked.some((url) => url.includes('_HLS_'))).toBe(false);
    // The page knows its place on the output timeline: what program date-time says of it agrees.
    expect(Math.abs(fed.at - seen.mediaMs - seen.latencyMs)).toBeLessThan(1_000);
  });

  it('hls.js in Chromium over HTTP/2, through splices, part by part, and gets 410 at a cut', async () => {
    const { origin, live } = await air(spliced, true, { maxLiveSyncPlaybackRate: 1.5 });
    const page = await visit(live.url);
    await shows(page, ['180x320', '320x180', '480x270', '180x320']);
    expect(live.asked.some((url) => url.includes('_HLS_part='))).toBe(true);
    // Three target durations: what playing by whole segments would lie behind at best. It catches up with that by itself.
    await eventually(
      async () => (await page.evaluate(look)).latencyMs,
      (ms) => ms < 6_000,
    );
    expect(origin.cut().sessions).toBe(1);
    await eventually(
      async () => (await page.evaluate(look)).errors.map(({ status }) => status),
      (codes) => codes.includes(410),
    );
  });

  it('hls.js in Chromium as sound alone', async () => {
    const tone = (rate: number): Promise<Packet[]> => makeClip({ seconds: 3, audio: { codec: 'aac', rate } });
    const { live } = await air([await tone(48_000), await tone(44_100)]);
    const page = await visit(live.url);
    await eventually(
      async () => (await page.evaluate(look)).currentTime,
      (n) => n > 5,
    );
    const seen = await shows(page, []);
    expect(seen.width).toBe(0);
  });

  it('hls.js in Chromium as AV1 and Opus', async () => {
    const clip: Clip = {
      seconds: 4,
      video: { codec: 'av1', size: '320x180', rate: 25, keySeconds: 1 },
      audio: { codec: 'opus', rate: 48_000 },
    };
    const { live } = await air([await makeClip(clip)]);
    const page = await visit(live.url);
    await eventually(
      async () => (await page.evaluate(look)).frames,
      (n) => n > 75,
    );
    await shows(page, ['320x180']);
  });

  it('Chromium as a poster: one picture, no script', async () => {
    const { origin, live } = await air(spliced.slice(0, 1));
    await eventually(
      () => origin.poster(),
      (file) => file !== null,
    );
    const page = await visit(`${live.url}/`);
    const drawn = await page.evaluate(async () => {
      const video = Object.assign(document.createElement('video'), { src: '/poster.mp4', muted: true });
      await new Promise((done) => video.addEventListener('loadeddata', done));
      const canvas = Object.assign(document.createElement('canvas'), { width: 320, height: 180 });
      const context = canvas.getContext('2d');
      context?.drawImage(video, 0, 0);
      const colours = new Set(context?.getImageData(0, 0, 320, 180).data ?? []);
      return { width: video.videoWidth, colours: colours.size };
    });
    expect(drawn.width).toBe(320);
    expect(drawn.colours).toBeGreaterThan(20);
  });

  it('ffmpeg, every frame of it in order, through a change of size', async () => {
    const { live } = await air(spliced.slice(0, 2));
    const source = ['-i', `${live.url}/hls/x/1/index.m3u8?t=token`, '-map', '0:v:0', '-map', '0:a:0'];
    const sink = ['-frames:v', '200', '-f', 'null', '-'];
    const said = await run('ffmpeg', ['-hide_banner', '-nostats', ...source, ...sink], () => false);
    expect(said).toMatch(/Video: h264 \(High\).* 320x180/);
    expect(said).toMatch(/Audio: aac \(LC\).* 48000 Hz/);
    expect(said).toMatch(/frame=\s*200 /);
    expect(said).not.toMatch(/corrupt|error|non monoton|concealing/i);
  });

  it.each([
    ['hlsdemux', 'playbin'],
    ['hlsdemux2', 'playbin3'],
  ])('GStreamer by %s, through splices', async (_demux, playbin) => {
    const { live, fed } = await air(spliced);
    // hlsdemux2 of GStreamer 1.22 loses its way in a playlist of one segment.
    await eventually(
      () => fed.at,
      (at) => at > 7_000,
    );
    const uri = `uri=${live.url}/hls/x/1/index.m3u8?t=token`;
    const sizes = (said: string): string[] =>
      [
        ...new Set(
          [...said.matchAll(/picture\.GstPad:sink: caps = .*?width=\(int\)(\d+)/g)].map(([, w = '']) => w),
        ),
      ].sort();
    const args = [
      '-v',
      playbin,
      uri,
      'video-sink=fakesink name=picture sync=true',
      'audio-sink=fakesink sync=true',
    ];
    const said = await run('gst-launch-1.0', args, (text) => sizes(text).length === 3);
    expect(sizes(said)).toEqual(['180', '320', '480']);
    expect(said).not.toMatch(/ERROR/);
  });
});
