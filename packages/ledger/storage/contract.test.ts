import { randomBytes } from 'node:crypto';
import { type Problem, SimulatedClock, silentLog } from '@weir/kit';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { Ledger } from '../ledger.ts';
import { TestBucket } from '../testing/bucket.ts';
import { fresh, published } from '../testing/store.ts';
import { verifyStore } from '../verify/verify.ts';
import { s3PlaceOf } from './place.ts';
import { openStorage, type Storage, type StorageAt } from './storage.ts';

const plain = new TestBucket();
const locking = new TestBucket(true);
const places: Record<string, () => StorageAt> = {
  directory: () => ({ kind: 'directory', dir: fresh() }),
  bucket: () => s3PlaceOf(url.plain),
  'bucket with versions': () => s3PlaceOf(url.locking),
};
const url = { plain: '', locking: '' };
beforeAll(async () => {
  url.plain = await plain.listen();
  url.locking = await locking.listen();
});
afterAll(async () => {
  await plain.close();
  await locking.close();
});

async function* from(pieces: readonly Buffer[], failure?: Error): AsyncGenerator<Buffer> {
  yield* pieces;
  if (failure) throw failure;
}

describe.each(Object.keys(places))('a storage: %s', (kind) => {
  const open = (): Storage => openStorage((places[kind] as () => StorageAt)());

  it('gives back what was put, whole, in part, and replaced', async () => {
    const storage = open();
    const bytes = randomBytes(300_000);
    await storage.put('content/sealed/2026-11-25/user-0.parquet', bytes);
    const name = 'content/sealed/2026-11-25/user-0.parquet';
    expect(await storage.get(name)).toEqual(bytes);
    expect(await storage.get(name, { from: 7, to: 1_000 })).toEqual(bytes.subarray(7, 1_000));
    expect(await storage.get(name, { from: 299_990, to: 400_000 })).toEqual(bytes.subarray(299_990));
    expect(await storage.get(name, { from: 300_000, to: 300_001 })).toEqual(Buffer.alloc(0));
    expect(await storage.get(name, { from: 5, to: 5 })).toEqual(Buffer.alloc(0));
    await storage.put(name, Buffer.from('other'));
    expect(await storage.get(name)).toEqual(Buffer.from('other'));
    await storage.put('empty', Buffer.alloc(0));
    expect(await storage.get('empty')).toEqual(Buffer.alloc(0));
    await storage.delete('empty');
    await storage.delete(name);
  });

  it('takes what is too large for memory piece by piece, whole or not at all', async () => {
    const storage = open();
    const pieces = [randomBytes(6_000_000), randomBytes(6_000_000), randomBytes(1_234)];
    const name = 'recordings/b/1.flv';
    await storage.putPieces(name, from(pieces));
    expect((await storage.get(name))?.equals(Buffer.concat(pieces))).toBe(true);
    expect(await storage.get(name, { from: 5_999_990, to: 6_000_010 })).toEqual(
      Buffer.concat(pieces).subarray(5_999_990, 6_000_010),
    );
    const broken = from(pieces, new Error('the file ended early'));
    await expect(storage.putPieces('recordings/b/2.flv', broken)).rejects.toThrow('the file ended early');
    expect(await storage.get('recordings/b/2.flv')).toBeUndefined();
    expect((await storage.list('recordings/')).map((object) => object.name)).toEqual([name]);
    await storage.probe();
    expect(await storage.sweep('recordings/')).toBe(0);
    expect(await storage.delete(name)).toBe(true);
  });

  it('lists by prefix in order, over as many pages as it takes', async () => {
    const storage = open();
    const names = Array.from({ length: 10 }, (_, i) => `a/sealed/${i % 3}/part-${i}`);
    for (const name of names) await storage.put(name, Buffer.alloc(3, name));
    await storage.put('a/other', Buffer.from('x'));
    await storage.put('b/sealed/0/part-0', Buffer.from('x'));
    expect(await storage.list('a/sealed/')).toEqual(names.toSorted().map((name) => ({ name, bytes: 3 })));
    expect((await storage.list('a/sealed/1/part-')).map(({ name }) => name)).toEqual([
      'a/sealed/1/part-1',
      'a/sealed/1/part-4',
      'a/sealed/1/part-7',
    ]);
    expect(await storage.list('c/')).toEqual([]);
    for (const name of [...names, 'a/other', 'b/sealed/0/part-0']) await storage.delete(name);
    expect(await storage.list('a/')).toEqual([]);
  });

  it('deletes for good, and knows nothing of what is not there', async () => {
    const storage = open();
    expect(await storage.get('x')).toBeUndefined();
    expect(await storage.get('x', { from: 0, to: 5 })).toBeUndefined();
    await storage.delete('x');
    await storage.put('x', Buffer.from('1'));
    await storage.put('x', Buffer.from('2'));
    await storage.put('xy', Buffer.from('3'));
    await storage.delete('x');
    expect(await storage.get('x')).toBeUndefined();
    expect(locking.versions('pre/fix/x')).toBe(0);
    expect(await storage.get('xy')).toEqual(Buffer.from('3'));
    await storage.delete('xy');
  });

  it('has no names that lead elsewhere', async () => {
    const storage = open();
    for (const name of ['../x', 'a/../../x', './x', '/x'])
      await expect((async () => storage.put(name, Buffer.alloc(1)))(), name).rejects.toThrow(
        /no object has such a name/,
      );
  });

  it('holds an ledger’s sealed days, which verify and are searched from there', async () => {
    const at = (places[kind] as () => StorageAt)();
    const dir = fresh();
    const clock = new SimulatedClock();
    const options = { dir, clock, log: silentLog, storage: at };
    const ledger = await Ledger.open(options);
    await ledger.append([published(1, { ts: clock.now() }), published(2, { ts: clock.now() })]);
    clock.advance(2 * 86_400_000);
    await ledger.append([published(3, { ts: clock.now() })]);
    await expect
      .poll(
        async () => {
          clock.advance(61_000);
          return (await openStorage(at).list('content/sealed/')).length;
        },
        { timeout: 60_000 },
      )
      .toBeGreaterThan(0);
    const found = async (): Promise<unknown[]> => {
      const all: unknown[] = [];
      for await (const { pts } of ledger.search({ log: 'content', room: 'r' }) as AsyncIterable<{
        pts?: number;
      }>)
        all.push(pts);
      return all;
    };
    await expect.poll(found, { timeout: 60_000 }).toEqual([1, 2, 3]);
    await ledger.close();
    const [report] = await verifyStore({ dir, logs: ['content'], storage: at });
    expect(report?.fault).toBeUndefined();
    expect(report).toMatchObject({ checked: 3 });
  }, 180_000);
});

