import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startProgram } from '../child.ts';
import { AUDIO_BITS_PER_SECOND, BITS_PER_SECOND, FRAMES_PER_SECOND, KEY_SECONDS } from './load.ts';

/** A port that was free a moment ago. */
export function freePort(): Promise<number> {
  return new Promise((done) => {
    const server = createServer();
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address() as { port: number };
      server.close(() => done(port));
    });
  });
}

/** Sends a stream of the bench's bitrate to a peer by RTMP, from a file that ffmpeg makes first. */
export function publish(url: string): { stop(): Promise<void> } {
  const dir = mkdtempSync(join(tmpdir(), 'weir-bench-'));
  const file = join(dir, 'noise.flv');
  const rate = String(BITS_PER_SECOND - AUDIO_BITS_PER_SECOND);
  execFileSync('ffmpeg', [
    ...['-v', 'error', '-f', 'lavfi', '-i', `testsrc2=s=640x360:r=${FRAMES_PER_SECOND}:d=10`],
    ...['-f', 'lavfi', '-i', 'anoisesrc=r=48000:d=10', '-c:a', 'aac', '-b:a', String(AUDIO_BITS_PER_SECOND)],
    ...[
      '-c:v',
      'libx264',
      '-preset',
      'veryfast',
      '-tune',
      'zerolatency',
      '-g',
      String(FRAMES_PER_SECOND * KEY_SECONDS),
    ],
    ...['-b:v', rate, '-minrate', rate, '-maxrate', rate, '-bufsize', rate],
    ...['-x264-params', 'nal-hrd=cbr:force-cfr=1', '-y', file],
  ]);
  const sender = startProgram('ffmpeg', [
    ...['-v', 'error', '-re', '-stream_loop', '-1', '-i', file, '-c', 'copy', '-f', 'flv', url],
  ]);
  return {
    async stop() {
      await sender.stop();
      rmSync(dir, { recursive: true });
    },
  };
}
