import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { WebSocket } from 'ws';
import { type Broadcast, type Client, type Created, createBroadcast, type Play, signIn } from './client.ts';
import { type Encoder, publish } from './encoder.ts';
import { type Service, startService } from './service.ts';
import { type Reader, read } from './viewer.ts';

const LEASE_MS = 2_000;
let service: Service;
let publisher: Client;
let reviewer: Client;
let broadcast: Created;
let encoder: Encoder;
let viewer: Reader;

beforeEach(async () => {
  service = await startService({ WEIR_LEASE_MS: String(LEASE_MS), WEIR_GRACE_MS: '20000' });
  [publisher, reviewer] = await Promise.all([
    signIn(service, 'demo-publisher'),
    signIn(service, 'demo-reviewer'),
  ]);
  broadcast = await createBroadcast(publisher);
  encoder = publish(`${broadcast.ingest.url}/${broadcast.ingest.key}`);
  viewer = await read((await play()).flv);
  await flows(viewer);
}, 60_000);
afterEach(async () => {
  viewer?.close();
  await encoder?.stop();
  await service?.dispose();
});

const play = (): Promise<Play> => publisher.post<Play>(`/api/broadcasts/${broadcast.id}/play`);
const cut = (): Promise<{
  state: string;
  lastWriteAt: string | null;
  edges: { state: string; closedNoLaterThan?: string }[];
}> => reviewer.post(`/api/broadcasts/${broadcast.id}/cut-off`, { reason: 'other' });
const flows = (reader: Reader, timeout = 20_000): Promise<void> => {
  const before = reader.bytes();
  return vi.waitFor(() => expect(reader.bytes()).toBeGreaterThan(before + 20_000), { timeout, interval: 50 });
};
const postmaster = (): number =>
  Number(readFileSync(join(service.dataDir, 'postgres', 'postmaster.pid'), 'utf8').split('\n')[0]);
const alive = (pid: number): boolean =>
  existsSync(`/proc/${pid}/stat`) && !/\) Z /.test(readFileSync(`/proc/${pid}/stat`, 'utf8'));
const refusedForGood = async (): Promise<void> => {
  const url = (await createBroadcast(await signIn(service, 'demo-publisher'))).ingest.url;
  expect((await publish(`${url}/${broadcast.ingest.key}`, { seconds: 4 }).ended).code).not.toBe(0);
};

/** Says something and waits for its acknowledgement. */
async function say(text: string): Promise<void> {
  const socket = new WebSocket((await play()).room, 'weir.room.1');
  await new Promise<void>((resolve, reject) => {
    socket.on('error', reject);
    socket.on('open', () => socket.send(JSON.stringify([{ t: 'send', ref: '1', text }])));
    socket.on('message', (frame) => {
      const events = JSON.parse(String(frame)) as { t: string }[];
      if (events.some(({ t }) => t === 'ack')) resolve();
      if (events.some(({ t }) => t === 'refused')) reject(new Error(String(frame)));
    });
  });
  socket.close();
}