describe('a bucket that locks', () => {
  it('keeps an object until its days are over, and one that is held until nobody holds it', async () => {
    const place = s3PlaceOf(`${url.locking}?lock=compliance&days=60`);
    const storage = openStorage(place);
    await storage.put('locked', Buffer.from('1'));
    await storage.put('shorter', Buffer.from('2'), { until: Date.now() + 5 * 86_400_000 });
    expect(await storage.delete('locked')).toBe(false);
    expect(await storage.delete('shorter')).toBe(false);
    expect(await storage.get('locked')).toEqual(Buffer.from('1'));
    locking.now = Date.now() + 6 * 86_400_000;
    expect(await storage.delete('shorter')).toBe(true);
    expect(await storage.delete('locked')).toBe(false);
    locking.now = Date.now() + 61 * 86_400_000;
    expect(await storage.hold('locked', true)).toBe(true);
    expect(await storage.delete('locked')).toBe(false);
    expect(await storage.hold('locked', false)).toBe(true);
    expect(await storage.delete('locked')).toBe(true);
    locking.now = Date.now();
    expect(await storage.get('locked')).toBeUndefined();
    expect(await openStorage(s3PlaceOf(url.plain)).hold('locked', true)).toBe(false);
    expect(await openStorage({ kind: 'directory', dir: fresh() }).hold('locked', true)).toBe(false);
  });

  it('that refuses a deletion for want of rights is no lock', async () => {
    const storage = openStorage(s3PlaceOf(url.locking));
    await storage.put('x', Buffer.from('1'));
    locking.ails = { isRefused: true, method: 'DELETE' };
    await expect(storage.delete('x')).rejects.toMatchObject({ more: { why: 'refused' } });
    locking.ails = {};
    expect(await storage.delete('x')).toBe(true);
  });

  it('is named with its key, and locks as it says', () => {
    const place = s3PlaceOf('https://k%2Fey:s@host:9000/b/a/c?region=cn-1&lock=governance&days=3');
    expect(place).toMatchObject({ accessKey: 'k/ey', bucket: 'b', prefix: 'a/c/', region: 'cn-1' });
    expect(place.lock).toEqual({ mode: 'GOVERNANCE', days: 3 });
    for (const bad of [
      'https://k:s@host/',
      'https://host/b',
      'https://k:s@host/b?lock=compliance',
      'https://k:s@host/b?lock=x&days=1',
    ])
      expect(() => s3PlaceOf(bad), bad).toThrow();
  });
});

