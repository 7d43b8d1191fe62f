import { chmodSync, cpSync, mkdtempSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { type Client, type Created, call, createBroadcast, type Play, signIn } from './client.ts';
import { type Encoder, publish } from './encoder.ts';
import { enter } from './member.ts';
import { type Service, startService } from './service.ts';
import { read } from './viewer.ts';
import { weir as runWeir } from './weir.ts';

const place = mkdtempSync(join(tmpdir(), 'weir-backup-'));
// As root the database runs as a user of its own, who must be able to pass through.
chmodSync(place, 0o711);
const target = join(place, 'target');
const env = { XDG_CONFIG_HOME: join(place, 'config') };
const encoders: Encoder[] = [];
let service: Service;
let publisher: Client;
let admin: Client;
let live: Created;
let cutBefore: Created;
let cutAfter: Created;

const weir = (dataDir: string, ...args: string[]) => runWeir({ dataDir }, args, '', env);
const done = async (dataDir: string, ...args: string[]): Promise<Record<string, unknown>> => {
  const { code, out, err } = await weir(dataDir, ...args, '--json');
  if (code !== 0) throw new Error(`weir ${args[0]} ended with ${code}: ${err}`);
  return JSON.parse(out);
};
const backup = (...args: string[]) => done(service.dataDir, 'backup', '--to', target, ...args);
const textsIn = async (of: Service, room: string): Promise<string[]> =>
  (await call<{ items: { text: string }[] }>(of, '', 'GET', `/api/rooms/${room}/messages`)).items.map(
    ({ text }) => text,
  );
async function say(of: Service, room: string, ...texts: string[]): Promise<void> {
  const viewer = await signIn(of, 'demo-viewer');
  const member = enter((await viewer.post<Play>(`/api/broadcasts/${room}/play`)).room);
  for (const text of texts) expect(await member.say(text)).toMatchObject({ t: 'ack', state: 'shown' });
  member.socket.close();
}
const go = async (of: Service, { id, ingest }: Created): Promise<void> => {
  encoders.push(publish(`${ingest.url}/${ingest.key}`));
  await vi.waitFor(
    async () =>
      expect((await call<{ state: string }>(of, '', 'GET', `/api/broadcasts/${id}`)).state).toBe('live'),
    {
      timeout: 60_000,
      interval: 200,
    },
  );
};
const account = (name: string) => ({
  account: name,
  password: 'a-password-of-somebody',
  roles: ['publisher'],
});

beforeAll(async () => {
  service = await startService();
  publisher = await signIn(service, 'demo-publisher');
  admin = await signIn(service, 'demo-admin');
  live = await createBroadcast(publisher);
  cutBefore = await createBroadcast(publisher);
  cutAfter = await createBroadcast(publisher);
  // A publication that is over has a closed recording.
  const recorded = await createBroadcast(publisher);
  encoders.push(publish(`${recorded.ingest.url}/${recorded.ingest.key}`, { seconds: 5 }));
  await vi.waitFor(
    async () =>
      expect(
        (await admin.get<{ items: unknown[] }>('/api/log?kind=segment.recorded')).items.length,
      ).toBeGreaterThan(0),
    { timeout: 60_000, interval: 300 },
  );
  await go(service, live);
  await admin.post(`/api/broadcasts/${cutBefore.id}/cut-off`, { reason: 'other' });
  await say(service, live.id, '头一句', '第二句');
}, 300_000);
afterAll(async () => {
  await Promise.all(encoders.map((encoder) => encoder.stop()));
  await service?.dispose();
  await rm(place, { recursive: true, force: true });
});

describe('a backup of the running service', () => {
  it('is restored in an empty directory, closed, with nothing revived, and goes on when it is opened', async () => {
    const shares = join(place, 'shares');
    const { recipient } = await done(place, 'backup', 'keygen', '--split', 'Ann,Ben,Cleo', '--out', shares);
    const split = ['--recipient', String(recipient), '--with-kek'];
    // Two of three.
    const open = ['--share', join(shares, '3.share'), '--share', join(shares, '1.share')];
    const from = performance.now();
    const first = await backup(...split);
    const tookMs = performance.now() - from;
    const { id: closed } = await admin.post<{ id: string }>('/api/users', account('closed-later'));
    await say(service, live.id, '第三句');
    const second = await backup(...split);
    expect(second['generation']).not.toBe(first['generation']);
    expect(second['written'] as number).toBeLessThan(second['bytes'] as number);
    const report = await admin.get<{ last: { generation: string; entries: number } }>('/api/backup');
    expect(report.last).toMatchObject({ generation: second['generation'], entries: second['entries'] });
    const { items } = await admin.get<{ items: { kind: string; heldMs?: number }[] }>(
      '/api/log?kind=backup.made',
    );
    expect(items).toHaveLength(2);
    // Records waited for the cut no longer than a commit does, however long copying takes; on a busy machine both take longer.
    for (const { heldMs } of items) expect(heldMs).toBeLessThan(Math.max(200, tookMs / 10));
    expect((await admin.get<{ items: unknown[] }>('/api/log?kind=backup.ordered')).items).toHaveLength(2);

    // After the last backup: lost but for what the key part carries, which is written anew after each.
    const keys = (): string => readdirSync(join(target, 'keys')).join();
    const carried = async (act: () => Promise<unknown>): Promise<void> => {
      const before = keys();
      await act();
      await vi.waitFor(() => expect(keys()).not.toBe(before), { timeout: 60_000, interval: 100 });
    };
    await carried(() => admin.post(`/api/broadcasts/${cutAfter.id}/cut-off`, { reason: 'other' }));
    await carried(() => admin.patch(`/api/users/${closed}`, { disabled: true }));
    const signed = join(service.dataDir, 'ledger', 'content', 'checkpoint');
    const leaves = (): number => Number(readFileSync(signed, 'utf8').split('\n')[1]);
    const before = leaves();
    await say(service, live.id, '丢了的一句');
    await vi.waitFor(() => expect(leaves()).toBeGreaterThan(before), { timeout: 60_000, interval: 100 });
    const newest = join(place, 'checkpoint');
    cpSync(signed, newest);
    await service.killAll();
    const gone = service.dataDir;
    await Promise.all(encoders.map((encoder) => encoder.stop()));

    const dataDir = join(place, 'restored');
    const restored = await done(dataDir, 'restore', '--from', target, ...open, '--checkpoint', newest);
    expect(restored).toMatchObject({ generation: second['generation'], cuts: 2, accountsClosed: 1 });
    const verified = await weir(dataDir, 'verify', '--local');
    expect([verified.code, verified.out]).toEqual([0, expect.stringContaining('epoch 2: restored')]);
    expect(verified.out).toMatch(/\d+ leaves of it are lost/);
    expect(verified.out).toMatch(/^recordings: hold: [1-9]/m);

    service = await startService({}, dataDir);
    await rm(gone, { recursive: true, force: true });
    const texts = await textsIn(service, live.id);
    expect(texts).toEqual(expect.arrayContaining(['头一句', '第二句', '第三句']));
    expect(texts).not.toContain('丢了的一句');
    for (const { id } of [cutBefore, cutAfter])
      expect(await call(service, '', 'GET', `/api/broadcasts/${id}`)).toMatchObject({ state: 'cut' });
    expect(await call(service, '', 'GET', `/api/broadcasts/${live.id}`)).toMatchObject({
      state: 'ended',
      gate: { media: { mode: 'closed', rule: 'restored' } },
    });
    await expect(call(service, publisher.token, 'GET', '/api/me/messages')).rejects.toMatchObject({
      status: 401,
    });
    await expect(
      call(service, '', 'POST', '/api/session', {
        account: 'closed-later',
        password: 'a-password-of-somebody',
      }),
    ).rejects.toMatchObject({ status: 401 });
    const refused = publish(`${ingestOf(await signIn(service, 'demo-publisher'), live)}`);
    expect((await (await refused).ended).code).not.toBe(0);

    expect(await weir(dataDir, 'reopen')).toMatchObject({ code: 2 });
    await done(dataDir, 'reopen', '--note', '核对过名单');
    const again = await signIn(service, 'demo-publisher');
    const { ingest } = await again.post<Created>(`/api/broadcasts/${live.id}/key`);
    await go(service, { ...live, ingest });
    const play = await again.post<Play>(`/api/broadcasts/${live.id}/play`);
    const reader = await read(play.flv);
    await vi.waitFor(() => expect(reader.bytes()).toBeGreaterThan(20_000), {
      timeout: 60_000,
      interval: 100,
    });
    reader.close();
    await say(service, live.id, '重新开放以后');
    expect(await textsIn(service, live.id)).toContain('重新开放以后');
    expect((await weir(dataDir, 'verify', '--local')).code).toBe(0);
    // The restored store is backed up into the same target in its turn, for the operator's own identity; its keys are kept apart.
    expect((await backup())['generation']).not.toBe(second['generation']);

    const own = join(env.XDG_CONFIG_HOME, 'weir', 'backup-identity');
    const older = join(place, 'older');
    const generation = String(first['generation']);
    expect(
      await done(older, 'restore', '--from', target, '--generation', generation, ...open, '--identity', own),
    ).toMatchObject({
      generation,
    });
    expect((await weir(older, 'verify', '--local')).code).toBe(0);
    const found = await searched(older, '第三句');
    expect(found).toBe(false);
    expect(await searched(older, '第二句')).toBe(true);
  }, 300_000);

  it('is refused where it is damaged, or where something lies already, and leaves nothing', async () => {
    const full = join(place, 'restored');
    expect(await weir(full, 'restore', '--from', target)).toMatchObject({
      code: 1,
      err: expect.stringContaining('is not empty'),
    });
    // The largest object that the newest generation names.
    const newest = readdirSync(join(target, 'generations')).sort().at(-1) as string;
    const [object = ''] = readFileSync(join(target, 'generations', newest, 'objects'), 'utf8')
      .trimEnd()
      .split('\n')
      .map((line) => line.split(' '))
      .toSorted((x, y) => Number(y[1]) - Number(x[1]))
      .map(([name]) => name);
    const largest = join(target, 'objects', object.slice(0, 2), object);
    const bytes = readFileSync(largest);
    bytes[bytes.length >> 1] = (bytes[bytes.length >> 1] as number) ^ 1;
    writeFileSync(largest, bytes);
    const dataDir = join(place, 'broken');
    const refused = await weir(dataDir, 'restore', '--from', target);
    expect([refused.code, refused.err]).toEqual([1, expect.stringMatching(/(media|ledger|postgres)\/\S+/)]);
    expect(readdirSync(dataDir)).toEqual([]);
    expect(await weir(dataDir, 'restore', '--from', join(place, 'nowhere'))).toMatchObject({ code: 1 });
    expect((await weir(dataDir, 'restore')).code).toBe(2);
    expect((await weir(dataDir, 'backup')).code).toBe(2);
  }, 300_000);
});

const ingestOf = (_: Client, { ingest }: Created): string => `${ingest.url}/${ingest.key}`;

/** Whether a text is in the segments of a store that nobody runs. */
async function searched(dataDir: string, text: string): Promise<boolean> {
  const dir = join(dataDir, 'ledger', 'content');
  return readdirSync(dir).some(
    (name) => name.endsWith('.ndjson') && readFileSync(join(dir, name), 'utf8').includes(text),
  );
}
