import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { SimulatedClock, silentLog } from '@weir/kit';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Ledger } from '../ledger.ts';
import { TestBucket } from '../testing/bucket.ts';
import { answersOf, liveDay, NOON } from '../testing/days.ts';
import { fresh, published } from '../testing/store.ts';
import { type LogReport, verifyStore } from '../verify/verify.ts';
import { s3PlaceOf } from './place.ts';

/** Two days sealed in a bucket, the third open. */
async function threeDays(url: string, dir = fresh()) {
  const clock = new SimulatedClock(NOON);
  const options = { dir, clock, log: silentLog, storage: s3PlaceOf(url) };
  const ledger = await Ledger.open(options);
  for (let day = 0; day < 3; day++) await liveDay(ledger, clock, day, 12);
  await ledger.sealDue();
  return { dir, clock, options, ledger };
}

const faultsOf = async (dir: string, url: string): Promise<unknown[]> =>
  (await verifyStore({ dir, storage: s3PlaceOf(url) })).flatMap(({ fault }) => fault ?? []);

describe('a ledger whose bucket is away', () => {
  let bucket: TestBucket;
  let url: string;
  beforeEach(async () => {
    bucket = new TestBucket(true);
    url = await bucket.listen();
  });
  afterEach(() => bucket.close());

  it('opens, writes and reads what is on disk; seals wait for the bucket, and are made when it is back', async () => {
    const { dir, clock, options, ledger } = await threeDays(url);
    const before = await answersOf(ledger);
    await ledger.close();
    await bucket.close();

    const again = await Ledger.open(options);
    expect(await again.append([published(999, { room: 'room-0' })])).toBeGreaterThan(0);
    const offset = again.offset('room-0');
    expect(offset).toBe(999);
    await expect(Array.fromAsync(again.search({ log: 'content' }))).rejects.toMatchObject({
      code: 'bucket_unavailable',
    });
    clock.advance(2 * 86_400_000);
    await again.sealDue();
    expect(again.daysToSeal).toBeGreaterThan(0);
    await bucket.listen();
    await again.sealDue();
    expect(again.daysToSeal).toBe(0);
    const after = (await answersOf(again)) as { all: unknown[] };
    expect(after.all.slice(0, (before['all'] as unknown[]).length)).toEqual(before['all']);
    await again.close();
    expect(await faultsOf(dir, url)).toEqual([]);
  }, 180_000);

  it('is not opened, nor said to hold, by somebody who does not name its bucket', async () => {
    const { dir, options, ledger } = await threeDays(url);
    await ledger.close();
    const { storage, ...unnamed } = options;
    await expect(Ledger.open(unnamed)).rejects.toThrow(/content lie in the bucket http.*WEIR_S3_URL/);
    const [content] = await verifyStore({ dir, logs: ['content'] });
    expect(content?.fault).toMatch(/WEIR_S3_URL/);
    const again = await Ledger.open({ ...unnamed, storage });
    await again.close();
    expect(await faultsOf(dir, url)).toEqual([]);
  }, 180_000);

  it('purges the key of a day at once, and its objects when the bucket is back and no lock keeps them', async () => {
    const locked = `${url}?lock=governance&days=10`;
    const { dir, clock, options, ledger } = await threeDays(locked);
    const log = ledger.dayLog('content');
    const [first, second] = (await log.days()).map(({ day }) => day) as [string, string];
    const left = (day: string) => bucket.objects.keys().filter((key) => key.includes(day)).length;
    log.keys.destroy(first);
    expect(await log.drop(first)).toMatchObject({ files: 3, locked: 3, waiting: 0 });
    await bucket.close();
    log.keys.destroy(second);
    expect(await log.drop(second)).toMatchObject({ files: 3, locked: 0, waiting: 3 });
    expect((await log.days()).map(({ day }) => day)).not.toContain(first);
    await ledger.close();
    await bucket.listen();
    // What the lock still keeps is no part of the log: neither here, nor where a store learns of the bucket anew.
    const again = await Ledger.open(options);
    expect((await again.dayLog('content').days()).length).toBe((await log.days()).length);
    await again.sealDue();
    expect([left(first), left(second)]).toEqual([3, 3]);
    expect(await faultsOf(dir, locked)).toEqual([]);
    bucket.now = Date.now() + 11 * 86_400_000;
    clock.advance(7 * 3_600_000);
    await again.sealDue();
    expect([left(first), left(second)]).toEqual([0, 0]);
    await again.close();
  }, 180_000);

  it('begins without it, also a second time, and takes no bucket of another store for its own', async () => {
    await bucket.close();
    const clock = new SimulatedClock(NOON);
    const options = { dir: fresh(), clock, log: silentLog, storage: s3PlaceOf(url) };
    for (let start = 0; start < 2; start++) {
      const ledger = await Ledger.open(options);
      await liveDay(ledger, clock, start, 12);
      await ledger.close();
    }
    await bucket.listen();
    const ledger = await Ledger.open(options);
    await ledger.sealDue();
    expect(bucket.objects.keys().length).toBeGreaterThan(3);
    await ledger.close();
    const before = bucket.objects.keys();
    await expect(Ledger.open({ ...options, dir: fresh() })).rejects.toThrow(/of another store/);
    expect(bucket.objects.keys()).toEqual(before);
    // Nor where it learns of it later.
    await bucket.close();
    const stranger = await Ledger.open({ ...options, dir: fresh() });
    await liveDay(stranger, clock, 2, 12);
    await bucket.listen();
    await stranger.sealDue();
    expect(stranger.daysToSeal).toBe(1);
    expect(bucket.objects.keys()).toEqual(before);
    await stranger.close();
  }, 180_000);

  it('takes over what was sealed on disk, and says what it needs where it cannot know', async () => {
    const dir = fresh();
    const clock = new SimulatedClock(NOON);
    const onDisk = await Ledger.open({ dir, clock, log: silentLog });
    for (let day = 0; day < 3; day++) await liveDay(onDisk, clock, day, 12);
    await onDisk.sealDue();
    const before = await answersOf(onDisk);
    await onDisk.close();
    await bucket.close();
    const options = { dir, clock, log: silentLog, storage: s3PlaceOf(url) };
    await expect(Ledger.open(options)).rejects.toMatchObject({ code: 'bucket_unavailable' });
    await bucket.listen();
    const moved = await Ledger.open(options);
    expect(await answersOf(moved)).toEqual(before);
    await moved.close();
    expect(bucket.objects.keys().length).toBeGreaterThan(5);
    expect(await faultsOf(dir, url)).toEqual([]);
  }, 180_000);

  it('is verified as far as it lies here, and the rest is named as what could not be read', async () => {
    const { dir, clock, ledger } = await threeDays(url);
    await ledger.append([published(999, { room: 'room-0', ts: clock.now() })]);
    await ledger.sign();
    await ledger.close();
    const objects = bucket.objects.keys().filter((key) => key.endsWith('.room'));
    const days = objects.map((key) => key.split('/').at(-2));
    const verified = () => verifyStore({ dir, storage: s3PlaceOf(url), logs: ['content'] });
    const [whole] = await verified();
    expect(whole).not.toHaveProperty('unread');
    const { checked } = whole as LogReport;
    // One object: the days before it were read, those behind it are not asked for.
    bucket.ails = { slowDown: true, method: 'GET', key: objects[1] as string };
    const [partly] = await verified();
    const why = expect.stringContaining('not answer');
    expect(partly).toMatchObject({ unread: { days: days.slice(1), why } });
    expect(partly).not.toHaveProperty('fault');
    bucket.ails = {};
    await bucket.close();
    const [away] = await verified();
    expect(away).not.toHaveProperty('fault');
    expect(away).toMatchObject({ unread: { days, why } });
    for (const one of [partly, away]) {
      expect(one?.checked).toBeGreaterThan(0);
      expect((one?.checked ?? 0) + (one?.unread?.records ?? 0)).toBe(checked);
    }
    // What is here is not believed for that.
    const segment = readdirSync(join(dir, 'content')).find((name) => name.endsWith('.ndjson')) as string;
    const path = join(dir, 'content', segment);
    const bytes = readFileSync(path);
    bytes[40] = (bytes[40] as number) ^ 1;
    writeFileSync(path, bytes);
    expect((await verified())[0]?.fault).toMatch(/was altered/);
    await bucket.listen();
  }, 180_000);
});
