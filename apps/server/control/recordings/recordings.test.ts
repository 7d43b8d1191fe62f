import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { MovedClock } from '@weir/kit';
import type { Receipt } from '@weir/ledger';
import { TestBucket } from '@weir/ledger/testing/bucket.ts';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { recordOnStage } from '../testing/recorded.ts';
import { openStage, type Stage } from '../testing/stage.ts';
import { filesOf } from '../testing/traces.ts';
import { verifyRecordings } from './verify.ts';

const DAY_MS = 86_400_000;
const SECONDS = { timeout: 60_000, interval: 100 };

let bucket: TestBucket;
let url: string;
let stage: Stage;
let clock: MovedClock;
let admin: string;
let broadcast: string;
let from: number;

const verified = () => verifyRecordings({ dataDir: stage.dataDir, s3Url: url });
const recordingsIn = () => bucket.objects.keys().filter((key) => key.includes('/recordings/'));
const flvHere = () => filesOf(join(stage.dataDir, 'media')).filter((name) => name.endsWith('.flv'));
const get = async (path: string, token = admin) => stage.call(token, 'GET', path);
const ready = async () => (await get('/readyz', '')).body;
const iso = (ms: number): string => new Date(ms).toISOString();
const stretch = () => `from=${iso(from + 2_000)}&to=${iso(from + 12_000)}`;
const spans = async () => (await get(`/api/broadcasts/${broadcast}/recordings`)).body.items;
const heldObjects = () =>
  recordingsIn().filter((key) => bucket.objects.versions(key).some(({ isHeld }) => isHeld)).length;

/** A broadcast with 24 s of recording, which ended. */
async function recorded(): Promise<string> {
  const publisher = await stage.signIn('demo-publisher');
  const { body } = await stage.call(publisher, 'POST', '/api/broadcasts', {
    title: 'In the bucket',
    kind: 'video',
    category: 'chat',
  });
  await recordOnStage(stage, body.id, from);
  return body.id;
}

beforeAll(async () => {
  bucket = new TestBucket(true);
  url = `${await bucket.listen()}?lock=governance&days=30`;
  clock = new MovedClock(0);
  // Away from the first moment on.
  await bucket.close();
  stage = await openStage({ clock, edge: false, env: { WEIR_S3_URL: url } });
  admin = await stage.signIn('demo-admin');
  from = clock.now() - 60_000;
  broadcast = await recorded();
}, 300_000);
afterAll(async () => {
  await stage?.close();
  await bucket.close();
});

