import { Malformed, Refusal } from '../refusal.ts';
import { MESSAGE, type OnMessage } from './message.ts';

/** Chunk size before anybody sets one (RTMP 1.0 section 5.4.1). */
const DEFAULT_CHUNK_BYTES = 128;
/** Basic header 3, message header 11, extended timestamp 4. */
const MAX_HEADER_BYTES = 18;
const EXTENDED = 0xff_ff_ff;
/**
 * A type-3 chunk that begins a message right after a type-0 one means "delta = that timestamp" (section 5.3.1.2.4).
 * Encoders that mean "same timestamp" write the same bytes; no encoder has frames this far apart, so beyond it they are meant.
 */
const MAX_IMPLIED_DELTA_MS = 10_000;

const NOTHING = Buffer.alloc(0);
const HEADER_BYTES = [11, 7, 3, 0] as const;

/** What a chunk stream remembers from one chunk to the next. */
class ChunkStream {
  timestamp = 0;
  delta = 0;
  /** The value of the extended timestamp field, or -1 where the last header had none. */
  extended = -1;
  length = 0;
  type = 0;
  streamId = 0;
  body: Buffer = NOTHING;
  filled = 0;
  /** A message has begun and not ended. */
  open = false;
}

export type ChunkLimits = {
  chunk: number;
  message: number;
  reassembly: number;
  chunkStreams: number;
};

/**
 * Puts messages together from interleaved chunks, whatever the split of the byte stream (RTMP 1.0 section 5.3).
 * A message that lies whole in one chunk and one read is a view; any other is copied once.
 * Set Chunk Size and Abort act here; every message but those two goes to `onMessage`.
 */
export class ChunkReader {
  /** May be replaced while reading: an encoder that was not let in yet gets less. */
  limits: ChunkLimits;
  readonly #onMessage: OnMessage;
  readonly #streams = new Map<number, ChunkStream>();
  readonly #carry = Buffer.alloc(MAX_HEADER_BYTES);
  #carried = 0;
  #chunkBytes = DEFAULT_CHUNK_BYTES;
  /** Declared bytes of all open messages. */
  #reserved = 0;
  #current: ChunkStream | undefined;
  /** Bytes of the current chunk's payload that have not come yet. */
  #left = 0;
  /** Whether this encoder repeats the extended timestamp on type-3 chunks; unknown until one differs. */
  #repeatsExtended = true;
  #stopped = false;
  /** Bytes of the header that `#header` read last, and the chunk stream it named. */
  #headerBytes = 0;

  constructor(limits: ChunkLimits, onMessage: OnMessage) {
    this.limits = limits;
    this.#onMessage = onMessage;
  }

  /** Declared bytes that are held for messages that have not ended. */
  get reserved(): number {
    return this.#reserved;
  }

  /** Makes the `push` that runs return after the message in hand. */
  stop(): void {
    this.#stopped = true;
  }

  /**
   * Reads on. Answers how many bytes were taken: all, or fewer after `stop`.
   * @throws Malformed, Refusal (`limit_…`); the reader is of no use after that
   */
  push(bytes: Buffer): number {
    this.#stopped = false;
    let at = 0;
    while (at < bytes.length && !this.#stopped) {
      const stream = this.#current;
      at = stream ? this.#payload(stream, bytes, at) : this.#start(bytes, at);
    }
    return at;
  }

