import { BACK_POINTER_BYTES, backPointer, TAG_HEADER_BYTES, type TagType, tagHeader } from '../flv/index.ts';

/** Longest header of a WebSocket frame from a server: no mask (RFC 6455 section 5.2). */
const ROOM_BYTES = 10;
const BINARY_FINAL = 0x82;

/** An FLV tag before it is framed: `at` in ms on the output timeline, `body` what follows the tag header. */
export type Tag = { readonly type: TagType; readonly at: number; readonly body: Buffer };

/**
 * Bytes built once for all viewers: as they go over HTTP, and as one binary WebSocket frame.
 * Both are views of one allocation, the frame's header lying in the room before the bytes.
 */
export type Framed = { readonly http: Buffer; readonly ws: Buffer };

/** Bytes of a tag with `body` on the wire. */
export function tagBytes(body: Buffer): number {
  return TAG_HEADER_BYTES + body.length + BACK_POINTER_BYTES;
}

/** `bytes` as they are, ready for both kinds of viewer. */
export function frameBytes(bytes: Buffer): Framed {
  return frameParts([bytes], bytes.length);
}

/** `tags` in one piece, ready for both kinds of viewer. The one copy of media on its way out. */
export function frameTags(tags: readonly Tag[]): Framed {
  const parts = tags.flatMap(({ type, at, body }) => [
    tagHeader(type, body.length, at),
    body,
    backPointer(body.length),
  ]);
  return frameParts(
    parts,
    tags.reduce((sum, tag) => sum + tagBytes(tag.body), 0),
  );
}

/** `pieces` one after the other as one, for who gets them all: one write costs a viewer half of two. */
export function joinFramed(pieces: readonly Framed[]): Framed {
  const parts = pieces.map(({ http }) => http);
  return frameParts(
    parts,
    parts.reduce((sum, part) => sum + part.length, 0),
  );
}

function frameParts(parts: readonly Buffer[], size: number): Framed {
  // An allocation of its own: a slice of the shared pool would keep its neighbours alive.
  const whole = Buffer.allocUnsafeSlow(ROOM_BYTES + size);
  let offset = ROOM_BYTES;
  for (const part of parts) offset += part.copy(whole, offset);
  const start = putHeader(whole, size);
  return { http: whole.subarray(ROOM_BYTES), ws: whole.subarray(start) };
}

/** Writes the header of a binary frame of `size` bytes so that it ends where they begin; returns where it begins. */
function putHeader(whole: Buffer, size: number): number {
  const start = ROOM_BYTES - (size < 126 ? 2 : size < 65_536 ? 4 : 10);
  whole[start] = BINARY_FINAL;
  whole[start + 1] = size < 126 ? size : size < 65_536 ? 126 : 127;
  if (start === ROOM_BYTES - 4) whole.writeUInt16BE(size, start + 2);
  if (start === 0) whole.writeBigUInt64BE(BigInt(size), 2);
  return start;
}
