import { promisify } from 'node:util';
import { constants, zstdCompress, zstdDecompress } from 'node:zlib';
import { OBJECT_BYTES } from './layout.ts';

const compress = promisify(zstdCompress);
const decompress = promisify(zstdDecompress);
/** The fastest level: text shrinks to a quarter, for less processor time than writing all of it costs. */
const FAST = { params: { [constants.ZSTD_c_compressionLevel]: 1 } };
/** What shrinks less than to this share stays as it is. */
const WORTH = 7 / 8;

/** A piece as one Zstandard frame (RFC 8878); undefined where it is not worth it. The same piece gives the same frame. */
export async function packed(piece: Uint8Array): Promise<Buffer | undefined> {
  const frame = await compress(piece, FAST);
  return frame.length < piece.length * WORTH ? frame : undefined;
}

/** What a frame holds, an object's size at most. @throws Error where it is none, or holds more */
export const unpacked = (frame: Uint8Array): Promise<Buffer> =>
  decompress(frame, { maxOutputLength: OBJECT_BYTES });