  /** Reads one header, through the carry where it is split over reads. */
  #start(bytes: Buffer, at: number): number {
    if (this.#carried === 0 && bytes.length - at >= MAX_HEADER_BYTES) {
      this.#header(bytes, at, bytes.length);
      return at + this.#headerBytes;
    }
    const before = this.#carried;
    const taken = bytes.copy(this.#carry, before, at, at + MAX_HEADER_BYTES - before);
    this.#carried += taken;
    if (!this.#header(this.#carry, 0, this.#carried)) return at + taken;
    this.#carried = 0;
    if (this.#headerBytes >= before) return at + this.#headerBytes - before;
    // The bytes that were awaited as an extended timestamp are payload, and some came with an earlier read.
    const early = Buffer.from(this.#carry.subarray(this.#headerBytes, before));
    for (let i = 0; i < early.length; )
      i = this.#current ? this.#payload(this.#current, early, i) : this.#start(early, i);
    return at;
  }

  /** Parses a chunk header at `at`. False where more bytes are needed; nothing has changed then. */
  #header(bytes: Buffer, at: number, end: number): boolean {
    const first = bytes[at] as number;
    const format = (first >> 6) as 0 | 1 | 2 | 3;
    let id = first & 0x3f;
    let cursor = at + 1;
    if (id < 2) {
      const idBytes = id + 1;
      if (end - cursor < idBytes) return false;
      id = 64 + (bytes[cursor] as number) + (idBytes === 2 ? (bytes[cursor + 1] as number) * 256 : 0);
      cursor += idBytes;
    }
    const size = HEADER_BYTES[format];
    if (end - cursor < size) return false;
    const known = this.#streams.get(id);
    if (!known && format > 1) throw new Malformed(`chunk stream ${id} begins with a type-${format} header`);
    const field = format < 3 ? bytes.readUIntBE(cursor, 3) : 0;
    const hasExtended = format < 3 ? field === EXTENDED : known !== undefined && known.extended >= 0;
    let extended = -1;
    let extendedBytes = 0;
    if (hasExtended) {
      if (format < 3 || this.#repeatsExtended) {
        if (end - cursor - size < 4) return false;
        extended = bytes.readUInt32BE(cursor + size);
        extendedBytes = 4;
      }
      if (format === 3 && known) {
        if (extendedBytes === 4 && extended !== known.extended) {
          this.#repeatsExtended = false;
          extendedBytes = 0;
        }
        extended = known.extended;
      }
    }
    const stream = known ?? this.#open(id);
    if (format === 3) {
      if (!stream.open) this.#begin(stream, stream.delta, false);
    } else {
      if (stream.open) throw new Malformed(`chunk stream ${id} begins a message inside another`);
      stream.extended = extended;
      if (format < 2) {
        stream.length = bytes.readUIntBE(cursor + 3, 3);
        stream.type = bytes[cursor + 6] as number;
      }
      if (format === 0) stream.streamId = bytes.readUInt32LE(cursor + 7);
      this.#begin(stream, field === EXTENDED ? extended : field, format === 0);
    }
    this.#current = stream;
    this.#left = Math.min(this.#chunkBytes, stream.length - stream.filled);
    this.#headerBytes = cursor + size + extendedBytes - at;
    if (stream.length === 0) this.#finish(stream, NOTHING);
    return true;
  }

  #open(id: number): ChunkStream {
    if (this.#streams.size >= this.limits.chunkStreams)
      throw new Refusal('limit_chunk_streams', `more than ${this.limits.chunkStreams} chunk streams`);
    const stream = new ChunkStream();
    this.#streams.set(id, stream);
    return stream;
  }

  #begin(stream: ChunkStream, time: number, absolute: boolean): void {
    if (stream.length > this.limits.message)
      throw new Refusal('limit_message', `a message of ${stream.length} bytes`);
    if (this.#reserved + stream.length > this.limits.reassembly)
      throw new Refusal('limit_memory', `${this.#reserved + stream.length} bytes in unfinished messages`);
    this.#reserved += stream.length;
    stream.timestamp = absolute ? time : (stream.timestamp + time) >>> 0;
    stream.delta = absolute && time > MAX_IMPLIED_DELTA_MS ? 0 : time;
    stream.filled = 0;
    stream.body = NOTHING;
    stream.open = true;
  }

  #payload(stream: ChunkStream, bytes: Buffer, at: number): number {
    const left = this.#left;
    const taken = Math.min(left, bytes.length - at);
    const end = at + taken;
    if (taken === stream.length) {
      this.#finish(stream, bytes.subarray(at, end));
      return end;
    }
    if (stream.filled === 0) stream.body = Buffer.allocUnsafe(stream.length);
    bytes.copy(stream.body, stream.filled, at, end);
    stream.filled += taken;
    this.#left = left - taken;
    if (stream.filled === stream.length) this.#finish(stream, stream.body);
    else if (this.#left === 0) this.#current = undefined;
    return end;
  }

  #finish(stream: ChunkStream, payload: Buffer): void {
    this.#current = undefined;
    this.#drop(stream);
    if (stream.type === MESSAGE.setChunkSize) this.#setChunkSize(payload);
    else if (stream.type === MESSAGE.abort) this.#abort(payload);
    else this.#onMessage(stream.type, stream.timestamp, stream.streamId, payload);
  }

  #drop(stream: ChunkStream): void {
    if (!stream.open) return;
    this.#reserved -= stream.length;
    stream.open = false;
    stream.body = NOTHING;
    stream.filled = 0;
  }

  #setChunkSize(payload: Buffer): void {
    if (payload.length < 4) throw new Malformed('short Set Chunk Size');
    const size = payload.readUInt32BE(0);
    if (size < 1 || size > 0x7f_ff_ff_ff) throw new Malformed(`chunk size ${size}`);
    if (size > this.limits.chunk) throw new Refusal('limit_chunk', `chunks of ${size} bytes`);
    this.#chunkBytes = size;
  }

  #abort(payload: Buffer): void {
    if (payload.length < 4) throw new Malformed('short Abort');
    const stream = this.#streams.get(payload.readUInt32BE(0));
    if (stream) this.#drop(stream);
  }
}
