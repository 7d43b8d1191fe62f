import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { look, openBrowser, waitForState } from './browser.ts';
import { type Broadcast, type Client, type Created, createBroadcast, type Play, signIn } from './client.ts';
import { publish } from './encoder.ts';
import { type Service, startService } from './service.ts';
import { read } from './viewer.ts';

const DECIDED = { timeout: 60_000, interval: 200 };

let service: Service;
let browser: Browser;
let publisher: Client;
let dir: string;
let rtmpsPort: number;
const children: ChildProcess[] = [];

beforeAll(async () => {
  dir = mkdtempSync(join(tmpdir(), 'weir-tools-'));
  const [cert, key] = [join(dir, 'cert.pem'), join(dir, 'key.pem')];
  const curve = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes'];
  const subject = ['-days', '2', '-subj', '/CN=localhost'];
  execFileSync('openssl', ['req', '-x509', ...curve, '-keyout', key, '-out', cert, ...subject], {
    stdio: 'ignore',
  });
  rtmpsPort = await freePort();
  const tls = { WEIR_RTMPS_PORT: String(rtmpsPort), WEIR_TLS_CERT: cert, WEIR_TLS_KEY: key };
  [service, browser] = await Promise.all([startService(tls), openBrowser()]);
  publisher = await signIn(service, 'demo-publisher');
}, 300_000);
afterEach(() => {
  for (const child of children.splice(0)) child.kill('SIGKILL');
});
afterAll(async () => {
  await browser?.close();
  await service?.dispose();
  rmSync(dir, { recursive: true, force: true });
});

const play = (id: string): Promise<Play> => publisher.post<Play>(`/api/broadcasts/${id}/play`);
const target = ({ ingest }: Created): string => `${ingest.url}/${ingest.key}`;

/** A port that nobody listens on now. */
function freePort(): Promise<number> {
  const probe = createServer();
  return new Promise((resolve) =>
    probe.listen(0, '127.0.0.1', () => {
      const { port } = probe.address() as AddressInfo;
      probe.close(() => resolve(port));
    }),
  );
}

/** Another project's tool, to its end: status, and all it said. */
type Ended = { status: number | null; said: string };
function run(command: string, args: string[], limitMs = 40_000): Promise<Ended> {
  const child = spawn(command, args, { stdio: ['ignore', 'pipe', 'pipe'] });
  children.push(child);
  let said = '';
  const hear = (text: Buffer): void => {
    said = (said + text.toString('latin1')).slice(-100_000);
  };
  child.stdout.on('data', hear);
  child.stderr.on('data', hear);
  const late = setTimeout(() => child.kill('SIGKILL'), limitMs);
  return new Promise((resolve) =>
    child.once('close', (status) => {
      clearTimeout(late);
      resolve({ status, said });
    }),
  );
}

/** Starts a tool that goes on until the test ends. */
function keep(command: string, args: string[]): void {
  children.push(spawn(command, args, { stdio: 'ignore' }));
}

async function watch(id: string): Promise<Page> {
  const page = await (await browser.newContext({ locale: 'en' })).newPage();
  await page.goto(`${service.url}/b/${id}`);
  return page;
}

/** Time goes on and the picture changes. */
async function moves(page: Page): Promise<void> {
  await waitForState(page, ['playing', 'muted'], 60_000);
  const before = await look(page);
  await expect.poll(async () => (await look(page)).time, DECIDED).toBeGreaterThan(before.time + 1);
  expect((await look(page)).pixels).not.toBe(before.pixels);
}

