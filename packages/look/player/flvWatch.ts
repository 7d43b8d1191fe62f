import { isSlate } from './slate.ts';

/** What the bytes of an FLV say in passing; times are ms of the output timeline. */
export type FlvSight = {
  /** First frame of the connection: where the player's own clock begins. */
  onFirstFrame(at: number): void;
  /** A video configuration: FourCC or `avc1`, and whether it is Weir's stand-in. */
  onVideo(codec: string, slate: boolean, at: number): void;
};

const HEADER_BYTES = 9;
const TAG_HEADER_BYTES = 11;
const BACK_POINTER_BYTES = 4;
const AUDIO = 8;
const VIDEO = 9;
/** Configurations are some dozens of bytes; of a longer one the first so many decide. */
const CONFIG_BYTES = 1024;

/** A tag's body on its way: its head is kept in `bytes`. */
type Body = { type: number; at: number; size: number; read: number; bytes: Uint8Array };

/**
 * Looks at an FLV stream as it passes (Adobe FLV 10.1, annex E), in whatever pieces it comes: never more
 * than one tag's head is kept.
 */
export class FlvWatch {
  readonly #sight: FlvSight;
  readonly #head = new Uint8Array(TAG_HEADER_BYTES);
  #headSize = 0;
  #skip = HEADER_BYTES + BACK_POINTER_BYTES;
  #body: Body | undefined;
  #begun = false;

  constructor(sight: FlvSight) {
    this.#sight = sight;
  }

  push(chunk: Uint8Array): void {
    let at = 0;
    while (at < chunk.length) {
      if (this.#skip > 0) {
        const step = Math.min(this.#skip, chunk.length - at);
        this.#skip -= step;
        at += step;
      } else if (this.#body) at += this.#readBody(this.#body, chunk, at);
      else {
        const step = Math.min(TAG_HEADER_BYTES - this.#headSize, chunk.length - at);
        this.#head.set(chunk.subarray(at, at + step), this.#headSize);
        this.#headSize += step;
        at += step;
        if (this.#headSize === TAG_HEADER_BYTES) this.#beginBody();
      }
    }
  }

  #beginBody(): void {
    this.#headSize = 0;
    const h = this.#head;
    const byte = (i: number): number => h[i] ?? 0;
    const type = byte(0) & 0x1f;
    const size = (byte(1) << 16) | (byte(2) << 8) | byte(3);
    const at = ((byte(7) << 24) | (byte(4) << 16) | (byte(5) << 8) | byte(6)) >>> 0;
    if (size === 0 || (type !== AUDIO && type !== VIDEO)) {
      this.#skip = size + BACK_POINTER_BYTES;
      return;
    }
    this.#body = { type, at, size, read: 0, bytes: new Uint8Array(Math.min(size, CONFIG_BYTES)) };
  }

  /** Copies the head of a body, looks at it, and leaves the rest to be skipped; returns bytes consumed. */
  #readBody(body: Body, chunk: Uint8Array, at: number): number {
    // Two bytes tell a frame from a configuration; only configurations are worth keeping.
    const wanted = body.read < 2 ? Math.min(2, body.bytes.length) : body.bytes.length;
    const step = Math.min(wanted - body.read, chunk.length - at);
    body.bytes.set(chunk.subarray(at, at + step), body.read);
    body.read += step;
    if (body.read < wanted) return step;
    if (wanted < body.bytes.length && isConfig(body.type, body.bytes)) return step;
    this.#look(body.type, body.at, body.bytes.subarray(0, body.read));
    this.#skip = body.size - body.read + BACK_POINTER_BYTES;
    this.#body = undefined;
    return step;
  }

  #look(type: number, at: number, bytes: Uint8Array): void {
    if (!isConfig(type, bytes)) {
      if (this.#begun) return;
      this.#begun = true;
      this.#sight.onFirstFrame(at);
    } else if (type === VIDEO) {
      const enhanced = ((bytes[0] ?? 0) & 0x80) !== 0;
      const codec = enhanced ? String.fromCharCode(...bytes.subarray(1, 5)) : 'avc1';
      this.#sight.onVideo(codec, !enhanced && isSlate(bytes.subarray(5)), at);
    }
  }
}

/** True for sequence headers: AVC and AAC packet type 0, enhanced RTMP packet type 0 in either. */
function isConfig(type: number, bytes: Uint8Array): boolean {
  const first = bytes[0] ?? 0;
  if (type === VIDEO && (first & 0x80) !== 0) return (first & 0x0f) === 0;
  if (type === AUDIO && first >> 4 === 9) return (first & 0x0f) === 0;
  if (type === AUDIO && first >> 4 !== 10) return false;
  return bytes[1] === 0;
}