describe('kill -9 during a broadcast', () => {
  it('of control leaves viewers watching, and it comes back by itself', async () => {
    process.kill(service.pid('control'), 'SIGKILL');
    await flows(viewer, LEASE_MS);
    await vi.waitFor(async () => expect((await fetch(`${service.url}/readyz`)).status).toBe(200), {
      timeout: 10_000,
    });
    await flows(viewer);
    expect(viewer.ended()).toBe(false);
  }, 60_000);

  it('of vault costs a moment of sign-ins', async () => {
    process.kill(service.pid('vault'), 'SIGKILL');
    await vi.waitFor(() => signIn(service, 'demo-viewer'), { timeout: 10_000, interval: 200 });
    await flows(viewer);
  }, 60_000);

  it('of the edge costs no message and doubles no offset; the encoder finds its way back', async () => {
    for (let n = 1; n <= 3; n++) await say(`第${n}句`);
    process.kill(service.pid('edge'), 'SIGKILL');
    await encoder.ended;
    await vi.waitFor(() => say('第四句'), { timeout: 15_000, interval: 300 });
    const { items } = await publisher.get<{ items: { offset: number; text: string }[] }>(
      `/api/rooms/${broadcast.id}/messages`,
    );
    expect(items.map(({ offset }) => offset)).toEqual([1, 2, 3, 4]);
    const { url, key } = broadcast.ingest;
    const port = new URL((await play()).flv).port;
    expect(Number(port)).toBeGreaterThan(0);
    const fresh = await publisher.get<{ rtmpUrl: string }>('/api/site').catch(() => ({ rtmpUrl: url }));
    encoder = publish(`${fresh.rtmpUrl}/${key}`);
    await flows(await read((await play()).flv));
  }, 60_000);

  it('of PostgreSQL stops no viewer and no cut', async () => {
    process.kill(postmaster(), 'SIGKILL');
    const certificate = await cut();
    expect(certificate.state).toBe('final');
    await vi.waitFor(() => expect(viewer.ended()).toBe(true));
    await vi.waitFor(() => signIn(service, 'demo-viewer'), { timeout: 20_000, interval: 300 });
    expect((await publisher.get<Broadcast>(`/api/broadcasts/${broadcast.id}`)).state).toBe('cut');
  }, 60_000);

  it('of everything within a moment of a cut’s answer leaves it cut', async () => {
    await cut();
    await service.killAll();
    service = await service.again();
    await refusedForGood();
    expect(
      (await (await signIn(service, 'demo-publisher')).get<Broadcast>(`/api/broadcasts/${broadcast.id}`))
        .state,
    ).toBe('cut');
  }, 90_000);

  it('of the supervisor ends its children within a lease, and the next start takes over', async () => {
    const children = (['control', 'vault', 'edge'] as const).map((role) => service.pid(role));
    process.kill(service.pid('supervisor'), 'SIGKILL');
    await vi.waitFor(() => expect(children.filter(alive)).toEqual([]), {
      timeout: 2 * LEASE_MS + 5_000,
      interval: 50,
    });
    expect(viewer.ended()).toBe(true);
    service = await service.again();
    expect((await fetch(`${service.url}/readyz`)).status).toBe(200);
  }, 90_000);
});

describe('a process that is stopped, not dead', () => {
  it('control: the edge is silent within its lease and half a second', async () => {
    const pid = service.pid('control');
    process.kill(pid, 'SIGSTOP');
    const stoppedAt = Date.now();
    await sleep(LEASE_MS + 1_500);
    process.kill(pid, 'SIGCONT');
    expect(viewer.lastAt() - stoppedAt).toBeLessThan(2 * (LEASE_MS + 500));
    expect(viewer.bytesSince(stoppedAt + LEASE_MS + 500)).toBe(0);
    await flows(viewer);
  }, 60_000);

  it('edge: cut meanwhile, it lets no byte out when it wakes after its lease', async () => {
    const pid = service.pid('edge');
    process.kill(pid, 'SIGSTOP');
    await sleep(100);
    const certificate = await cut();
    expect(certificate.state).toBe('provisional');
    expect(certificate.edges[0]).toMatchObject({ state: 'unconfirmed' });
    const orderedAt = Date.now();
    await sleep(LEASE_MS + 500);
    process.kill(pid, 'SIGCONT');
    await vi.waitFor(() => expect(viewer.ended()).toBe(true), { timeout: 10_000 });
    expect(viewer.bytesSince(orderedAt)).toBe(0);
    await vi.waitFor(
      async () =>
        expect(await reviewer.get(`/api/broadcasts/${broadcast.id}/cut-off`)).toMatchObject({
          state: 'final',
        }),
      { timeout: 10_000, interval: 200 },
    );
  }, 60_000);
});

it('ends within ten seconds of SIGTERM, with status 0 and nothing left', async () => {
  const pids = [
    ...(['supervisor', 'control', 'vault', 'edge'] as const).map((role) => service.pid(role)),
    postmaster(),
  ];
  const began = Date.now();
  expect(await service.stop()).toBe(0);
  expect(Date.now() - began).toBeLessThan(20_000);
  expect(pids.filter(alive)).toEqual([]);
  expect(execFileSync('ps', ['-eo', 'args'], { encoding: 'utf8' })).not.toContain(service.dataDir);
}, 60_000);
