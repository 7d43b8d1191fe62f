import { createHash } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';

/** Appended to the client's key before hashing (RFC 6455 section 1.3). */
const HANDSHAKE_GUID = '258EAFA5-E914-47DA-95CA-C5AB0DC85B11';
/** A viewer has nothing to say: longest client message that is looked at. */
const MAX_CLIENT_BYTES = 4_096;
const MAX_CONTROL_BYTES = 125;

/** The `Sec-WebSocket-Accept` for a proper version-13 handshake; undefined where it is none (RFC 6455 section 4.2.1). */
export function acceptKey(headers: IncomingHttpHeaders): string | undefined {
  const key = headers['sec-websocket-key'];
  if (headers.upgrade?.toLowerCase() !== 'websocket' || headers['sec-websocket-version'] !== '13')
    return undefined;
  if (key === undefined || !/^[A-Za-z0-9+/]{22}==$/.test(key)) return undefined;
  return createHash('sha1')
    .update(key + HANDSHAKE_GUID)
    .digest('base64');
}

/** A close frame from the server (RFC 6455 section 5.5.1). */
export function closeFrame(code: number): Buffer {
  return Buffer.from([0x88, 2, code >> 8, code & 0xff]);
}

function pongFrame(payload: Buffer): Buffer {
  return Buffer.concat([Buffer.from([0x8a, payload.length]), payload]);
}

/** What a client's bytes ask for. */
export type ClientAsk = { type: 'pong'; frame: Buffer } | { type: 'close'; code: number };

/**
 * Reads what a viewer sends: pings are answered, a close is a close, messages are read past.
 * Holds at most one frame of 4 KiB and its header.
 */
export class ClientReader {
  #rest: Buffer = Buffer.alloc(0);

  /** What `bytes` ask for, in order; nothing follows a close. */
  read(bytes: Buffer): ClientAsk[] {
    let rest = this.#rest.length === 0 ? bytes : Buffer.concat([this.#rest, bytes]);
    const asks: ClientAsk[] = [];
    for (;;) {
      if (rest.length < 2) break;
      const opcode = (rest[0] as number) & 0x0f;
      const length = (rest[1] as number) & 0x7f;
      const control = (opcode & 8) !== 0;
      // Clients mask (section 5.1), use no extension we agreed to, and keep control frames short and whole (5.5).
      const proper =
        (rest[1] as number) >= 0x80 &&
        ((rest[0] as number) & 0x70) === 0 &&
        !(control && (length > MAX_CONTROL_BYTES || (rest[0] as number) < 0x80));
      if (!proper) return [...asks, { type: 'close', code: 1002 }];
      if (length === 127) return [...asks, { type: 'close', code: 1009 }];
      const head = length === 126 ? 8 : 6;
      if (rest.length < head) break;
      const size = length === 126 ? rest.readUInt16BE(2) : length;
      if (size > MAX_CLIENT_BYTES) return [...asks, { type: 'close', code: 1009 }];
      if (rest.length < head + size) break;
      if (opcode === 8) return [...asks, { type: 'close', code: 1000 }];
      if (opcode === 9) asks.push({ type: 'pong', frame: pongFrame(unmasked(rest, head, size)) });
      rest = rest.subarray(head + size);
    }
    this.#rest = rest.length === 0 ? Buffer.alloc(0) : Buffer.from(rest);
    return asks;
  }
}

function unmasked(frame: Buffer, head: number, size: number): Buffer {
  const payload = Buffer.from(frame.subarray(head, head + size));
  for (let i = 0; i < size; i++) payload[i] = (payload[i] as number) ^ (frame[head - 4 + (i % 4)] as number);
  return payload;
}
