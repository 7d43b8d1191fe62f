/** For the kill test: records a clip in real time and says how far it has come. */
import { readFileSync } from 'node:fs';
import { realClock, silentLog } from '@weir/kit';
import { readFlv } from '../flv/index.ts';
import { Recorder } from './recorder.ts';

const [clip = '', dir = ''] = process.argv.slice(2);
const recorder = new Recorder({
  dir,
  broadcast: 'b',
  session: 's',
  clock: realClock,
  log: silentLog,
  onSegment: () => {},
});
const packets = readFlv(readFileSync(clip));
const startedAt = performance.now();
setInterval(() => {
  const now = performance.now() - startedAt;
  while (packets[0] && packets[0].dts <= now) recorder.write(packets.shift() as (typeof packets)[number]);
  process.stdout.write(`${Math.floor(now)}\n`);
}, 20);
