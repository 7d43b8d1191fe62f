import { createHash } from 'node:crypto';
import { open } from 'node:fs/promises';
import { CHUNK_BYTES, encrypt, Sealer, sizeOf } from '../sealed/cipher.ts';
import type { Storage } from '../storage/storage.ts';

/** Up to here an object is put at once; a larger one in pieces of so many bytes of plaintext. */
export const PIECE_BYTES = 128 * CHUNK_BYTES;

/**
 * A file to be put into storage, encrypted under a key of its own: `key` 32 bytes, `label` what the object is bound to,
 * `until` its retention date (wall ms) where the storage locks.
 */
export type UploadOrder = { path: string; name: string; key: Buffer; label: string; until?: number };
/** What was put: the file's bytes and SHA-256 (hex), and the object's size. */
export type Uploaded = { bytes: number; hash: string; size: number };

/**
 * Puts a file into storage as an encrypted object that can be read in parts; resolves when the storage has confirmed
 * it by its checksum. Memory: two pieces. @throws Problem bucket_unavailable; what the disk says; Error where the file
 * changed meanwhile
 */
export async function upload(storage: Storage, order: UploadOrder): Promise<Uploaded> {
  const { path, name, key, label, until } = order;
  const options = until === undefined ? {} : { until };
  const file = await open(path, 'r');
  try {
    const { size: bytes } = await file.stat();
    const sha = createHash('sha256');
    const read = async (at: number, count: number): Promise<Buffer> => {
      const piece = Buffer.allocUnsafe(count);
      const { bytesRead } = await file.read(piece, 0, count, at);
      if (bytesRead !== count) throw new Error('a file changed while it was put into storage');
      sha.update(piece);
      return piece;
    };
    if (bytes <= PIECE_BYTES) await storage.put(name, encrypt(await read(0, bytes), key, label), options);
    else await storage.putPieces(name, pieces(bytes, read, new Sealer(bytes, key, label)), options);
    return { bytes, hash: sha.digest('hex'), size: sizeOf(bytes) };
  } finally {
    await file.close();
  }
}

async function* pieces(
  bytes: number,
  read: (at: number, count: number) => Promise<Buffer>,
  sealer: Sealer,
): AsyncGenerator<Buffer> {
  for (let at = 0; at < bytes; at += PIECE_BYTES) {
    const chunks = sealer.chunks(await read(at, Math.min(PIECE_BYTES, bytes - at)));
    yield at === 0 ? Buffer.concat([sealer.header, chunks]) : chunks;
  }
}
