import { hash } from 'node:crypto';
import type { S3Client } from '@aws-sdk/client-s3';
import { checkName } from './name.ts';
import type { S3Place } from './place.ts';
import type { Storage, StoredObject } from './storage.ts';

const DAY_MS = 86_400_000;
/** An answer is waited for so long. */
const PATIENCE_MS = 30_000;

type Sdk = typeof import('@aws-sdk/client-s3');
const isGone = (why: unknown): boolean =>
  (why as { $metadata?: { httpStatusCode?: number } }).$metadata?.httpStatusCode === 404;

/**
 * Objects in an S3 bucket, addressed by path. In one that keeps versions a deletion removes every one of them. Where
 * the place says `lock`, each object is put under Object Lock, and its deletion fails until the days are over.
 */
export class S3Storage implements Storage {
  readonly #place: S3Place;
  #opened: Promise<{ sdk: Sdk; client: S3Client }> | undefined;

  constructor(place: S3Place) {
    this.#place = place;
  }

  async put(name: string, bytes: Buffer): Promise<void> {
    const { sdk, client } = await this.#open();
    const { lock } = this.#place;
    await client.send(
      new sdk.PutObjectCommand({
        ...this.#at(name),
        Body: bytes,
        ContentLength: bytes.length,
        ChecksumSHA256: hash('sha256', bytes, 'base64'),
        ...(lock
          ? {
              ObjectLockMode: lock.mode,
              ObjectLockRetainUntilDate: new Date(Date.now() + lock.days * DAY_MS),
            }
          : {}),
      }),
    );
  }

  async get(name: string, range?: { from: number; to: number }): Promise<Buffer | undefined> {
    if (range && range.to <= range.from) return (await this.get(name)) && Buffer.alloc(0);
    const { sdk, client } = await this.#open();
    const part = range ? { Range: `bytes=${range.from}-${range.to - 1}` } : {};
    try {
      const { Body } = await client.send(new sdk.GetObjectCommand({ ...this.#at(name), ...part }));
      return Buffer.from((await Body?.transformToByteArray()) ?? []);
    } catch (why) {
      if (isGone(why)) return undefined;
      // Behind the end: as much as is there, which is nothing.
      if ((why as Error).name === 'InvalidRange') return Buffer.alloc(0);
      throw why;
    }
  }

  async list(prefix: string): Promise<StoredObject[]> {
    const { sdk, client } = await this.#open();
    const found: StoredObject[] = [];
    const { Bucket, Key } = this.#at(prefix);
    for (let token: string | undefined; ; ) {
      const page = await client.send(
        new sdk.ListObjectsV2Command({ Bucket, Prefix: Key, ...(token ? { ContinuationToken: token } : {}) }),
      );
      for (const { Key: key = '', Size = 0 } of page.Contents ?? [])
        found.push({ name: key.slice(this.#place.prefix.length), bytes: Size });
      token = page.NextContinuationToken;
      if (!token) return found.sort((a, b) => (a.name < b.name ? -1 : 1));
    }
  }

  async delete(name: string): Promise<void> {
    const { sdk, client } = await this.#open();
    const { Bucket, Key } = this.#at(name);
    for (let more = true, after = {}; more; ) {
      const page = await client.send(new sdk.ListObjectVersionsCommand({ Bucket, Prefix: Key, ...after }));
      for (const one of [...(page.Versions ?? []), ...(page.DeleteMarkers ?? [])])
        if (one.Key === Key)
          await client.send(new sdk.DeleteObjectCommand({ Bucket, Key, VersionId: one.VersionId }));
      more = page.IsTruncated === true;
      after = { KeyMarker: page.NextKeyMarker, VersionIdMarker: page.NextVersionIdMarker };
    }
  }

  async hold(name: string, isHeld: boolean): Promise<boolean> {
    const { sdk, client } = await this.#open();
    const LegalHold = { Status: isHeld ? ('ON' as const) : ('OFF' as const) };
    try {
      await client.send(new sdk.PutObjectLegalHoldCommand({ ...this.#at(name), LegalHold }));
      return true;
    } catch (why) {
      if (['InvalidRequest', 'NotImplemented'].includes((why as Error).name)) return false;
      throw why;
    }
  }

  #at(name: string): { Bucket: string; Key: string } {
    checkName(name);
    return { Bucket: this.#place.bucket, Key: this.#place.prefix + name };
  }

  /** The client's code is loaded when there is a bucket, and then once. */
  #open(): Promise<{ sdk: Sdk; client: S3Client }> {
    this.#opened ??= import('@aws-sdk/client-s3').then((sdk) => {
      const { endpoint, region, accessKey, secretKey } = this.#place;
      const client = new sdk.S3Client({
        endpoint,
        region,
        forcePathStyle: true,
        credentials: { accessKeyId: accessKey, secretAccessKey: secretKey },
        // A checksum of our own goes with each object; others than Amazon's know no streamed ones.
        requestChecksumCalculation: 'WHEN_REQUIRED',
        responseChecksumValidation: 'WHEN_REQUIRED',
        requestHandler: { requestTimeout: PATIENCE_MS, connectionTimeout: PATIENCE_MS },
      });
      return { sdk, client };
    });
    return this.#opened;
  }
}
