/** Tag types of FLV (Adobe FLV 10.1, annex E.4.1). */
export const TAG_AUDIO = 8;
export const TAG_VIDEO = 9;
export const TAG_SCRIPT = 18;
export type TagType = typeof TAG_AUDIO | typeof TAG_VIDEO | typeof TAG_SCRIPT;

/** Bytes of a tag header, and of the back pointer that follows a tag's body. */
export const TAG_HEADER_BYTES = 11;
export const BACK_POINTER_BYTES = 4;
/** Bytes of the file header with the first, empty back pointer. */
export const FLV_HEADER_BYTES = 13;

/** The file header and back pointer zero, 13 bytes (annex E.2). The flags name the tracks that will come. */
export function flvHeader(hasVideo: boolean, hasAudio: boolean): Buffer {
  const flags = (hasAudio ? 4 : 0) | (hasVideo ? 1 : 0);
  return Buffer.from([0x46, 0x4c, 0x56, 1, flags, 0, 0, 0, 9, 0, 0, 0, 0]);
}

/**
 * The 11 bytes before a tag's body of `bodyBytes` at `atMs` (annex E.4.1): 24 bits of time, then the upper
 * 8 bits, so that a broadcast wraps after 49 days and no sooner.
 */
export function tagHeader(type: TagType, bodyBytes: number, atMs: number): Buffer {
  const out = Buffer.allocUnsafe(TAG_HEADER_BYTES);
  const time = atMs >>> 0;
  out[0] = type;
  out.writeUIntBE(bodyBytes, 1, 3);
  out.writeUIntBE(time & 0xffffff, 4, 3);
  out[7] = time >>> 24;
  out.writeUIntBE(0, 8, 3);
  return out;
}

/** The 4 bytes after a tag's body: how far back its header begins. */
export function backPointer(bodyBytes: number): Buffer {
  const out = Buffer.allocUnsafe(BACK_POINTER_BYTES);
  out.writeUInt32BE(bodyBytes + TAG_HEADER_BYTES, 0);
  return out;
}