describe('what other people play with', () => {
  it('ffmpeg, mpv, curl and GStreamer’s hlsdemux, all at once, what ffmpeg publishes', async () => {
    const broadcast = await createBroadcast(publisher);
    const encoder = publish(target(broadcast));
    const { flv, hls } = await play(broadcast.id);
    // HLS begins with its second segment; what comes before it waits at the door.
    await vi.waitFor(async () => expect(await (await fetch(hls)).text()).toContain('v/index.m3u8'), DECIDED);
    const ffmpeg = (url: string): Promise<Ended> =>
      run('ffmpeg', ['-v', 'warning', '-stats', '-i', url, '-t', '3', '-f', 'null', '-']);
    const mpv = (url: string): Promise<Ended> =>
      run('mpv', ['--no-config', '--vo=null', '--ao=null', '--frames=60', '--msg-level=all=warn', url]);
    const sink = ['video-sink=fakesink', 'audio-sink=fakesink'];
    const gst = run('gst-launch-1.0', ['-v', 'playbin', `uri=${hls}`, ...sink], 12_000);
    const [byFlv, byHls, mpvFlv, mpvHls, curl] = await Promise.all([
      ffmpeg(flv),
      ffmpeg(hls),
      mpv(flv),
      mpv(hls),
      run('curl', [
        '-sSN',
        '--max-time',
        '3',
        '-o',
        join(dir, 'curl.flv'),
        '-w',
        '%{http_code} %{content_type}',
        flv,
      ]),
    ]);
    for (const { status, said } of [byFlv, byHls]) {
      expect([status, said]).toEqual([0, expect.stringMatching(/frame=\s*7\d /)]);
      expect(said).not.toMatch(/corrupt|non monoton|concealing|invalid/i);
    }
    expect([mpvFlv.status, mpvHls.status], mpvFlv.said + mpvHls.said).toEqual([0, 0]);
    // 28: curl was told to stop after three seconds of a stream that has no end.
    expect(curl).toMatchObject({ status: 28, said: expect.stringContaining('200 video/x-flv') });
    const probed = execFileSync('ffprobe', [
      '-v',
      'quiet',
      '-show_entries',
      'stream=codec_name',
      '-of',
      'csv=p=0',
      join(dir, 'curl.flv'),
    ]);
    expect(probed.toString().trim().split('\n').toSorted()).toEqual(['aac', 'h264']);
    const { said } = await gst;
    expect(said).toMatch(/hlsdemux/);
    expect(said).toMatch(/video\/x-raw.*width=\(int\)320/);
    expect(said).not.toMatch(/ERROR/);
    await encoder.stop();
  }, 300_000);

  it('rtmpdump is told NetStream.Play.Failed: nothing is played over RTMP', async () => {
    const broadcast = await createBroadcast(publisher);
    const { said } = await run('rtmpdump', ['-V', '-r', target(broadcast), '-o', '/dev/null'], 10_000);
    expect(said).toContain('NetStream.Play.Failed');
  }, 180_000);
});

describe('what other people publish with', () => {
  it('GStreamer’s rtmp2sink: a change of resolution in mid-stream reaches the page without a reload', async () => {
    const broadcast = await createBroadcast(publisher);
    const page = await watch(broadcast.id);
    await page.evaluate(() => Object.assign(window, { kept: true }));
    const picture = (width: number, frames: number): string =>
      `videotestsrc is-live=true pattern=ball num-buffers=${frames} ! video/x-raw,width=${width},height=240,framerate=25/1`;
    const encode = 'x264enc tune=zerolatency speed-preset=ultrafast key-int-max=25';
    keep('gst-launch-1.0', [
      '-q',
      ...`concat name=c ! ${encode} ! video/x-h264,stream-format=avc ! flvmux streamable=true ! rtmp2sink location=${target(broadcast)} ${picture(320, 125)} ! c. ${picture(640, 1_000)} ! c.`.split(
        ' ',
      ),
    ]);
    await moves(page);
    const width = (): Promise<number> =>
      page.evaluate(() => (document.querySelector('video') as HTMLVideoElement).videoWidth);
    expect(await width()).toBe(320);
    await expect.poll(width, DECIDED).toBe(640);
    await moves(page);
    expect(await page.evaluate(() => 'kept' in window)).toBe(true);
    await page.context().close();
  }, 300_000);

  it('librtmp, by GStreamer’s rtmpsink', async () => {
    const broadcast = await createBroadcast(publisher);
    const mux = `flvmux name=m streamable=true ! rtmpsink location=${target(broadcast)}`;
    const video = 'videotestsrc is-live=true ! video/x-raw,framerate=25/1 ! x264enc tune=zerolatency ! m.';
    keep('gst-launch-1.0', ['-q', ...`${mux} ${video} audiotestsrc is-live=true ! voaacenc ! m.`.split(' ')]);
    const reader = await read((await play(broadcast.id)).flv);
    await vi.waitFor(() => expect(reader.bytes()).toBeGreaterThan(50_000), DECIDED);
    await vi.waitFor(
      async () =>
        expect(await publisher.get(`/api/broadcasts/${broadcast.id}`)).toMatchObject({
          encoder: { videoCodec: 'h264', audioCodec: 'aac' },
        }),
      DECIDED,
    );
    reader.close();
  }, 180_000);

  it('ffmpeg over RTMPS', async () => {
    const broadcast = await createBroadcast(publisher);
    const encoder = publish(`rtmps://127.0.0.1:${rtmpsPort}/live/${broadcast.ingest.key}`);
    const reader = await read((await play(broadcast.id)).flv);
    await vi.waitFor(() => expect(reader.bytes()).toBeGreaterThan(50_000), DECIDED);
    reader.close();
    await encoder.stop();
  }, 180_000);

  it.each([
    ['MP3', ['-c:a', 'libmp3lame']],
    ['Speex', ['-c:a', 'libspeex', '-ar', '16000', '-ac', '1']],
    ['G.711', ['-c:a', 'pcm_alaw', '-ar', '8000', '-ac', '1', '-strict', '-1']],
  ])(
    '%s is refused, with the reason where the studio reads it',
    async (_name, codec) => {
      const broadcast = await createBroadcast(publisher);
      const tone = ['-v', 'error', '-re', '-f', 'lavfi', '-i', 'sine=r=44100', '-t', '20'];
      const { status } = await run('ffmpeg', [...tone, ...codec, '-f', 'flv', target(broadcast)]);
      expect(status).not.toBe(0);
      await vi.waitFor(
        async () =>
          expect((await publisher.get<Broadcast>(`/api/broadcasts/${broadcast.id}`)).lastRefusal?.code).toBe(
            'codec_unsupported',
          ),
        DECIDED,
      );
    },
    180_000,
  );
});

