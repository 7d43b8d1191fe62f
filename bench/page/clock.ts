import { startProgram } from '../child.ts';

/** A picture that carries the wall time at which it was made: 16 columns, column k white where bit k is set. */
export const BITS = 16;
const WIDTH = 640;
const HEIGHT = 360;
const FRAMES_PER_SECOND = 25;

/**
 * Publishes that picture with a tone, key frames each second. The time is read by ffmpeg's own `setpts` when a frame
 * comes out of its source, as a camera's would be; what the encoder takes counts.
 */
export function publishClock(url: string): { stop(): Promise<void> } {
  const column = WIDTH / BITS;
  const columns = Array.from({ length: BITS }, (_, bit) => {
    const set = `bitand(floor(mod(t*1000\\,${2 ** BITS}))\\,${2 ** bit})`;
    return `drawbox=x=${bit * column}:y=0:w=${column}:h=${HEIGHT}:color=white:t=fill:enable='${set}'`;
  });
  const picture = [
    `color=black:s=${WIDTH}x${HEIGHT}:r=${FRAMES_PER_SECOND}`,
    'realtime',
    'settb=1/1000',
    'setpts=RTCTIME/1000',
    ...columns,
    `settb=1/${FRAMES_PER_SECOND}`,
    'setpts=N',
  ].join(',');
  return startProgram('ffmpeg', [
    ...['-v', 'fatal', '-f', 'lavfi', '-i', picture],
    ...['-re', '-f', 'lavfi', '-i', 'sine=frequency=440:sample_rate=44100'],
    ...['-c:v', 'libx264', '-preset', 'ultrafast', '-tune', 'zerolatency', '-pix_fmt', 'yuv420p'],
    ...['-g', String(FRAMES_PER_SECOND), '-b:v', '500k', '-c:a', 'aac', '-b:a', '64k'],
    ...['-flush_packets', '1', '-f', 'flv', url],
  ]);
}
