import { join } from 'node:path';
import { MovedClock } from '@weir/kit';
import { TestBucket } from '@weir/ledger/testing/bucket.ts';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { recordOnStage } from '../testing/recorded.ts';
import { openStage, type Stage } from '../testing/stage.ts';
import { filesOf } from '../testing/traces.ts';

const DAY_MS = 86_400_000;
const SECONDS = { timeout: 30_000, interval: 100 };

let bucket: TestBucket;
let url: string;
let stage: Stage;
let clock: MovedClock;
let admin: string;
let broadcast: string;
let from: number;

const recordingsIn = () => bucket.objects.keys().filter((key) => key.includes('/recordings/'));
const flvHere = () => filesOf(join(stage.dataDir, 'media')).filter((name) => name.endsWith('.flv'));
const get = async (path: string, token = admin) => stage.call(token, 'GET', path);
const ready = async () => (await get('/readyz', '')).body;
const iso = (ms: number): string => new Date(ms).toISOString();
const stretch = () => `from=${iso(from + 2_000)}&to=${iso(from + 12_000)}`;
const spans = async () => (await get(`/api/broadcasts/${broadcast}/recordings`)).body.items;
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
}, 90_000);
afterAll(async () => {
  await stage?.close();
  await bucket.close();
});

describe('recordings and a bucket', () => {
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
    await bucket.listen();
    await expect.poll(flvHere, SECONDS).toEqual([]);
    await expect.poll(async () => (await ready()).bucket, SECONDS).toBe('ok');
    expect(recordingsIn().length).toBeGreaterThan(1);
    for (const key of recordingsIn()) {
      const [version] = bucket.objects.versions(key);
      expect(version?.bytes.includes('FLV')).toBe(false);
      expect(version?.mode).toBe('GOVERNANCE');
      const to = Number(/\d+\.(\d+)\.[^.]+\.flv$/.exec(key)?.[1]);
      expect(version?.until).toBe(to + 60 * DAY_MS);
    }
    expect(await spans()).toEqual(before);
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
});
