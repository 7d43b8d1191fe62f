import { type ChildProcess, spawn } from 'node:child_process';
import { chmodSync, cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, writeFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readConfig, silentLog } from '@weir/kit';
import type { LogReport } from '@weir/ledger';
import { TestBucket } from '@weir/ledger/testing/bucket.ts';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { filesOf, tracesOf } from '../apps/server/control/testing/traces.ts';
import { type Postgres, startPostgres } from '../apps/server/postgres/start.ts';
import { type Client, type Created, createBroadcast, type Play, signIn } from './client.ts';
import { publish } from './encoder.ts';
import { enter } from './member.ts';
import { type Service, startService } from './service.ts';
import { weir as runWeir } from './weir.ts';

const SOON = { timeout: 60_000, interval: 200 };
/** What the receipt of a purged day of content has. */
const CONTENT_GONE = /"content \d{4}-/;
/** Words that nothing else contains. */
const SAID = '金丝雀一只在备份里';

// As root the database runs as a user of its own, who must be able to pass through.
const place = mkdtempSync(join(tmpdir(), 'weir-ways-'));
chmodSync(place, 0o711);
const target = join(place, 'target');
/** The target as it was before the purge, its key part too. */
const early = join(place, 'early');
const identity = join(place, 'config', 'weir', 'backup-identity');
const bucket = new TestBucket();
const otherBucket = new TestBucket();

let postgres: Postgres;
let service: Service;
let admin: Client;
let env: Record<string, string>;
let said: Created;
let cutLater: Created;

const databaseUrl = (name: string): string =>
  `postgres://weir@localhost/${name}?host=${encodeURIComponent(postgres.connection.host)}`;
const weir = (dataDir: string, args: string[], more: Record<string, string> = {}) =>
  runWeir({ dataDir }, args, '', { XDG_CONFIG_HOME: join(place, 'config'), ...more });
const done = async (dataDir: string, args: string[], more: Record<string, string> = {}) => {
  const { code, out, err } = await weir(dataDir, [...args, '--json'], more);
  if (code !== 0) throw new Error(`weir ${args.join(' ')} ended with ${code}: ${err}${out}`);
  return JSON.parse(out) as Record<string, unknown>;
};
const backup = () => done(service.dataDir, ['backup', '--to', target, '--with-kek'], env);
const recordingsIn = ({ objects }: TestBucket) =>
  objects.keys().filter((key) => key.includes('/recordings/'));
const generations = () => readdirSync(join(target, 'generations'));
const running = async () => (await admin.get<{ running: object | null }>('/api/backup')).running;

/** Begins a backup that cannot read a recording for as long as the bucket is slow; resolves when it is at it. */
async function stuck(): Promise<ChildProcess> {
  bucket.ails = { delayMs: 60_000, method: 'GET', key: '/recordings/' };
  bucket.calls.length = 0;
  const bin = join(import.meta.dirname, '..', 'bin', 'weir.mjs');
  const child = spawn(process.execPath, [bin, 'backup', '--to', target, '--with-kek'], {
    env: { ...process.env, WEIR_DATA_DIR: service.dataDir, XDG_CONFIG_HOME: join(place, 'config'), ...env },
    stdio: 'ignore',
  });
  await vi.waitFor(
    async () => expect(await running()).toMatchObject({ phase: expect.stringMatching(/media|ledger/) }),
    SOON,
  );
  await vi.waitFor(() => expect(readdirSync(target)).toContain('objects'), SOON);
  return child;
}
const ended = (child: ChildProcess): Promise<number | null> =>
  new Promise((resolve) => child.once('exit', (code) => resolve(code)));

