/** Server frames of RFC 6455 section 5.2, unmasked, built once and written to many sockets. */

const FIN_TEXT = 0x81;
const FIN_PONG = 0x8a;

/** An empty ping (section 5.5.2); shared by all sockets. */
export const PING = Buffer.from([0x89, 0x00]);

function header(first: number, length: number): Buffer {
  const extended = length < 126 ? 0 : length < 65_536 ? 2 : 8;
  const frame = Buffer.allocUnsafe(2 + extended + length);
  frame[0] = first;
  if (extended === 0) frame[1] = length;
  else if (extended === 2) {
    frame[1] = 126;
    frame.writeUInt16BE(length, 2);
  } else {
    frame[1] = 127;
    frame.writeUInt32BE(0, 2);
    frame.writeUInt32BE(length, 6);
  }
  return frame;
}

/** One text frame with a JSON array of events, each already encoded. */
export function batchFrame(events: readonly string[]): Buffer {
  const text = `[${events.join(',')}]`;
  const length = Buffer.byteLength(text);
  const frame = header(FIN_TEXT, length);
  frame.write(text, frame.length - length, 'utf8');
  return frame;
}

/** The answer to a ping: its payload (≤ 125 bytes) given back (section 5.5.3). */
export function pongFrame(payload: Buffer): Buffer {
  const frame = header(FIN_PONG, payload.length);
  payload.copy(frame, 2);
  return frame;
}
