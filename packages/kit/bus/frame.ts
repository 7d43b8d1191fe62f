import { MAX_MESSAGE_BYTES } from './bus.ts';

/**
 * What the hub reads of a frame; the body travels beside it unread.
 * `pub` to subscribers, `req`/`res` between an asker and the one that serves, the rest announce interest.
 */
export type Header =
  | { op: 'pub'; subject: string; env: object }
  | { op: 'req'; subject: string; env: object; id: number; ttl: number }
  | { op: 'res'; id: number; to?: number; failed: boolean }
  | { op: 'none'; id: number }
  | { op: 'sub' | 'unsub' | 'serve' | 'unserve'; subject: string };

/** Frame on the wire: u32 length of the rest, u16 length of the header, header as JSON, body as JSON bytes. */
export function encode(header: Header, body: Buffer): Buffer {
  const head = Buffer.from(JSON.stringify(header));
  const length = 2 + head.length + body.length;
  if (length > MAX_MESSAGE_BYTES) throw new RangeError(`bus message of ${length} bytes is over the bound`);
  const frame = Buffer.allocUnsafe(4 + length);
  frame.writeUInt32BE(length, 0);
  frame.writeUInt16BE(head.length, 4);
  head.copy(frame, 6);
  body.copy(frame, 6 + head.length);
  return frame;
}

/** Cuts a byte stream into frames. Throws RangeError on a frame over the bound: the connection is then closed. */
export function decoder(onFrame: (header: Header, body: Buffer) => void): (chunk: Buffer) => void {
  let held: Buffer[] = [];
  let size = 0;
  let need = 4;
  return (chunk) => {
    held.push(chunk);
    size += chunk.length;
    if (size < need) return;
    let bytes = held.length === 1 ? chunk : Buffer.concat(held, size);
    while (bytes.length >= 4) {
      const length = bytes.readUInt32BE(0);
      if (length > MAX_MESSAGE_BYTES || length < 2) throw new RangeError('bus frame over the bound');
      if (bytes.length < 4 + length) break;
      const headLength = bytes.readUInt16BE(4);
      const header = JSON.parse(bytes.toString('utf8', 6, 6 + headLength)) as Header;
      const body = bytes.subarray(6 + headLength, 4 + length);
      bytes = bytes.subarray(4 + length);
      onFrame(header, body);
    }
    held = bytes.length > 0 ? [bytes] : [];
    size = bytes.length;
    need = size >= 4 ? 4 + bytes.readUInt32BE(0) : 4;
  };
}
