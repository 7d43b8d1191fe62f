import { createHash, hash } from 'node:crypto';
import { Problem } from '@weir/kit';
import { type Opened, openClient } from './client.ts';
import { checkName } from './name.ts';
import { type Expected, putPieces } from './pieces.ts';
import type { S3Place } from './place.ts';
import { bucketProblem, isForbidden, isGone } from './refusal.ts';
import type { PutOptions, Storage, StoredObject } from './storage.ts';

const DAY_MS = 86_400_000;
/** Bytes that are read back at once where a bucket says no checksum. */
const READ_BACK_BYTES = 8 * 1024 * 1024;

/**
 * Objects in an S3 bucket, addressed by path. In one that keeps versions a deletion removes every one of them. Where
 * the place says `lock`, each object is put under Object Lock, and its deletion fails until the days are over.
 */
export class S3Storage implements Storage {
  readonly #place: S3Place;
  #opened: Promise<Opened> | undefined;
  #isClosed = false;

  constructor(place: S3Place) {
    this.#place = place;
  }

  put(name: string, bytes: Buffer, options: PutOptions = {}): Promise<void> {
    return this.#ask(name, async (opened, at) => {
      const sha256 = hash('sha256', bytes, 'buffer');
      const expected = { checksum: sha256.toString('base64'), sha256, bytes: bytes.length };
      const { sdk, client } = opened;
      const put = { ContentLength: bytes.length, ChecksumSHA256: expected.checksum, ...this.#lock(options) };
      const done = await client.send(new sdk.PutObjectCommand({ ...at, Body: bytes, ...put }));
      await this.#confirm(opened, at, expected, done.ChecksumSHA256);
    });
  }

  putPieces(name: string, pieces: AsyncIterable<Buffer>, options: PutOptions = {}): Promise<void> {
    return this.#ask(name, async (opened, at) => {
      const { expected, said } = await putPieces(opened, at, pieces, this.#lock(options));
      await this.#confirm(opened, at, expected, said);
    });
  }

  get(name: string, range?: { from: number; to: number }): Promise<Buffer | undefined> {
    return this.#ask(name, async ({ sdk, client }, at) => {
      const isEmpty = range && range.to <= range.from;
      const part = range && !isEmpty ? { Range: `bytes=${range.from}-${range.to - 1}` } : {};
      try {
        const { Body } = await client.send(new sdk.GetObjectCommand({ ...at, ...part }));
        const bytes = Buffer.from((await Body?.transformToByteArray()) ?? []);
        return isEmpty ? Buffer.alloc(0) : bytes;
      } catch (why) {
        if (isGone(why)) return undefined;
        // Behind the end: as much as is there, which is nothing.
        if ((why as Error).name === 'InvalidRange') return Buffer.alloc(0);
        throw why;
      }
    });
  }

  list(prefix: string): Promise<StoredObject[]> {
    return this.#ask(prefix, async ({ sdk, client }, { Bucket, Key }) => {
      const found: StoredObject[] = [];
      for (let token: string | undefined; ; ) {
        const more = token ? { ContinuationToken: token } : {};
        const page = await client.send(new sdk.ListObjectsV2Command({ Bucket, Prefix: Key, ...more }));
        for (const { Key: key = '', Size = 0 } of page.Contents ?? [])
          found.push({ name: key.slice(this.#place.prefix.length), bytes: Size });
        token = page.NextContinuationToken;
        if (!token) return found.sort((a, b) => (a.name < b.name ? -1 : 1));
      }
    });
  }

  delete(name: string): Promise<boolean> {
    return this.#ask(name, async (opened, { Bucket, Key }) => {
      const { sdk, client } = opened;
      let isGone = true;
      for (let more = true, after = {}; more; ) {
        const page = await client.send(new sdk.ListObjectVersionsCommand({ Bucket, Prefix: Key, ...after }));
        for (const one of [...(page.Versions ?? []), ...(page.DeleteMarkers ?? [])]) {
          if (one.Key !== Key) continue;
          const version = { Bucket, Key, VersionId: one.VersionId };
          try {
            await client.send(new sdk.DeleteObjectCommand(version));
          } catch (why) {
            if (!isForbidden(why) || !(await this.#isLocked(opened, version))) throw why;
            isGone = false;
          }
        }
        more = page.IsTruncated === true;
        after = { KeyMarker: page.NextKeyMarker, VersionIdMarker: page.NextVersionIdMarker };
      }
      return isGone;
    });
  }

  hold(name: string, isHeld: boolean): Promise<boolean> {
    return this.#ask(name, async ({ sdk, client }, at) => {
      const LegalHold = { Status: isHeld ? ('ON' as const) : ('OFF' as const) };
      try {
        await client.send(new sdk.PutObjectLegalHoldCommand({ ...at, LegalHold }));
        return true;
      } catch (why) {
        // What is gone needs none.
        if (isGone(why)) return true;
        if (['InvalidRequest', 'NotImplemented'].includes((why as Error).name)) return false;
        throw why;
      }
    });
  }

  probe(): Promise<void> {
    return this.#ask('probe', async ({ sdk, client }, { Bucket }) => {
      await client.send(new sdk.ListObjectsV2Command({ Bucket, Prefix: this.#place.prefix, MaxKeys: 1 }));
    });
  }

  sweep(prefix: string): Promise<number> {
    return this.#ask(prefix, async ({ sdk, client }, { Bucket, Key }) => {
      let swept = 0;
      for (let more = true, after = {}; more; ) {
        const page = await client.send(
          new sdk.ListMultipartUploadsCommand({ Bucket, Prefix: Key, ...after }),
        );
        for (const { Key: key, UploadId } of page.Uploads ?? []) {
          await client.send(new sdk.AbortMultipartUploadCommand({ Bucket, Key: key, UploadId }));
          swept++;
        }
        more = page.IsTruncated === true;
        after = { KeyMarker: page.NextKeyMarker, UploadIdMarker: page.NextUploadIdMarker };
      }
      return swept;
    });
  }

  close(): void {
    this.#isClosed = true;
    void this.#opened?.then(({ close }) => close()).catch(() => {});
  }

  #lock({ until }: PutOptions): object {
    const { lock } = this.#place;
    if (!lock) return {};
    const at = until ?? Date.now() + lock.days * DAY_MS;
    // A date that has passed is refused, and would lock nothing.
    if (at <= Date.now()) return {};
    return { ObjectLockMode: lock.mode, ObjectLockRetainUntilDate: new Date(at) };
  }

  /** @throws Error where the bucket has other bytes than were sent; where it says no checksum they are read back */
  async #confirm(
    { sdk, client }: Opened,
    at: { Bucket: string; Key: string },
    expected: Expected,
    answered: string | undefined,
  ): Promise<void> {
    if (answered === expected.checksum) return;
    const head = await client.send(new sdk.HeadObjectCommand({ ...at, ChecksumMode: 'ENABLED' }));
    if (head.ContentLength === expected.bytes) {
      if (head.ChecksumSHA256 === expected.checksum) return;
      if (head.ChecksumSHA256 === undefined) {
        const sha = createHash('sha256');
        for (let from = 0; from < expected.bytes; from += READ_BACK_BYTES) {
          const Range = `bytes=${from}-${Math.min(expected.bytes, from + READ_BACK_BYTES) - 1}`;
          const { Body } = await client.send(new sdk.GetObjectCommand({ ...at, Range }));
          sha.update((await Body?.transformToByteArray()) ?? Buffer.alloc(0));
        }
        if (sha.digest().equals(expected.sha256)) return;
      }
    }
    throw new Problem('bucket_unavailable', 'The bucket has not what it was given', { why: 'away' });
  }

  async #isLocked(
    { sdk, client }: Opened,
    version: { Bucket: string; Key: string; VersionId: string | undefined },
  ): Promise<boolean> {
    const head = await client.send(new sdk.HeadObjectCommand(version));
    return head.ObjectLockRetainUntilDate !== undefined || head.ObjectLockLegalHoldStatus === 'ON';
  }

  /** Carries a call out; whatever the bucket says against it is told as one Problem. */
  async #ask<T>(
    name: string,
    act: (opened: Opened, at: { Bucket: string; Key: string }) => Promise<T>,
  ): Promise<T> {
    checkName(name);
    if (this.#isClosed) throw new Problem('bucket_unavailable', 'It ends', { why: 'away' });
    this.#opened ??= openClient(this.#place);
    try {
      const at = { Bucket: this.#place.bucket, Key: this.#place.prefix + name };
      return await act(await this.#opened, at);
    } catch (why) {
      throw bucketProblem(why);
    }
  }
}
