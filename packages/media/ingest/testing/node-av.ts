import { Demuxer, Muxer } from 'node-av/api';

/** Publishes a file as it is by FFmpeg 8: the encoder of enhanced RTMP. Usage: node node-av.ts FILE URL */
const [file, url] = process.argv.slice(2);
if (!file || !url) throw new Error('usage: node-av.ts FILE URL');
const input = await Demuxer.open(file);
const output = await Muxer.open(url, { format: 'flv', input });
const outputs = new Map(input.streams.map((stream) => [stream.index, output.addStream(stream) ?? -1]));
for await (const packet of input.packets()) {
  if (!packet) break;
  const index = outputs.get(packet.streamIndex) ?? -1;
  await output.writePacket(packet, index);
  packet.free();
}
await output.close();
await input.close();
