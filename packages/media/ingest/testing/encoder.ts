import { encodeAmf } from '../amf/writer.ts';
import { MESSAGE } from '../chunk/message.ts';

/** One message as an encoder would send it. `id` is its chunk stream. */
export type Message = { id: number; type: number; timestamp: number; streamId: number; payload: Buffer };

export type Habits = {
  chunkBytes: number;
  /** Whether type-3 chunks repeat the extended timestamp. */
  repeatExtended?: boolean;
  /** Which of `n` chunk streams that have something to send goes next; default: the first, no interleaving. */
  pick?: (n: number) => number;
};

const EXTENDED = 0xff_ff_ff;

type Sending = { last?: Message; field: number; delta: number; queue: Message[]; sent: number };

/**
 * An encoder of its own, for tests and benches: messages to chunks with the shortest headers, at any chunk size and
 * interleaving. It announces its chunk size first.
 */
export function encodeChunks(messages: readonly Message[], habits: Habits): Buffer {
  const out: Buffer[] = [];
  const size = Buffer.alloc(4);
  size.writeUInt32BE(habits.chunkBytes);
  out.push(Buffer.from([2, 0, 0, 0, 0, 0, 4, MESSAGE.setChunkSize, 0, 0, 0, 0]), size);
  const streams = new Map<number, Sending>();
  for (const message of messages) {
    const stream = streams.get(message.id) ?? { field: 0, delta: 0, queue: [], sent: 0 };
    streams.set(message.id, stream);
    stream.queue.push(message);
  }
  for (;;) {
    const ready = [...streams.values()].filter(({ queue }) => queue.length > 0);
    const stream = ready[habits.pick ? habits.pick(ready.length) % Math.max(1, ready.length) : 0];
    if (!stream) return Buffer.concat(out);
    out.push(nextChunk(stream, habits));
  }
}

function nextChunk(stream: Sending, habits: Habits): Buffer {
  const message = stream.queue[0] as Message;
  const head = stream.sent === 0 ? firstHeader(stream, message) : continuation(stream, message, habits);
  const end = Math.min(stream.sent + habits.chunkBytes, message.payload.length);
  const body = message.payload.subarray(stream.sent, end);
  stream.sent = end;
  if (end === message.payload.length) {
    stream.queue.shift();
    stream.last = message;
    stream.sent = 0;
  }
  return Buffer.concat([head, body]);
}

function basicHeader(format: number, id: number): Buffer {
  if (id < 64) return Buffer.from([(format << 6) | id]);
  if (id < 320) return Buffer.from([format << 6, id - 64]);
  return Buffer.from([(format << 6) | 1, (id - 64) & 0xff, (id - 64) >> 8]);
}

const extendedField = (field: number): Buffer => {
  if (field < EXTENDED) return Buffer.alloc(0);
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(field);
  return bytes;
};

const continuation = (stream: Sending, message: Message, { repeatExtended = true }: Habits): Buffer =>
  Buffer.concat([basicHeader(3, message.id), repeatExtended ? extendedField(stream.field) : Buffer.alloc(0)]);

function firstHeader(stream: Sending, message: Message): Buffer {
  const { last } = stream;
  const delta = last ? message.timestamp - last.timestamp : -1;
  const whole = !last || last.streamId !== message.streamId || delta < 0 || delta >= EXTENDED;
  const format = whole
    ? 0
    : last.type !== message.type || last.payload.length !== message.payload.length
      ? 1
      : 2;
  const field = whole ? message.timestamp : delta;
  stream.field = field;
  const time = Buffer.alloc(3);
  time.writeUIntBE(Math.min(field, EXTENDED), 0, 3);
  const length = Buffer.alloc(4);
  length.writeUIntBE(message.payload.length, 0, 3);
  length[3] = message.type;
  const streamId = Buffer.alloc(4);
  streamId.writeUInt32LE(message.streamId);
  return Buffer.concat([
    basicHeader(format, message.id),
    time,
    ...(format < 2 ? [length] : []),
    ...(format === 0 ? [streamId] : []),
    extendedField(field),
  ]);
}

/** C0, C1 and C2 of the plain handshake. */
export const plainHandshake = (): Buffer => {
  const bytes = Buffer.alloc(1 + 2 * 1536);
  bytes[0] = 3;
  return bytes;
};

const command = (streamId: number, ...values: Parameters<typeof encodeAmf>): Message => ({
  id: 3,
  type: MESSAGE.command,
  timestamp: 0,
  streamId,
  payload: encodeAmf(...values),
});

/** The commands up to `publish`, for `rtmp://h/APP/NAME`. */
export const publishCommands = (app: string, name: string): Message[] => [
  command(0, 'connect', 1, { app, type: 'nonprivate', flashVer: 'test', tcUrl: `rtmp://h/${app}` }),
  command(0, 'releaseStream', 2, null, name),
  command(0, 'FCPublish', 3, null, name),
  command(0, 'createStream', 4, null),
  command(1, 'publish', 5, null, name, 'live'),
];

/** Audio or video of the published stream. */
export const media = (track: 'audio' | 'video', timestamp: number, payload: Buffer): Message => ({
  id: track === 'audio' ? 4 : 6,
  type: MESSAGE[track],
  timestamp,
  streamId: 1,
  payload,
});

/** x264's configuration of 96 × 64 pixels as an FLV tag body. */
export const AVC_CONFIG = Buffer.from(
  '170000000001f4000affe1001867f4000a91968626c044000003000400000300523c489a8001000568ce039192fff8f800',
  'hex',
);
/** AAC-LC 44.1 kHz stereo configuration as an FLV tag body. */
export const AAC_CONFIG = Buffer.from('af001210', 'hex');

/** A tag body that looks like an IDR frame of `size` bytes of slice. */
export function avcKey(size: number): Buffer {
  const tag = Buffer.alloc(9 + size, 0x5a);
  tag.set([0x17, 1, 0, 0, 0]);
  tag.writeUInt32BE(size, 5);
  tag[9] = 0x65;
  return tag;
}

export const avcInter = (size: number): Buffer => {
  const tag = avcKey(size);
  tag[0] = 0x27;
  tag[9] = 0x41;
  return tag;
};

export const aacFrame = (size: number): Buffer =>
  Buffer.concat([Buffer.from([0xaf, 1]), Buffer.alloc(size, 0x21)]);
