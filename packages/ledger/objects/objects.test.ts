import { createHash, randomBytes } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { realClock } from '@weir/kit';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { s3PlaceOf } from '../storage/place.ts';
import { openStorage, type Storage, type StorageAt } from '../storage/storage.ts';
import { TestBucket } from '../testing/bucket.ts';
import { fresh } from '../testing/store.ts';
import { SealedFile } from './sealedFile.ts';
import { PIECE_BYTES, upload } from './upload.ts';
import { Uploader } from './uploader.ts';

describe('a file that is put into a bucket of somebody else’s', () => {
  const bucket = new TestBucket();
  let at: StorageAt;
  let storage: Storage;
  beforeAll(async () => {
    at = s3PlaceOf(await bucket.listen());
    storage = openStorage(at);
  });
  afterAll(() => bucket.close());

  const key = randomBytes(32);
  /** Puts a file of so many bytes; gives them, and the object's own size. */
  async function put(bytes: number): Promise<{ plain: Buffer; size: number; name: string; path: string }> {
    const path = join(fresh(), 'file');
    const plain = randomBytes(bytes);
    writeFileSync(path, plain);
    const name = `recordings/${bytes}`;
    const done = await upload(storage, { path, name, key, label: name });
    expect(done).toMatchObject({ bytes, hash: createHash('sha256').update(plain).digest('hex') });
    return { plain, size: done.size, name, path };
  }

  it.each([0, 1, 65_536, 65_537, PIECE_BYTES, PIECE_BYTES + 1, 2 * PIECE_BYTES + 70_000])(
    'of %i bytes is read in any part, and nothing of it is readable there',
    async (bytes) => {
      const { plain, size, name } = await put(bytes);
      const object = bucket.objects.latest(`pre/fix/${name}`)?.bytes as Buffer;
      expect(object.length).toBe(size);
      if (bytes > 100) expect(object.includes(plain.subarray(0, 32))).toBe(false);
      const file = new SealedFile(storage, { name, size, key, label: name });
      for (const [from, count] of [
        [0, bytes],
        [0, 10],
        [bytes >> 1, 1_000],
        [65_530, 12],
        [Math.max(0, bytes - 5), 100],
        [bytes, 5],
      ] as const)
        expect((await file.read(from, count)).equals(plain.subarray(from, from + count))).toBe(true);
      await file.close();
    },
  );

  it('is found altered, cut short, in another’s place or under another key', async () => {
    const { size, name } = await put(200_000);
    const version = bucket.objects.latest(`pre/fix/${name}`) as { bytes: Buffer };
    const read = (over: object = {}) =>
      new SealedFile(storage, { name, size, key, label: name, ...over }).read(0, 200_000);
    await expect(read({ label: 'recordings/other' })).rejects.toThrow(/altered/);
    await expect(read({ key: randomBytes(32) })).rejects.toThrow(/altered/);
    await expect(read({ size: size - 1 })).rejects.toThrow(/size/);
    await expect(read({ name: 'recordings/none' })).rejects.toMatchObject({ code: 'ENOENT' });
    const whole = version.bytes;
    version.bytes = Buffer.from(whole);
    version.bytes[150_000] = (whole[150_000] as number) ^ 1;
    await expect(read()).rejects.toThrow(/altered/);
    version.bytes = whole.subarray(0, 150_000);
    await expect(read()).rejects.toThrow(/cut short|altered/);
  });

  it('is put by a process of its own, which tells what the bucket says', async () => {
    const { path } = await put(70_000);
    const uploader = new Uploader(at, realClock);
    expect(await uploader.put({ path, name: 'recordings/x', key, label: 'x' })).toMatchObject({
      bytes: 70_000,
    });
    bucket.ails = { isMissing: true };
    await expect(uploader.put({ path, name: 'recordings/x', key, label: 'x' })).rejects.toMatchObject({
      code: 'bucket_unavailable',
      more: { why: 'missing' },
    });
    bucket.ails = {};
    await expect(uploader.put({ path: '/nowhere', name: 'x', key, label: 'x' })).rejects.toThrow(/ENOENT/);
    await uploader.close();
  });
});
