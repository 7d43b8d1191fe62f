import { createHash, hash } from 'node:crypto';
import type { Opened } from './client.ts';

type At = { Bucket: string; Key: string };
/** What a put object must be: SHA-256 as S3 states it (base64, of pieces with their number), and of the whole. */
export type Expected = { checksum: string; sha256: Buffer; bytes: number };

/**
 * Puts an object in parts (S3 multipart upload), one after the other, so that memory holds one; what is there of it is
 * aborted where it fails. Gives what the object must be, and the checksum that the bucket says it has.
 */
export async function putPieces(
  { sdk, client }: Opened,
  at: At,
  pieces: AsyncIterable<Buffer>,
  lock: object,
): Promise<{ expected: Expected; said: string | undefined }> {
  const { UploadId } = await client.send(
    new sdk.CreateMultipartUploadCommand({ ...at, ChecksumAlgorithm: 'SHA256', ...lock }),
  );
  const whole = createHash('sha256');
  const ofParts = createHash('sha256');
  const Parts: { PartNumber: number; ETag: string | undefined; ChecksumSHA256: string }[] = [];
  let bytes = 0;
  try {
    for await (const piece of pieces) {
      whole.update(piece);
      bytes += piece.length;
      const sha = hash('sha256', piece, 'buffer');
      ofParts.update(sha);
      const part = { PartNumber: Parts.length + 1, ChecksumSHA256: sha.toString('base64') };
      const { ETag } = await client.send(
        new sdk.UploadPartCommand({ ...at, UploadId, ...part, Body: piece, ContentLength: piece.length }),
      );
      Parts.push({ ...part, ETag });
    }
    const done = await client.send(
      new sdk.CompleteMultipartUploadCommand({ ...at, UploadId, MultipartUpload: { Parts } }),
    );
    const checksum = `${ofParts.digest('base64')}-${Parts.length}`;
    return { expected: { checksum, sha256: whole.digest(), bytes }, said: done.ChecksumSHA256 };
  } catch (why) {
    // Where this fails as well, `sweep` finds it at the next start.
    await client.send(new sdk.AbortMultipartUploadCommand({ ...at, UploadId })).catch(() => {});
    throw why;
  }
}
