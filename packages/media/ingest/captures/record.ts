import { mkdtemp, writeFile } from 'node:fs/promises';
import { connect, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openDesk } from '../testing/desk.ts';
import { AAC, ffmpeg, gstreamer, H264, runTool } from '../testing/tool.ts';

/**
 * Makes the captures beside this file anew: what foreign encoders say to a server, byte for byte.
 * Run with node; needs ffmpeg, GStreamer, rtmpdump and nginx with its rtmp module.
 */
const { server, port } = await openDesk();

/** Stands between an encoder and the server and keeps what the encoder says. */
async function recorded(name: string, publish: (url: string) => Promise<unknown>): Promise<void> {
  const said: Buffer[] = [];
  const proxy = createServer((client) => {
    const onward = connect(port, '127.0.0.1');
    client.on('data', (bytes) => said.push(bytes as Buffer));
    client.pipe(onward).pipe(client);
    client.on('error', () => onward.destroy());
    onward.on('error', () => client.destroy());
  });
  await new Promise<void>((done) => proxy.listen(0, '127.0.0.1', done));
  const address = proxy.address();
  if (typeof address !== 'object' || !address) throw new Error('no port');
  await publish(`rtmp://127.0.0.1:${address.port}/live`);
  proxy.close();
  const bytes = Buffer.concat(said);
  await writeFile(new URL(`${name}.bin`, import.meta.url), bytes);
  console.log(name, bytes.length);
}

const SMALL = ['-f', 'lavfi', '-i', 'testsrc=s=96x64:r=10'];
const THRIFTY = [...H264.slice(0, -2), '-crf', '40'];
const TONE = ['-f', 'lavfi', '-i', 'sine=r=44100'];
const folder = await mkdtemp(join(tmpdir(), 'weir-captures-'));
const nodeAv = new URL('../testing/node-av.ts', import.meta.url).pathname;

/** Publishes through nginx, which writes chunks in its own way: no extended timestamps on type-3 chunks, chunk streams apart. */
async function throughNginx(url: string): Promise<void> {
  const listen = 19_360;
  const conf = join(folder, 'nginx.conf');
  await writeFile(
    conf,
    `load_module /usr/lib/nginx/modules/ngx_rtmp_module.so; master_process off; daemon off; user root;
     pid ${folder}/pid; error_log /dev/null; events {}
     rtmp { server { listen 127.0.0.1:${listen}; chunk_size 128; play_time_fix off; publish_time_fix off;
       application live { live on; push ${url.replace(/\/live$/, '/live/nginx')}; } } }`,
  );
  const nginx = runTool('nginx', ['-c', conf, '-p', folder], 7_000);
  await new Promise((done) => setTimeout(done, 500));
  await ffmpeg(
    `rtmp://127.0.0.1:${listen}/live/x`,
    ...['-re', ...SMALL, ...TONE, '-t', '2', ...THRIFTY, ...AAC, '-output_ts_offset', '16776.2'],
  );
  await nginx;
}

await recorded('ffmpeg', (url) => ffmpeg(`${url}/k`, ...SMALL, ...TONE, '-t', '1', ...THRIFTY, ...AAC));
await recorded('ffmpeg-extended', (url) =>
  ffmpeg(`${url}/k`, ...SMALL, '-t', '2', ...THRIFTY, '-output_ts_offset', '16776.5'),
);
await recorded('ffmpeg-mp3', (url) => ffmpeg(`${url}/k`, ...TONE, '-t', '0.5', '-c:a', 'libmp3lame'));
await recorded('gstreamer', (url) =>
  gstreamer(
    `concat name=c ! x264enc tune=zerolatency speed-preset=ultrafast key-int-max=5 ! video/x-h264,stream-format=avc ! flvmux streamable=true ! rtmp2sink location=${url}/k videotestsrc pattern=ball num-buffers=10 ! video/x-raw,width=160,height=120,framerate=10/1 ! c. videotestsrc pattern=ball num-buffers=10 ! video/x-raw,width=80,height=60,framerate=10/1 ! c.`,
  ),
);
await recorded('librtmp', (url) =>
  gstreamer(
    `flvmux name=m streamable=true ! rtmpsink location=${url}/k videotestsrc pattern=ball num-buffers=10 ! video/x-raw,width=160,height=120,framerate=10/1 ! x264enc tune=zerolatency speed-preset=ultrafast ! m. audiotestsrc num-buffers=20 ! voaacenc bitrate=32000 ! m.`,
  ),
);
await recorded('rtmpdump-play', (url) => runTool('rtmpdump', ['-r', `${url}/k`, '-o', '/dev/null']));
await recorded('nginx-extended', throughNginx);
const enhanced = async (name: string, ...codecs: string[]) => {
  const file = join(folder, `${name}.mkv`);
  await runTool('ffmpeg', ['-loglevel', 'error', ...SMALL, ...TONE, '-t', '1', ...codecs, file]);
  await recorded(name, (url) => runTool(process.execPath, [nodeAv, file, `${url}/k`]));
};
await enhanced(
  'ffmpeg8-hevc',
  '-c:v',
  'libx265',
  '-preset',
  'ultrafast',
  '-x265-params',
  'log-level=none',
  ...AAC,
);
await enhanced('ffmpeg8-av1-opus', '-c:v', 'libsvtav1', '-preset', '12', '-c:a', 'libopus', '-b:a', '32k');
await enhanced('ffmpeg8-multitrack', '-map', '0', '-map', '0', ...THRIFTY);
await server.close();
