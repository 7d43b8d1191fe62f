import { randomFillSync } from 'node:crypto';
import { connect, type Socket } from 'node:net';
import {
  AAC_CONFIG,
  AVC_CONFIG,
  aacFrame,
  avcInter,
  avcKey,
  encodeChunks,
  media,
  plainHandshake,
  publishCommands,
} from '@weir/media/ingest/testing/encoder.ts';
import {
  AUDIO_BITS_PER_SECOND,
  AUDIO_MS,
  BITS_PER_SECOND,
  FRAMES_PER_SECOND,
  KEY_SECONDS,
  KEY_WEIGHT,
  PUBLISHERS,
} from './load.ts';

/**
 * All encoders of a run in one process. Every message is built before the first is sent, and goes out alone and on
 * time, as an encoder's does. Usage: publisher.ts PORT CHUNK_BYTES
 */
const [port = 0, chunkBytes = 0] = process.argv.slice(2).map(Number);
const TICK_MS = 5;
/** Answer to `publish`; every server says it. */
const STARTED = 'NetStream.Publish.Start';

const FRAME_MS = 1000 / FRAMES_PER_SECOND;
const GOP = FRAMES_PER_SECOND * KEY_SECONDS;
const gopBytes = ((BITS_PER_SECOND - AUDIO_BITS_PER_SECOND) / 8) * KEY_SECONDS;
const unit = gopBytes / (GOP - 1 + KEY_WEIGHT);

const noise = (tag: Buffer, from: number): Buffer => {
  randomFillSync(tag, from);
  return tag;
};
const key = noise(avcKey(Math.round(unit * KEY_WEIGHT)), 10);
const inter = noise(avcInter(Math.round(unit)), 10);
const sound = noise(aacFrame(Math.round((AUDIO_BITS_PER_SECOND / 8 / 1000) * AUDIO_MS)), 2);

/** Chunks of one message with a type-1 header: its time is a step, so the same bytes may be sent for ever. */
function repeated(id: number, type: number, stepMs: number, payload: Buffer): Buffer {
  const head = Buffer.from([0x40 | id, 0, 0, stepMs, 0, 0, 0, type]);
  head.writeUIntBE(payload.length, 4, 3);
  const out = [head, payload.subarray(0, chunkBytes)];
  for (let at = chunkBytes; at < payload.length; at += chunkBytes)
    out.push(Buffer.from([0xc0 | id]), payload.subarray(at, at + chunkBytes));
  return Buffer.concat(out);
}

const KEY = repeated(6, 9, FRAME_MS, key);
const INTER = repeated(6, 9, FRAME_MS, inter);
const SOUND = repeated(4, 8, AUDIO_MS, sound);

/** `first`: where in a group of pictures this encoder began. */
type Sender = { socket: Socket; began: number; first: number; frames: number; sounds: number };
const senders = new Set<Sender>();
let bytes = 0;
let started = 0;

function send(socket: Socket, message: Buffer): void {
  bytes += message.length;
  socket.write(message);
}

function dial(index: number): void {
  const socket = connect({ port, host: '127.0.0.1', noDelay: true });
  const commands = encodeChunks(publishCommands('live', `bench${index}`), { chunkBytes });
  socket.write(Buffer.concat([plainHandshake(), commands]));
  let heard = '';
  socket.on('data', (answer: Buffer) => {
    if (heard.includes(STARTED)) return;
    heard += answer.toString('latin1');
    if (!heard.includes(STARTED)) return;
    const configurations = encodeChunks([media('video', 0, AVC_CONFIG), media('audio', 0, AAC_CONFIG)], {
      chunkBytes,
    });
    send(socket, configurations);
    // Encoders do not run in step: each begins at its own point of a frame and of a group of pictures.
    const began = performance.now() - ((index * 7) % FRAME_MS);
    senders.add({ socket, began, first: (index * 3) % GOP, frames: 0, sounds: 0 });
    if (++started === PUBLISHERS) process.send?.({ open: started, bytes });
  });
  const gone = (): void => {
    for (const sender of senders) if (sender.socket === socket) senders.delete(sender);
  };
  socket.on('error', gone).on('close', gone);
}

function tick(): void {
  const now = performance.now();
  for (const sender of senders) {
    const elapsed = now - sender.began;
    for (; sender.frames * FRAME_MS <= elapsed; sender.frames++)
      send(sender.socket, (sender.first + sender.frames) % GOP === 0 ? KEY : INTER);
    for (; sender.sounds * AUDIO_MS <= elapsed; sender.sounds++) send(sender.socket, SOUND);
  }
}

for (let index = 0; index < PUBLISHERS; index++) dial(index);
setInterval(tick, TICK_MS);
process.on('message', () => process.send?.({ open: senders.size, bytes }));
process.on('disconnect', () => process.exit());