describe('enhanced RTMP by FFmpeg 8', () => {
  /** Encodes by Debian's ffmpeg, publishes by node-av's. */
  const publishAs = (broadcast: Created, name: string, codecs: string[]): void => {
    const file = join(dir, `${name}.mkv`);
    const picture = ['-f', 'lavfi', '-i', 'testsrc2=s=320x180:r=25', '-f', 'lavfi', '-i', 'sine=r=48000'];
    execFileSync('ffmpeg', ['-v', 'error', '-y', ...picture, '-t', '8', '-g', '25', ...codecs, file], {
      stdio: 'ignore',
    });
    keep(process.execPath, [join(import.meta.dirname, 'enhanced.child.ts'), file, target(broadcast)]);
  };
  const encoderOf = async ({ id }: Created, codecs: object): Promise<void> => {
    await vi.waitFor(
      async () => expect(await publisher.get(`/api/broadcasts/${id}`)).toMatchObject({ encoder: codecs }),
      DECIDED,
    );
  };

  it('AV1 and Opus play in Chromium', async () => {
    const broadcast = await createBroadcast(publisher);
    publishAs(broadcast, 'av1', ['-c:v', 'libsvtav1', '-preset', '12', '-c:a', 'libopus']);
    await encoderOf(broadcast, { videoCodec: 'av1', audioCodec: 'opus' });
    const page = await watch(broadcast.id);
    await moves(page);
    const sound = await page.evaluate(
      () =>
        (document.querySelector('video') as HTMLVideoElement & { webkitAudioDecodedByteCount: number })
          .webkitAudioDecodedByteCount,
    );
    expect(sound).toBeGreaterThan(0);
    await page.context().close();
  }, 300_000);

  it('HEVC comes through to whom plays it; in Chromium, which does not, the page says so and names it', async () => {
    const broadcast = await createBroadcast(publisher);
    publishAs(broadcast, 'hevc', ['-c:v', 'libx265', '-preset', 'ultrafast', '-c:a', 'aac']);
    await encoderOf(broadcast, { videoCodec: 'hevc', audioCodec: 'aac' });
    const page = await watch(broadcast.id);
    await waitForState(page, ['unsupported'], 60_000);
    expect(await page.locator('[data-weir-state="unsupported"]').first().textContent()).toMatch(
      /HEVC|H\.265/i,
    );
    await page.context().close();
    // Debian's ffmpeg knows HEVC in fMP4, not in FLV.
    const { hls } = await play(broadcast.id);
    const { status, said } = await run('ffmpeg', [
      '-v',
      'warning',
      '-stats',
      '-i',
      hls,
      '-t',
      '2',
      '-f',
      'null',
      '-',
    ]);
    expect([status, said]).toEqual([0, expect.stringMatching(/frame=\s*[45]\d /)]);
  }, 300_000);
});
