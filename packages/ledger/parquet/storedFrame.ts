const MAGIC = 0xfd_2f_b5_28;
const BLOCK = { RAW: 0, RLE: 1 } as const;
/** Bytes of the content's size, by its flag; one where the flag is 0 and the frame is one segment. */
const SIZE_BYTES = [0, 2, 4, 8] as const;

/**
 * What a zstd frame (RFC 8878, section 3.1.1) says that packs nothing, as small pages and those of random bytes do: a
 * third of all pages, for each of which Node would make a decompressor. Undefined where anything in it is packed, or is
 * not as it must be: that is for the decompressor to say.
 */
export function storedFrame(frame: Buffer, size: number): Buffer | undefined {
  if (frame.length < 9 || frame.readUInt32LE(0) !== MAGIC) return undefined;
  const about = frame[4] as number;
  const isOneSegment = (about & 32) !== 0;
  const sizeBytes = SIZE_BYTES[about >> 6] || (isOneSegment ? 1 : 0);
  // Without a checksum (4) or a dictionary (3), nor what is reserved (8 and 16).
  if ((about & 31) !== 0 || sizeBytes === 0 || sizeBytes === 8) return undefined;
  let at = isOneSegment ? 5 : 6;
  const said = frame.readUIntLE(at, sizeBytes) + (sizeBytes === 2 ? 256 : 0);
  at += sizeBytes;
  if (said !== size || at + 3 > frame.length) return undefined;
  const head = frame.readUIntLE(at, 3);
  at += 3;
  const length = head >> 3;
  // One block, which is the last.
  if ((head & 1) === 0 || length !== size) return undefined;
  const type = (head >> 1) & 3;
  if (type === BLOCK.RAW && at + length === frame.length) return frame.subarray(at);
  if (type === BLOCK.RLE && at + 1 === frame.length) return Buffer.alloc(length, frame[at]);
  return undefined;
}
