import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startProgram } from '../child.ts';
import { AUDIO_BITS_PER_SECOND, BITS_PER_SECOND, FRAMES_PER_SECOND, KEY_SECONDS } from './load.ts';

let made: string | undefined;

/** A file of the bench's bitrate, which ffmpeg makes once a run. */
function film(): string {
  if (made) return made;
  const dir = mkdtempSync(join(tmpdir(), 'weir-bench-'));
  process.on('exit', () => rmSync(dir, { recursive: true, force: true }));
  const file = join(dir, 'noise.flv');
  const rate = String(BITS_PER_SECOND - AUDIO_BITS_PER_SECOND);
  const group = String(FRAMES_PER_SECOND * KEY_SECONDS);
  execFileSync('ffmpeg', [
    ...['-v', 'error', '-f', 'lavfi', '-i', `testsrc2=s=640x360:r=${FRAMES_PER_SECOND}:d=10`],
    ...['-f', 'lavfi', '-i', 'anoisesrc=r=48000:d=10', '-c:a', 'aac', '-b:a', String(AUDIO_BITS_PER_SECOND)],
    ...['-c:v', 'libx264', '-preset', 'veryfast', '-tune', 'zerolatency', '-g', group],
    ...['-b:v', rate, '-minrate', rate, '-maxrate', rate, '-bufsize', rate],
    ...['-x264-params', 'nal-hrd=cbr:force-cfr=1', '-y', file],
  ]);
  made = file;
  return file;
}

/** Sends a stream of the bench's bitrate by RTMP. */
export function publish(url: string): { stop(): Promise<void> } {
  // A cut is an error to ffmpeg, and what is asked of it here.
  const input = ['-v', 'fatal', '-re', '-stream_loop', '-1', '-i', film()];
  return startProgram('ffmpeg', [...input, '-c', 'copy', '-f', 'flv', url]);
}