// Longer than what is polled for: who waits for a bucket asks less and less often.
describe('recordings and a bucket', { timeout: 180_000 }, () => {
  it('wait on the disk while the bucket is away, which readiness, figures and capacity tell', async () => {
    await expect.poll(async () => (await ready()).bucket, SECONDS).toBe('away');
    await expect.poll(async () => (await ready()).recordingsWaiting ?? 0, SECONDS).toBe(0);
    expect(flvHere().length).toBeGreaterThan(1);
    expect((await get(`/api/broadcasts/${broadcast}/recording?${stretch()}`)).status).toBe(200);
    expect((await get('/metrics', '')).body).toMatch(/weir_bucket_up(\{[^}]*\})? 0/);
    expect((await get('/api/capacity')).body.bucket).toMatchObject({ state: 'away' });
  });

  it('move there by themselves when it answers, encrypted, confirmed and locked for the floor of their class', async () => {
    const before = await spans();
    // The header of each recording, longer than what chance would write into a ciphertext.
    const header = readFileSync(join(stage.dataDir, 'media', flvHere()[0] ?? '')).subarray(0, 13);
    expect(header.includes('FLV')).toBe(true);
    await bucket.listen();
    await expect.poll(flvHere, SECONDS).toEqual([]);
    await expect.poll(async () => (await ready()).bucket, SECONDS).toBe('ok');
    expect(recordingsIn().length).toBeGreaterThan(1);
    for (const key of recordingsIn()) {
      const [version] = bucket.objects.versions(key);
      expect(version?.bytes.includes(header)).toBe(false);
      expect(version?.mode).toBe('GOVERNANCE');
      const to = Number(/\d+\.(\d+)\.[^.]+\.flv$/.exec(key)?.[1]);
      expect(version?.until).toBe(to + 60 * DAY_MS);
    }
    expect(await spans()).toEqual(before);
    const { checked, inBucket, bad } = await verified();
    expect([checked, inBucket, bad]).toEqual([recordingsIn().length, recordingsIn().length, 0]);
    // The space on the disk is what it was: nothing of what came in stays there.
    expect((await get('/metrics', '')).body).toMatch(/weir_recordings_moved_bytes(\{[^}]*\})? [1-9]/);
  });

  it('are played and cut from there, and a clip proves itself', async () => {
    bucket.calls.length = 0;
    const answer = await get(`/api/broadcasts/${broadcast}/recording?${stretch()}`);
    expect(answer.status, JSON.stringify(answer.body).slice(0, 200)).toBe(200);
    expect(answer.type).toBe('video/mp4');
    expect(bucket.calls.some((call) => call.startsWith('GET pre/fix/recordings/'))).toBe(true);
    const clip = await stage.call(admin, 'POST', `/api/broadcasts/${broadcast}/clips`, {
      from: iso(from + 2_000),
      to: iso(from + 12_000),
      ground: 'C-1',
    });
    expect(clip.status, JSON.stringify(clip.body)).toBe(201);
    expect(clip.body.bytes).toBeGreaterThan(100_000);
  });

  it('get a legal hold from each case that names them, which one case’s end does not lift from another’s', async () => {
    const ask = { reason: '申诉', responsible: 'demo-admin', reviewOn: '2126-01-01', what: { broadcast } };
    const place = async (name: string) =>
      (await stage.call(admin, 'POST', '/api/holds', { ...ask, case: name })).body;
    const one = await place('C-1');
    expect(one.recordings).toBeGreaterThan(1);
    expect(one.missing).toEqual([]);
    await expect.poll(heldObjects, SECONDS).toBe(one.recordings);
    const other = await place('C-2');
    await bucket.close();
    await stage.call(admin, 'DELETE', `/api/holds/${one.id}`, { note: 'over' });
    await bucket.listen();
    await expect.poll(async () => (await ready()).bucket, SECONDS).toBe('ok');
    expect(heldObjects()).toBe(one.recordings);
    // Beyond their day, their key gone: what the hold keeps is stated, and goes when it is released.
    bucket.now = clock.now() + 61 * DAY_MS;
    clock.moveTo(61 * DAY_MS);
    admin = await stage.signIn('demo-admin');
    await expect
      .poll(async () => (await get('/api/log?kind=retention.purged')).body.items.length, SECONDS)
      .toBe(1);
    const [receipt] = (await get('/api/log?kind=retention.purged')).body.items as [Receipt];
    expect(receipt.stores).toContainEqual(
      expect.objectContaining({ store: 'recordings', locked: one.recordings }),
    );
    expect(await spans()).toEqual([]);
    expect((await get(`/api/broadcasts/${broadcast}/recording?${stretch()}`)).status).toBe(404);
    expect(recordingsIn().length).toBe(one.recordings);
    expect(await verified()).toMatchObject({ checked: 0, bad: 0 });
    await stage.call(admin, 'DELETE', `/api/holds/${other.id}`, { note: 'over' });
    await expect.poll(recordingsIn, SECONDS).toEqual([]);
    expect(existsSync(join(stage.dataDir, 'control', 'recordings', broadcast))).toBe(false);
  }, 300_000);

  it('are neither put there twice nor lost where control ended between', async () => {
    from = clock.now() - 60_000;
    broadcast = await recorded();
    const [path = ''] = flvHere();
    const bytes = readFileSync(join(stage.dataDir, 'media', path));
    await expect.poll(flvHere, SECONDS).toEqual([]);
    const before = await spans();
    await stage.restartControl({
      // As after a crash between the manifest and the removal here, and in the middle of putting another one.
      before: async () => {
        mkdirSync(dirname(join(stage.dataDir, 'media', path)), { recursive: true });
        writeFileSync(join(stage.dataDir, 'media', path), bytes);
        bucket.objects.begin('pre/fix/recordings/b/half', { mode: '', until: 0 });
        bucket.calls.length = 0;
      },
    });
    admin = await stage.signIn('demo-admin');
    await expect.poll(flvHere, SECONDS).toEqual([]);
    expect(bucket.calls.filter((call) => call.startsWith('PUT pre/fix/recordings/'))).toEqual([]);
    expect(bucket.objects.uploads.size).toBe(0);
    expect(await spans()).toEqual(before);
    expect((await get(`/api/broadcasts/${broadcast}/recording?${stretch()}`)).status).toBe(200);
  });

  it('stay here where the bucket is slow, full of errors or deleted; a cut does not wait for it', async () => {
    const { body } = await stage.call(await stage.signIn('demo-publisher'), 'POST', '/api/broadcasts', {
      title: 'Cut',
      kind: 'video',
      category: 'chat',
    });
    bucket.ails = { delayMs: 30_000 };
    from = clock.now() - 60_000;
    broadcast = await recorded();
    await expect.poll(async () => (await ready()).recordingsWaiting, SECONDS).toBeGreaterThan(0);
    const cut = await stage.call(admin, 'POST', `/api/broadcasts/${body.id}/cut-off`, { reason: 'other' });
    expect(cut.status).toBe(200);
    expect(flvHere().length).toBeGreaterThan(0);
    bucket.ails = { breakAfter: 100_000, method: 'PUT' };
    await bucket.close();
    await bucket.listen();
    await expect.poll(async () => (await ready()).bucket, SECONDS).toBe('away');
    expect(flvHere().length).toBeGreaterThan(0);
    bucket.ails = { isMissing: true };
    await expect.poll(async () => (await ready()).bucket, SECONDS).toBe('missing');
    bucket.ails = { isRefused: true };
    await expect.poll(async () => (await ready()).bucket, SECONDS).toBe('refused');
    expect(flvHere().length).toBeGreaterThan(0);
    bucket.ails = {};
    await expect.poll(flvHere, SECONDS).toEqual([]);
  }, 300_000);
});