beforeAll(async () => {
  const theirs = join(place, 'theirs');
  mkdirSync(theirs);
  chmodSync(theirs, 0o711);
  postgres = await startPostgres({ config: readConfig({ WEIR_DATA_DIR: theirs }), log: silentLog });
  const { default: pg } = await import('pg');
  const client = new pg.Client(postgres.connection);
  await client.connect();
  for (const name of ['second', 'third', 'fourth', 'fifth']) await client.query(`CREATE DATABASE ${name}`);
  await client.end();
  env = { WEIR_DATABASE_URL: databaseUrl('weir'), WEIR_S3_URL: await bucket.listen() };
  service = await startService(env, undefined, ['--simulated']);
  const publisher = await signIn(service, 'demo-publisher');
  admin = await signIn(service, 'demo-admin');
  said = await createBroadcast(publisher);
  cutLater = await createBroadcast(publisher);
  await publish(`${said.ingest.url}/${said.ingest.key}`, { seconds: 4 }).ended;
  const viewer = await signIn(service, 'demo-viewer');
  const member = enter((await viewer.post<Play>(`/api/broadcasts/${said.id}/play`)).room);
  expect(await member.say(SAID)).toMatchObject({ t: 'ack', state: 'shown' });
  member.socket.close();
  await publisher.post(`/api/broadcasts/${said.id}/end`);
  await vi.waitFor(() => expect(recordingsIn(bucket).length).toBeGreaterThan(0), SOON);
  await vi.waitFor(() => expect(filesOf(join(service.dataDir, 'media'))).toEqual([]), SOON);
}, 300_000);
afterAll(async () => {
  await service?.dispose();
  await postgres?.stop();
  await Promise.all([bucket.close(), otherBucket.close()]);
  await rm(place, { recursive: true, force: true });
});

