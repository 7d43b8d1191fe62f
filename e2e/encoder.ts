import { type ChildProcess, spawn } from 'node:child_process';

export type Encoder = {
  readonly process: ChildProcess;
  readonly ended: Promise<{ code: number | null; log: string }>;
  stop(): Promise<void>;
};

/** Debian's ffmpeg as the encoder: a moving test picture with a tone, a key frame each `gop` frames; or the tone alone. */
export function publish(
  target: string,
  options: { audioOnly?: boolean; seconds?: number; size?: string; gop?: number } = {},
): Encoder {
  const { size = '320x180', gop = 25 } = options;
  const picture = ['-f', 'lavfi', '-i', `testsrc2=size=${size}:rate=25`];
  const tone = ['-f', 'lavfi', '-i', 'sine=frequency=440:sample_rate=44100'];
  const video = [
    '-c:v',
    'libx264',
    '-preset',
    'ultrafast',
    '-tune',
    'zerolatency',
    '-pix_fmt',
    'yuv420p',
    '-g',
    String(gop),
    '-b:v',
    '400k',
  ];
  const child = spawn(
    'ffmpeg',
    [
      '-hide_banner',
      '-loglevel',
      'error',
      '-re',
      ...(options.audioOnly ? tone : [...picture, '-re', ...tone, ...video]),
      '-c:a',
      'aac',
      '-b:a',
      '64k',
      ...(options.seconds ? ['-t', String(options.seconds)] : []),
      '-f',
      'flv',
      target,
    ],
    { stdio: ['ignore', 'ignore', 'pipe'] },
  );
  let log = '';
  child.stderr.on('data', (text: Buffer) => (log = (log + text).slice(-4_000)));
  const ended = new Promise<{ code: number | null; log: string }>((resolve) =>
    child.once('exit', (code) => resolve({ code, log })),
  );
  return {
    process: child,
    ended,
    stop: async () => {
      if (child.exitCode === null && child.signalCode === null) child.kill('SIGKILL');
      await ended;
    },
  };
}
