import { execFile } from 'node:child_process';
import { mkdtemp, readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { census, openDesk } from './testing/desk.ts';
import { AAC, ffmpeg, gstreamer, H264, PICTURE, runTool, TONE } from './testing/tool.ts';

let open: Awaited<ReturnType<typeof openDesk>>;
let folder: string;

beforeAll(async () => {
  open = await openDesk();
  folder = await mkdtemp(join(tmpdir(), 'weir-ingest-'));
});
afterAll(() => open.server.close());

/** The publication that `publish` brings about. */
async function taken(publish: () => Promise<unknown>) {
  const next = open.desk.publication(open.desk.taken.length + 1);
  const [ended, publication] = await Promise.all([publish(), next]);
  return {
    ended: ended as Awaited<ReturnType<typeof runTool>>,
    publication,
    cause: await publication.closed,
  };
}

describe('what other people publish with', () => {
  it('ffmpeg: H.264 and AAC, every frame, in order, with health', async () => {
    const { publication, cause } = await taken(() =>
      ffmpeg(`${open.url}/secret`, '-re', ...PICTURE, ...TONE, '-t', '3', ...H264, ...AAC),
    );
    const { packets, request, session, metadata } = publication;
    expect(request).toEqual({ app: 'live', key: 'secret', address: '127.0.0.1', protocol: 'rtmp' });
    expect(cause.code).toBe('finished');
    expect(census(packets)).toMatchObject({
      'video h264 config': 1,
      'video h264 key': 3,
      'video h264 frame': 72,
      'audio aac config': 1,
    });
    expect(metadata[0]).toMatchObject({ width: 320, height: 240 });
    expect(session.encoder).toContain('Lavf');
    const health = session.health();
    expect(health).toMatchObject({
      fps: 25,
      keyIntervalMs: 1000,
      videoCodec: 'h264',
      audioCodec: 'aac',
      width: 320,
      height: 240,
    });
    expect(health.bitrate).toBeGreaterThan(100_000);
    expect(Math.abs(health.driftMs)).toBeLessThan(1_000);
    const video = packets.filter(({ track }) => track === 'video').map(({ dts }) => dts);
    expect(video).toEqual([...video].sort((a, b) => a - b));
  });

  it('ffmpeg: audio only', async () => {
    const { publication } = await taken(() => ffmpeg(`${open.url}/a`, '-re', ...TONE, '-t', '1', ...AAC));
    expect(Object.keys(census(publication.packets))).toEqual(['audio aac config', 'audio aac frame']);
    expect(publication.session.health()).toMatchObject({ audioCodec: 'aac', fps: 0 });
  });

  it('ffmpeg: B frames keep their composition times', async () => {
    const { publication } = await taken(() =>
      ffmpeg(`${open.url}/b`, ...PICTURE, '-t', '1', '-c:v', 'libx264', '-bf', '2', '-preset', 'veryfast'),
    );
    expect(new Set(publication.packets.map(({ cts }) => cts)).size).toBeGreaterThan(1);
  });

  it('ffmpeg: timestamps past 2^24 ms, at their place', async () => {
    const { publication } = await taken(() =>
      ffmpeg(`${open.url}/late`, ...PICTURE, '-t', '2', ...H264, '-output_ts_offset', '16776.5'),
    );
    const frames = publication.packets.filter(({ role }) => role !== 'config').map(({ dts }) => dts);
    expect(frames).toHaveLength(50);
    expect(frames.at(-1) as number).toBeGreaterThan(2 ** 24);
    expect((frames.at(-1) as number) - (frames[0] as number)).toBe(49 * 40);
  });

  it.each([
    ['in the path', '/live/KEY'],
    ['in the query', '/live/anything?key=KEY'],
    ['in the app', '/live/KEY/stream'],
  ])('finds the key %s', async (_where, path) => {
    const { publication } = await taken(() =>
      ffmpeg(`rtmp://127.0.0.1:${open.port}${path}`, ...TONE, '-t', '0.2', ...AAC),
    );
    expect(publication.request).toMatchObject({ app: 'live', key: 'KEY' });
  });

  it('GStreamer rtmp2sink: a change of resolution in mid-stream', async () => {
    const picture = (width: number) =>
      `videotestsrc num-buffers=30 ! video/x-raw,width=${width},height=240,framerate=30/1`;
    const { publication, cause } = await taken(() =>
      gstreamer(
        `concat name=c ! x264enc tune=zerolatency speed-preset=ultrafast key-int-max=15 ! video/x-h264,stream-format=avc ! flvmux streamable=true ! rtmp2sink location=${open.url}/gst ${picture(320)} ! c. ${picture(640)} ! c.`,
      ),
    );
    expect(cause.code).toBe('finished');
    const records = publication.packets
      .filter(({ role }) => role === 'config')
      .map(({ payload }) => payload.toString('hex'));
    expect(new Set(records).size).toBe(2);
    expect(publication.session.health()).toMatchObject({ width: 640, height: 240 });
    expect(publication.packets.filter(({ role }) => role === 'key' || role === 'frame')).toHaveLength(60);
  });

  it('librtmp (GStreamer rtmpsink): H.264 and AAC', async () => {
    const { publication } = await taken(() =>
      gstreamer(
        `flvmux name=m streamable=true ! rtmpsink location=${open.url}/librtmp videotestsrc num-buffers=30 ! video/x-raw,framerate=30/1 ! x264enc tune=zerolatency speed-preset=ultrafast ! m. audiotestsrc num-buffers=40 ! voaacenc ! m.`,
      ),
    );
    const count = census(publication.packets);
    expect((count['video h264 key'] ?? 0) + (count['video h264 frame'] ?? 0)).toBe(30);
    expect(count['audio aac frame']).toBeGreaterThan(10);
  });

  it('RTMPS by ffmpeg with a certificate of our own making', async () => {
    const [key, cert] = [join(folder, 'key.pem'), join(folder, 'cert.pem')];
    await promisify(execFile)('openssl', [
      ...['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes'],
      ...['-keyout', key, '-out', cert, '-days', '2', '-subj', '/CN=localhost'],
    ]);
    const port = await open.server.listenTls(0, '127.0.0.1', {
      cert: await readFile(cert),
      key: await readFile(key),
    });
    const { publication, cause } = await taken(() =>
      ffmpeg(`rtmps://127.0.0.1:${port}/live/secret`, ...PICTURE, ...TONE, '-t', '1', ...H264, ...AAC),
    );
    expect(publication.request.protocol).toBe('rtmps');
    expect(census(publication.packets)).toMatchObject({ 'video h264 key': 1, 'video h264 frame': 24 });
    expect(cause.code).toBe('finished');
    const kicked = await taken(async () => {
      const publishing = ffmpeg(`rtmps://127.0.0.1:${port}/live/k`, '-re', ...TONE, '-t', '10', ...AAC);
      (await open.desk.publication(open.desk.taken.length + 1)).session.kick('broadcast_cut');
      return publishing;
    });
    expect(kicked.cause.code).toBe('broadcast_cut');
    expect(kicked.ended.ms).toBeLessThan(4_000);
  });
});

describe('enhanced RTMP by FFmpeg 8', () => {
  const publisher = new URL('testing/node-av.ts', import.meta.url).pathname;
  const publish = (file: string, key: string) =>
    runTool(process.execPath, [publisher, file, `${open.url}/${key}`]);
  const make = async (name: string, ...args: string[]) => {
    const file = join(folder, name);
    await promisify(execFile)('ffmpeg', ['-loglevel', 'error', '-y', ...args, '-t', '1', file]);
    return file;
  };

  it('HEVC and AAC', async () => {
    const file = await make(
      'hevc.mkv',
      ...PICTURE,
      ...TONE,
      '-c:v',
      'libx265',
      '-preset',
      'ultrafast',
      ...AAC,
    );
    const { publication } = await taken(() => publish(file, 'hevc'));
    expect(census(publication.packets)).toMatchObject({
      'video hevc config': 1,
      'video hevc key': 1,
      'video hevc frame': 24,
    });
    expect(publication.packets.find(({ codec }) => codec === 'hevc')?.tag.toString('latin1', 1, 5)).toBe(
      'hvc1',
    );
    expect(publication.session.health()).toMatchObject({ videoCodec: 'hevc', width: 320, height: 240 });
  });

  it('AV1 and Opus', async () => {
    const file = await make(
      'av1.mkv',
      ...PICTURE,
      ...TONE,
      '-c:v',
      'libsvtav1',
      '-preset',
      '12',
      '-c:a',
      'libopus',
    );
    const { publication } = await taken(() => publish(file, 'av1'));
    expect(census(publication.packets)).toMatchObject({
      'video av1 config': 1,
      'audio opus config': 1,
      'video av1 key': 1,
    });
    expect(census(publication.packets)['audio opus frame']).toBeGreaterThan(40);
    expect(publication.session.health()).toMatchObject({ videoCodec: 'av1', audioCodec: 'opus', width: 320 });
  });

  it('refuses two video tracks', async () => {
    const file = await make('two.mkv', ...PICTURE, ...PICTURE, '-map', '0', '-map', '1', ...H264);
    const { cause } = await taken(() => publish(file, 'two'));
    expect(cause).toMatchObject({ code: 'codec_unsupported', detail: 'more than one video track' });
  });
});

describe('what is refused', () => {
  it.each([
    ['MP3', ['-c:a', 'libmp3lame']],
    ['Speex', ['-c:a', 'libspeex', '-ar', '16000', '-ac', '1']],
    ['G.711', ['-c:a', 'pcm_alaw', '-ar', '8000', '-ac', '1', '-strict', '-1']],
  ])('%s, with the reason, within a second', async (name, codec) => {
    const { cause, ended } = await taken(() => ffmpeg(`${open.url}/x`, '-re', ...TONE, '-t', '8', ...codec));
    expect(cause.code).toBe('codec_unsupported');
    expect(cause.detail).toContain(name);
    expect(ended.ms).toBeLessThan(4_000);
    expect(ended.stderr).toContain('codec_unsupported');
  });

  it('H.263 video', async () => {
    const { cause } = await taken(() =>
      ffmpeg(`${open.url}/x`, '-re', ...PICTURE, '-t', '5', '-c:v', 'flv', '-s', '352x288'),
    );
    expect(cause).toMatchObject({
      code: 'codec_unsupported',
      detail: 'Sorenson H.263 is not carried; choose H.264',
    });
  });

  it.each([
    ['key_rotated', 'Denied'],
    ['broadcast_cut', 'Denied'],
    ['publisher_busy', 'BadName'],
  ] as const)('%s: ffmpeg reads NetStream.Publish.%s and ends', async (code, _word) => {
    open.desk.refuse.set('bad', code);
    const { status, stderr, ms } = await ffmpeg(`${open.url}/bad`, '-re', ...TONE, '-t', '8', ...AAC);
    expect(status).not.toBe(0);
    expect(stderr).toContain(code);
    expect(ms).toBeLessThan(4_000);
    expect(open.desk.turnedAway.at(-1)).toBe(code);
  });

  it('rtmpdump, which wants to play', async () => {
    const { stderr, ms } = await runTool('rtmpdump', ['-V', '-r', `${open.url}/secret`, '-o', '/dev/null']);
    expect(stderr).toContain('NetStream.Play.Failed');
    expect(ms).toBeLessThan(3_000);
    expect(open.desk.turnedAway.at(-1)).toBe('play');
  });
});