describe('a backup of a store with a bucket and a PostgreSQL server of its own', () => {
  it('leaves nothing that counts where it is broken off or killed, and the service goes on', async () => {
    const child = await stuck();
    const from = Date.now();
    child.kill('SIGINT');
    expect(await ended(child)).toBe(1);
    // It does not wait for the bucket.
    expect(Date.now() - from).toBeLessThan(20_000);
    expect(generations()).toEqual([]);
    expect(
      readdirSync(join(target, 'objects')).flatMap((dir) => readdirSync(join(target, 'objects', dir))),
    ).toEqual([]);
    expect(await running()).toBeNull();
    const killed = await stuck();
    killed.kill('SIGKILL');
    await ended(killed);
    expect(generations()).toEqual([expect.stringMatching(/^\.new-/)]);
    expect((await weir(place, ['backup', 'list', '--to', target])).out).not.toMatch(/^\d{8}T/m);
    bucket.ails = {};
    // It is found out within seconds, and not after the minute of silence.
    await vi.waitFor(async () => expect((await backup())['entries']).toBeGreaterThan(10), {
      timeout: 20_000,
      interval: 500,
    });
    expect(generations()).toHaveLength(1);
    const { items } = await admin.get<{ items: { outcome: string; why?: string }[] }>(
      '/api/log?kind=backup.made',
    );
    expect(items.map(({ outcome }) => outcome).toSorted()).toEqual(['done', 'failed', 'failed']);
    expect(items.map(({ why = '' }) => why).join()).toMatch(/broken off.*is gone|is gone.*broken off/s);
  }, 300_000);

  it('has the recordings of the bucket, reads none of them twice, and is whole', async () => {
    bucket.calls.length = 0;
    await backup();
    expect(bucket.calls.filter((one) => one.startsWith('GET pre/fix/recordings/'))).toEqual([]);
    const checked = await weir(place, ['backup', 'check', '--to', target, '--identity', identity]);
    expect([checked.code, checked.err]).toEqual([0, '']);
    cpSync(target, early, { recursive: true });
  }, 180_000);

  it('is restored into another bucket and database, with cuts from elsewhere', async () => {
    await admin.post(`/api/broadcasts/${cutLater.id}/cut-off`, { reason: 'other' });
    const more = { WEIR_S3_URL: await otherBucket.listen(), WEIR_DATABASE_URL: databaseUrl('second') };
    const dataDir = join(place, 'second');
    const stones = join(service.dataDir, 'control', 'tombstones.ndjson');
    const args = ['restore', '--from', early];
    expect(await done(dataDir, args, more)).toMatchObject({ cuts: 0, expired: 0 });
    expect(recordingsIn(otherBucket)).toEqual(recordingsIn(bucket));
    expect(filesOf(join(dataDir, 'media'))).toEqual([]);
    expect(existsSync(join(dataDir, 'postgres'))).toBe(false);
    const { code, out } = await weir(dataDir, ['verify', '--local'], more);
    expect([code, out]).toEqual([0, expect.stringMatching(/^recordings: hold: [1-9].* in the bucket/m)]);
    // Neither the place nor the database is taken twice, and what is there is not touched.
    const before = otherBucket.objects.keys();
    for (const one of [{}, { WEIR_S3_URL: '' }])
      expect(await weir(join(place, 'twice'), args, { ...more, ...one })).toMatchObject({
        code: 1,
        err: expect.stringContaining('not empty'),
      });
    expect(otherBucket.objects.keys()).toEqual(before);
    const third = { WEIR_DATABASE_URL: databaseUrl('third') };
    expect(await done(join(place, 'third'), [...args, '--tombstones', stones], third)).toMatchObject({
      cuts: 1,
    });
    // A store that nobody has started yet can be backed up as it is.
    const next = ['backup', '--to', join(place, 'next')];
    expect((await done(join(place, 'third'), next, third))['entries']).toBeGreaterThan(10);
  }, 300_000);

  it('brings nothing back that was purged later, by the key part or by receipts', async () => {
    const keysWritten = () => readdirSync(join(target, 'keys')).join();
    const advance = async (by: string) =>
      expect(await weir(service.dataDir, ['clock', 'advance', by])).toMatchObject({ code: 0 });
    await advance('62d');
    await vi.waitFor(() => expect(recordingsIn(bucket)).toEqual([]), SOON);
    const receipts = join(place, 'receipts');
    await vi.waitFor(async () => {
      const { out } = await weir(service.dataDir, ['log', 'search', '--log', 'retention']);
      expect(out).toMatch(CONTENT_GONE);
      writeFileSync(receipts, out);
    }, SOON);
    // The key part is written anew each hour, so that this one knows of all that is gone.
    const keys = keysWritten();
    await advance('2h');
    await vi.waitFor(() => expect(keysWritten()).not.toBe(keys), SOON);
    const restore = (name: string, args: string[], more: Record<string, string> = {}) =>
      done(join(place, name), ['restore', ...args], more);
    const own = (name: string) => ({ WEIR_DATABASE_URL: databaseUrl(name) });
    for (const report of [
      await restore('by-keys', ['--from', target]),
      await restore('by-receipts', ['--from', early, '--receipts', receipts], own('fourth')),
    ])
      expect(report['dropped']).toContainEqual(expect.stringMatching(/^content \d{4}-/));
    expect(await service.stop()).toBe(0);
    // With nobody there it makes the cut itself, and what is older has had its time.
    const last = await backup();
    expect(generations()).toEqual([last['generation']]);
    await restore('latest', ['--from', target], own('fifth'));
    for (const name of ['by-keys', 'by-receipts', 'latest'])
      expect(tracesOf(join(place, name), [SAID]), name).toEqual([]);
    for (const name of ['by-keys', 'latest']) expect(filesOf(join(place, name, 'media')), name).toEqual([]);
    // What is gone from a restored store has no receipt in it, and may have none.
    for (const [name, database] of [['by-keys'], ['by-receipts', 'fourth']] as const) {
      const env = database ? own(database) : {};
      const verified = await weir(join(place, name), ['verify', '--local', '--json'], env);
      expect([verified.code, verified.out], name).toEqual([0, expect.stringContaining('"part":"receipts"')]);
      // The epoch begins by the clock that the store goes on with.
      const [{ epochs }] = verified.out.split('\n').map((line) => JSON.parse(line || '{}')) as [LogReport];
      expect(epochs.map(({ at, lostSince }) => at >= lostSince)).toEqual([true]);
    }
    // What was restored without either has it.
    expect(tracesOf(join(place, 'third'), [SAID])).not.toEqual([]);
    expect(filesOf(join(place, 'third', 'media'))).not.toEqual([]);
  }, 300_000);

  it('needs a store, and makes nothing where there is none', async () => {
    const none = mkdtempSync(join(place, 'none-'));
    const { code, err } = await weir(none, ['backup', '--to', join(place, 'of-none')]);
    expect([code, err]).toEqual([1, expect.stringContaining('There is no store in')]);
    expect([readdirSync(none), existsSync(join(place, 'of-none'))]).toEqual([[], false]);
  });
});
