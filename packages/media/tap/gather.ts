import { BACK_POINTER_BYTES, TAG_AUDIO, TAG_HEADER_BYTES, TAG_VIDEO } from '../flv/index.ts';
import type { Packet } from '../packet.ts';

/** Size of a gathering buffer: half a second of 1 Mbit/s. */
const CHUNK_BYTES = 64 * 1024;

/**
 * Gathers whole FLV tags in memory until the disk takes them. Packets are copied: one memcpy is cheaper than an
 * entry of `writev` and an update of the hash for each, and the ingest's buffers are free at once.
 * Each chunk holds whole tags only, so that any but the first may be dropped and the rest still is FLV.
 */
export class Gather {
  #chunks: Buffer[] = [];
  #filling: Buffer | undefined;
  #used = 0;
  #spare: Buffer | undefined;
  #bytes = 0;
  #protected: Buffer | undefined;

  /** Bytes that wait. */
  get bytes(): number {
    return this.#bytes;
  }

  /** The head of a file, which is never dropped. */
  head(bytes: Buffer): void {
    this.#seal();
    this.#chunks.push(bytes);
    this.#protected = bytes;
    this.#bytes += bytes.length;
  }

  /** A packet as a tag at its own `dts`, modulo 2^32 (Adobe FLV 10.1, annex E.4.1). */
  tag(packet: Packet, dts = packet.dts): void {
    const size = packet.tag.length;
    const whole = TAG_HEADER_BYTES + size + BACK_POINTER_BYTES;
    if (this.#filling && this.#used + whole > this.#filling.length) this.#seal();
    if (!this.#filling) {
      this.#filling = whole <= CHUNK_BYTES ? this.#chunk() : Buffer.allocUnsafeSlow(whole);
      this.#used = 0;
    }
    const out = this.#filling;
    let at = this.#used;
    const time = dts >>> 0;
    out[at] = packet.track === 'video' ? TAG_VIDEO : TAG_AUDIO;
    out.writeUIntBE(size, at + 1, 3);
    out.writeUIntBE(time & 0xffffff, at + 4, 3);
    out.writeUInt32BE((time >>> 24) * 2 ** 24, at + 7);
    at += TAG_HEADER_BYTES;
    packet.tag.copy(out, at);
    out.writeUInt32BE(size + TAG_HEADER_BYTES, at + size);
    this.#used += whole;
    this.#bytes += whole;
  }

  /** Hands over all that waits. */
  take(): Buffer[] {
    this.#seal();
    const chunks = this.#chunks;
    this.#chunks = [];
    this.#protected = undefined;
    this.#bytes = 0;
    return chunks;
  }

  /** Gives back buffers that were written; one is kept for the next half second. */
  recycle(chunks: readonly Buffer[]): void {
    const whole = chunks.find((c) => c.buffer.byteLength === CHUNK_BYTES && c.byteOffset === 0);
    if (whole) this.#spare = Buffer.from(whole.buffer as ArrayBuffer, 0, CHUNK_BYTES);
  }

  /** Drops the oldest chunk but a file's head; how many bytes that were, 0 where nothing is left to drop. */
  drop(): number {
    if (this.#chunks.length <= (this.#protected ? 1 : 0)) this.#seal();
    const at = this.#chunks[0] === this.#protected ? 1 : 0;
    const [dropped] = this.#chunks.splice(at, 1);
    this.#bytes -= dropped?.length ?? 0;
    return dropped?.length ?? 0;
  }

  #seal(): void {
    if (this.#filling) this.#chunks.push(this.#filling.subarray(0, this.#used));
    this.#filling = undefined;
  }

  #chunk(): Buffer {
    const chunk = this.#spare ?? Buffer.allocUnsafeSlow(CHUNK_BYTES);
    this.#spare = undefined;
    return chunk;
  }
}
