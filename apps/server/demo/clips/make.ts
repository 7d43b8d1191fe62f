/**
 * Makes the demo's clips anew: ten drawn scenes with sound, and two of sound alone, each a loop of 20 s, H.264 + AAC
 * in FLV, a key frame a second. Needs Chromium and ffmpeg; the service itself needs neither.
 * @example node apps/server/demo/clips/make.ts
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { chromium } from 'playwright-core';

const SECONDS = 20;
const FPS = 15;
const here = (name: string): string => fileURLToPath(new URL(name, import.meta.url));

/** Four notes in turn, each fading: a chord that walks. Periods divide the loop, so that it closes without a click. */
function tune(root: number, ratios: readonly number[], period: number): string {
  return ratios
    .map(
      (ratio, i) =>
        `0.12*sin(2*PI*${Math.round((root * ratio) / 0.05) * 0.05}*t)*exp(-3*mod(t+${(i * period) / ratios.length}\\,${period}))`,
    )
    .join('+');
}

const MAJOR = [1, 1.25, 1.5, 2];
const MINOR = [1, 1.2, 1.5, 1.8];
const PENTATONIC = [1, 1.125, 1.25, 1.5, 1.6875];

async function run(args: string[], feed?: (stdin: NodeJS.WritableStream) => Promise<void>): Promise<void> {
  const child = spawn('ffmpeg', ['-y', '-hide_banner', '-loglevel', 'error', ...args], {
    stdio: ['pipe', 'inherit', 'inherit'],
  });
  await feed?.(child.stdin);
  child.stdin.end();
  const [code] = await once(child, 'exit');
  if (code !== 0) throw new Error(`ffmpeg ended with ${code}`);
}

const sound = (expression: string): string[] => [
  '-f',
  'lavfi',
  '-i',
  `aevalsrc=${expression}:s=44100:d=${SECONDS}`,
];
const AAC = ['-c:a', 'aac', '-b:a', '40k', '-ac', '1'];
const FLV = [
  '-fflags',
  '+bitexact',
  '-flags:v',
  '+bitexact',
  '-flags:a',
  '+bitexact',
  '-t',
  String(SECONDS),
  '-f',
  'flv',
];

const browser = await chromium.launch({ executablePath: '/usr/bin/chromium', args: ['--no-sandbox'] });
const page = await browser.newPage();
await page.goto(new URL('scenes.html', import.meta.url).href);
const names = await page.evaluate(() => (globalThis as unknown as { names: string[] }).names);
for (const [n, name] of names.entries()) {
  const video = ['-f', 'image2pipe', '-framerate', String(FPS), '-c:v', 'mjpeg', '-i', '-'];
  const x264 = [
    '-c:v',
    'libx264',
    '-preset',
    'slow',
    '-crf',
    '31',
    '-maxrate',
    '280k',
    '-bufsize',
    '560k',
    '-pix_fmt',
    'yuv420p',
    '-g',
    String(FPS),
    '-keyint_min',
    String(FPS),
    '-sc_threshold',
    '0',
    '-bf',
    '0',
    '-profile:v',
    'main',
  ];
  await run(
    [
      ...video,
      ...sound(tune(110 * 2 ** (n / 12), n % 2 ? MAJOR : MINOR, 2)),
      ...x264,
      ...AAC,
      ...FLV,
      here(`${name}.flv`),
    ],
    async (stdin) => {
      for (let frame = 0; frame < SECONDS * FPS; frame++) {
        const url = await page.evaluate(
          ([scene, t]) =>
            (globalThis as unknown as { draw(scene: string, t: number): string }).draw(scene, t),
          [name, frame / FPS] as const,
        );
        if (!stdin.write(Buffer.from(url.slice(url.indexOf(',') + 1), 'base64'))) await once(stdin, 'drain');
      }
    },
  );
}
await browser.close();
await run([...sound(tune(220, PENTATONIC, 4)), ...AAC, ...FLV, here('strings.flv')]);
await run([...sound(tune(146.85, PENTATONIC, 2.5)), ...AAC, ...FLV, here('chimes.flv')]);
