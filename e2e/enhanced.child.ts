import { Demuxer, Muxer } from 'node-av/api';

/**
 * FFmpeg 8 as the encoder of enhanced RTMP: publishes a file's packets as they are, each in its time, again and again.
 * Usage: node enhanced.child.ts FILE URL
 */
const [file, url] = process.argv.slice(2);
if (!file || !url) throw new Error('usage: enhanced.child.ts FILE URL');
const first = await Demuxer.open(file);
const output = await Muxer.open(url, { format: 'flv', input: first });
const outputs = new Map(first.streams.map((stream) => [stream.index, output.addStream(stream) ?? -1]));
await first.close();
const began = performance.now();
let lengthMs = 0;
for (let fromMs = 0; ; fromMs += lengthMs) {
  const input = await Demuxer.open(file);
  for await (const packet of input.packets()) {
    if (!packet) break;
    const { num, den } = packet.timeBase;
    const ms = (Number(packet.dts) * 1000 * num) / den;
    lengthMs = Math.max(lengthMs, fromMs === 0 ? ms + 40 : 0);
    const shift = BigInt(Math.round((fromMs * den) / (1000 * num)));
    packet.pts += shift;
    packet.dts += shift;
    const early = began + fromMs + ms - performance.now();
    if (early > 0) await new Promise((next) => setTimeout(next, early));
    await output.writePacket(packet, outputs.get(packet.streamIndex) ?? -1);
    packet.free();
  }
  await input.close();
}
