import { MESSAGE } from './message.ts';

/** Chunk size that Weir announces; every answer of ours fits one chunk of it. */
export const OUR_CHUNK_BYTES = 4096;

/**
 * One message as one type-0 chunk at timestamp 0 (RTMP 1.0 section 5.3.1).
 * @param chunkStream 2 for control, 3 for commands (2 to 63)
 * @throws RangeError where the payload passes the announced chunk size
 */
export function encodeMessage(chunkStream: number, type: number, streamId: number, payload: Buffer): Buffer {
  if (payload.length > OUR_CHUNK_BYTES) throw new RangeError(`answer of ${payload.length} bytes`);
  const out = Buffer.allocUnsafe(12 + payload.length);
  out[0] = chunkStream & 0x3f;
  out.writeUIntBE(0, 1, 3);
  out.writeUIntBE(payload.length, 4, 3);
  out[7] = type;
  out.writeUInt32LE(streamId, 8);
  payload.copy(out, 12);
  return out;
}

const control = (type: number, ...words: number[]): Buffer => {
  const payload = Buffer.allocUnsafe(words.length * 4);
  words.forEach((word, i) => void payload.writeUInt32BE(word >>> 0, i * 4));
  return encodeMessage(2, type, 0, payload);
};

export const encodeChunkSize = (bytes: number): Buffer => control(MESSAGE.setChunkSize, bytes);
export const encodeWindowSize = (bytes: number): Buffer => control(MESSAGE.windowSize, bytes);
/** @param total bytes received since the connection began; goes modulo 2^32 as every peer counts */
export const encodeAcknowledgement = (total: number): Buffer =>
  control(MESSAGE.acknowledgement, total % 2 ** 32);

/** Peer bandwidth with limit type `dynamic` (RTMP 1.0 section 5.4.5). */
export function encodePeerBandwidth(bytes: number): Buffer {
  const payload = Buffer.from([0, 0, 0, 0, 2]);
  payload.writeUInt32BE(bytes, 0);
  return encodeMessage(2, MESSAGE.peerBandwidth, 0, payload);
}

/** User control message with one 32-bit value. */
export function encodeEvent(event: number, value: number): Buffer {
  const payload = Buffer.allocUnsafe(6);
  payload.writeUInt16BE(event, 0);
  payload.writeUInt32BE(value >>> 0, 2);
  return encodeMessage(2, MESSAGE.userControl, 0, payload);
}
