import { spawn } from 'node:child_process';

/** What another project's tool said and how it ended. */
export type Ended = { status: number | null; stderr: string; ms: number };

/**
 * Runs a tool to its end; it is killed after `limitMs`.
 * @example await runTool('ffmpeg', ['-version'])
 */
export function runTool(name: string, args: readonly string[], limitMs = 15_000): Promise<Ended> {
  return new Promise((done, failed) => {
    const began = performance.now();
    const child = spawn(name, args, { stdio: ['ignore', 'ignore', 'pipe'] });
    let stderr = '';
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      stderr = (stderr + text).slice(-20_000);
    });
    const late = setTimeout(() => child.kill('SIGKILL'), limitMs);
    child.once('error', failed);
    child.once('close', (status) => {
      clearTimeout(late);
      done({ status, stderr, ms: performance.now() - began });
    });
  });
}

const QUIET = ['-hide_banner', '-loglevel', 'warning'];
export const PICTURE = ['-f', 'lavfi', '-i', 'testsrc2=s=320x240:r=25'];
export const TONE = ['-f', 'lavfi', '-i', 'sine=f=440:r=44100'];
export const H264 = [
  '-c:v',
  'libx264',
  '-preset',
  'ultrafast',
  '-tune',
  'zerolatency',
  '-g',
  '25',
  '-b:v',
  '200k',
];
export const AAC = ['-c:a', 'aac', '-b:a', '64k'];

/** Publishes by ffmpeg. */
export const ffmpeg = (url: string, ...args: string[]): Promise<Ended> =>
  runTool('ffmpeg', [...QUIET, ...args, '-f', 'flv', url]);

/** Runs a GStreamer pipeline in gst-launch's words. */
export const gstreamer = (pipeline: string): Promise<Ended> =>
  runTool('gst-launch-1.0', ['-q', ...pipeline.split(' ')]);