describe('a bucket that ails', () => {
  const bucket = new TestBucket();
  let at = '';
  beforeAll(async () => {
    at = await bucket.listen();
  });
  afterEach(() => {
    bucket.ails = {};
  });
  afterAll(() => bucket.close());
  const storage = (to = at): Storage => openStorage(s3PlaceOf(to));
  const why = async (call: Promise<unknown>): Promise<unknown> =>
    call.then(
      () => 'fine',
      (problem: Problem) => problem.more?.['why'] ?? problem,
    );

  it('says whether it is away, refuses the key, or is not there', async () => {
    expect(await why(storage().probe())).toBe('fine');
    expect(await why(storage(at.replace('key:', 'other:')).probe())).toBe('refused');
    expect(await why(storage(at.replace('/bucket/', '/gone/')).probe())).toBe('missing');
    bucket.ails = { slowDown: true };
    expect(await why(storage().put('x', Buffer.from('1')))).toBe('away');
    bucket.ails = { isMissing: true };
    expect(await why(storage().put('x', Buffer.from('1')))).toBe('missing');
    const { message } = (await storage(at.replace('key:secret', 'other:hidden'))
      .probe()
      .catch((problem: unknown) => problem)) as Problem;
    expect(message).toMatch(/WEIR_S3_URL/);
    expect(message).not.toMatch(/hidden|127\.0\.0\.1/);
  });

  it('that breaks off in a body, or refuses connections, has taken nothing', async () => {
    const pieces = [randomBytes(6_000_000), randomBytes(6_000_000)];
    bucket.ails = { breakAfter: 1_000_000, method: 'PUT' };
    expect(await why(storage().putPieces('half', from(pieces)))).toBe('away');
    expect(await why(storage().put('whole', pieces[0] as Buffer))).toBe('away');
    expect(bucket.objects.keys()).toEqual([]);
    // Aborted: nothing is left to be paid for.
    expect(bucket.objects.uploads.size).toBe(0);
    await bucket.close();
    expect(await why(storage().put('x', Buffer.from('1')))).toBe('away');
    await bucket.listen();
    expect(await why(storage().put('x', Buffer.from('1')))).toBe('fine');
    await storage().delete('x');
  });

  it('keeps uploads that a killed process left until they are swept', async () => {
    bucket.objects.begin('pre/fix/recordings/b/1', { mode: '', until: 0 });
    bucket.objects.begin('pre/fix/other', { mode: '', until: 0 });
    expect(await storage().sweep('recordings/')).toBe(1);
    expect([...bucket.objects.uploads.values()].map(({ key }) => key)).toEqual(['pre/fix/other']);
  });

  it('is believed only where it has what it was given, also where it says no checksum', async () => {
    bucket.ails = { isSilent: true };
    const bytes = randomBytes(9_000_000);
    await storage().put('x', bytes);
    await storage().putPieces('y', from([bytes, bytes]));
    bucket.ails = { isSilent: true, isCorrupting: true };
    await expect(storage().put('x', bytes)).rejects.toThrow(/not what it was given/);
    await expect(storage().putPieces('y', from([bytes]))).rejects.toThrow(/not what it was given/);
    bucket.ails = { isCorrupting: true };
    await expect(storage().put('x', bytes)).rejects.toThrow(/not what it was given/);
  });
});
