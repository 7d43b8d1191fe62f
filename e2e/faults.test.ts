import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { type Broadcast, type Client, type Created, createBroadcast, type Play, signIn } from './client.ts';
import { type Encoder, publish } from './encoder.ts';
import { enter } from './member.ts';
import { askToPublish } from './publisher.ts';
import { type Service, startService } from './service.ts';
import { type Reader, read } from './viewer.ts';

const LEASE_MS = 2_000;
/** A recorder that is killed loses at most a second; the machine may be busy, so twice that. */
const LOST_S = 2;
let service: Service;
let publisher: Client;
let reviewer: Client;
/** Was cut before anything was killed, and stays so whatever is. */
let outcast: Created;
let broadcast: Created;
let encoder: Encoder;
let viewer: Reader;

beforeAll(async () => {
  service = await startService({
    WEIR_LEASE_MS: String(LEASE_MS),
    WEIR_GRACE_MS: '20000',
    WEIR_LIMIT_MESSAGE_RATE: '0',
  });
  await signInAgain();
  outcast = await createBroadcast(publisher);
  await reviewer.post(`/api/broadcasts/${outcast.id}/cut-off`, { reason: 'other' });
}, 300_000);
beforeEach(async () => {
  broadcast = await createBroadcast(publisher);
  encoder = publish(`${broadcast.ingest.url}/${broadcast.ingest.key}`);
  viewer = await read((await play()).flv);
  await flows(viewer);
  await sleep(Math.random() * 500);
}, 180_000);
afterEach(async () => {
  viewer?.close();
  await encoder?.stop();
});
afterAll(() => service?.dispose());

async function signInAgain(): Promise<void> {
  [publisher, reviewer] = await Promise.all([
    signIn(service, 'demo-publisher'),
    signIn(service, 'demo-reviewer'),
  ]);
}
async function startAgain(): Promise<void> {
  service = await service.again();
  await signInAgain();
}
const play = (id = broadcast.id): Promise<Play> => publisher.post<Play>(`/api/broadcasts/${id}/play`);
const cut = (): Promise<{
  state: string;
  lastWriteAt: string | null;
  edges: { state: string; closedNoLaterThan?: string }[];
}> => reviewer.post(`/api/broadcasts/${broadcast.id}/cut-off`, { reason: 'other' });
const flows = (reader: Reader, timeout = 20_000): Promise<void> => {
  const before = reader.bytes();
  return vi.waitFor(() => expect(reader.bytes()).toBeGreaterThan(before + 20_000), { timeout, interval: 50 });
};
/** Everything that was sent before has been read: nothing came for a while, and this process has looked. */
async function stillness(reader: Reader): Promise<void> {
  for (let bytes = -1; bytes !== reader.bytes(); ) {
    bytes = reader.bytes();
    await sleep(150);
    await new Promise((resolve) => setImmediate(resolve));
  }
}
const ready = (): Promise<void> =>
  vi.waitFor(async () => expect((await fetch(`${service.url}/readyz`)).status).toBe(200), {
    timeout: 60_000,
    interval: 100,
  });
const postmaster = (): number =>
  Number(readFileSync(join(service.dataDir, 'postgres', 'postmaster.pid'), 'utf8').split('\n')[0]);
const alive = (pid: number): boolean =>
  existsSync(`/proc/${pid}/stat`) && !/\) Z /.test(readFileSync(`/proc/${pid}/stat`, 'utf8'));

/** A cut broadcast's key is refused, its API says so, and its room too. */
async function staysCut({ id, ingest }: Created): Promise<void> {
  // Ports may be others after a start.
  const { url } = (await createBroadcast(publisher)).ingest;
  expect((await askToPublish(url, ingest.key)).heard).toContain('broadcast_cut');
  expect((await publisher.get<Broadcast>(`/api/broadcasts/${id}`)).state).toBe('cut');
  await expect(play(id)).rejects.toMatchObject({ status: 410, code: 'broadcast_cut' });
}

/** Lets the stream run for some seconds, never the same; resolves with how many there are by now. */
async function someSeconds(): Promise<number> {
  const { startedAt } = await publisher.get<{ startedAt: string }>(`/api/broadcasts/${broadcast.id}`);
  const sinceMs = (): number => Date.now() - Date.parse(startedAt);
  await sleep(Math.max(0, 3_000 + Math.random() * 1_000 - sinceMs()));
  return sinceMs() / 1000;
}

/** Everything recorded of the broadcast is read by ffprobe without a complaint; how many seconds there are. */
async function recordedSeconds(id: string): Promise<number> {
  await encoder.stop();
  await publisher.post(`/api/broadcasts/${id}/end`);
  const media = join(service.dataDir, 'media');
  const pending = (): string[] => readdirSync(join(media, '.open')).filter((name) => name.includes(id));
  await vi.waitFor(() => expect(pending()).toEqual([]), { timeout: 60_000, interval: 100 });
  const files = readdirSync(join(media, id), { recursive: true, encoding: 'utf8' });
  const segments = files.filter((name) => name.endsWith('.flv'));
  let seconds = 0;
  for (const segment of segments) {
    const args = ['-v', 'error', '-show_entries', 'packet=codec_type,dts_time', '-of', 'csv=p=0'];
    const said = execFileSync('ffprobe', [...args, join(media, id, segment)], {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const times = said
      .trim()
      .split('\n')
      .filter((line) => line.startsWith('video,'))
      .map((line) => Number(line.split(',')[1]));
    expect(times.length, segment).toBeGreaterThan(0);
    seconds += (times.at(-1) ?? 0) - (times[0] ?? 0);
  }
  return seconds;
}

describe('kill -9 during a broadcast', () => {
  it('of control leaves viewers watching, and it comes back by itself', async () => {
    const seconds = await someSeconds();
    process.kill(service.pid('control'), 'SIGKILL');
    await flows(viewer, LEASE_MS);
    await ready();
    await flows(viewer);
    expect(viewer.ended()).toBe(false);
    await staysCut(outcast);
    expect(await recordedSeconds(broadcast.id)).toBeGreaterThan(seconds);
  }, 180_000);

  it('of vault costs a moment of sign-ins', async () => {
    process.kill(service.pid('vault'), 'SIGKILL');
    await vi.waitFor(() => signIn(service, 'demo-viewer'), { timeout: 60_000, interval: 200 });
    await flows(viewer);
    await staysCut(outcast);
  }, 180_000);

  it('of the edge costs no acknowledged message and doubles no offset; stream and recording go on', async () => {
    const { room } = await play();
    const talkers = [1, 2, 3].map(() => enter(room));
    const acknowledged: string[] = [];
    const talk = Promise.all(
      talkers.map(async (talker, who) => {
        for (let n = 1; ; n++) {
          const said = talker.say(`${who}：第${n}句`).catch(() => undefined);
          const answer = await Promise.race([said, talker.closed]);
          if (typeof answer !== 'object') return;
          if (answer.t === 'ack') acknowledged.push(String(answer['id']));
        }
      }),
    );
    await vi.waitFor(() => expect(acknowledged.length).toBeGreaterThan(20), { timeout: 60_000 });
    const seconds = await someSeconds();
    process.kill(service.pid('edge'), 'SIGKILL');
    await Promise.all([talk, encoder.ended]);
    await ready();

    viewer.close();
    viewer = await vi.waitFor(
      async () => {
        const reader = await read((await play()).flv);
        expect(reader.status).toBe(200);
        return reader;
      },
      { timeout: 60_000, interval: 200 },
    );
    encoder = publish(`${broadcast.ingest.url}/${broadcast.ingest.key}`);
    await flows(viewer);
    const late = enter((await play()).room);
    expect(await late.say('回来了')).toMatchObject({ t: 'ack' });
    late.tell({ t: 'resume', offset: 0 });
    type Page = { items: { id: string; offset: number }[]; next?: string };
    const history: Page['items'] = [];
    for (let after = 0; ; after = history.at(-1)?.offset ?? 0) {
      const { items } = await publisher.get<Page>(`/api/rooms/${broadcast.id}/messages?after=${after}`);
      history.push(...items);
      if (items.length === 0) break;
    }
    expect(history.map(({ offset }) => offset)).toEqual(history.map((_, i) => i + 1));
    expect(new Set(history.map(({ id }) => id)).size).toBe(history.length);
    expect(acknowledged.filter((id) => !history.some((message) => message.id === id))).toEqual([]);
    const resumed = (): number[] => {
      const from = late.events.findLastIndex(({ t, offset }) => t === 'msg' && offset === 1);
      return late.events.slice(from).flatMap(({ t, offset }) => (t === 'msg' ? [Number(offset)] : []));
    };
    await vi.waitFor(() => expect(resumed()).toEqual(history.map(({ offset }) => offset)), {
      timeout: 60_000,
      interval: 100,
    });
    late.socket.terminate();
    await staysCut(outcast);
    expect(await recordedSeconds(broadcast.id)).toBeGreaterThan(seconds - LOST_S);
  }, 300_000);

  it('of the edge loses no held message: a person releases it though nobody is in the room', async () => {
    await reviewer.put(`/api/broadcasts/${broadcast.id}/gate`, {
      messages: { mode: 'review' },
      note: 'drill',
    });
    const talker = enter((await play()).room);
    const held = await talker.say('等人来看');
    expect(held).toMatchObject({ t: 'ack', state: 'held' });
    talker.socket.terminate();
    process.kill(service.pid('edge'), 'SIGKILL');
    const release = (): Promise<string | undefined> =>
      reviewer.post(`/api/messages/${String(held['id'])}/release`).then(
        () => undefined,
        (why: { code: string }) => why.code,
      );
    // Until there is an edge again.
    const answer = await vi.waitFor(
      async () => {
        const code = await release();
        expect(['edge_unreachable', 'not_ready']).not.toContain(code);
        return code;
      },
      { timeout: 60_000, interval: 200 },
    );
    expect(answer).toBeUndefined();
    const { items } = await publisher.get<{ items: { text: string }[] }>(
      `/api/rooms/${broadcast.id}/messages`,
    );
    expect(items.map(({ text }) => text)).toEqual(['等人来看']);
  }, 180_000);

  it('of PostgreSQL stops no viewer and no cut', async () => {
    process.kill(postmaster(), 'SIGKILL');
    await flows(viewer);
    const certificate = await cut();
    expect(certificate.state).toBe('final');
    await vi.waitFor(() => expect(viewer.ended()).toBe(true), { timeout: 60_000 });
    await vi.waitFor(() => signIn(service, 'demo-viewer'), { timeout: 60_000, interval: 300 });
    await staysCut(broadcast);
    await staysCut(outcast);
  }, 180_000);

  it('of everything within a moment of a cut’s answer leaves it cut', async () => {
    await cut();
    await service.killAll();
    await startAgain();
    await staysCut(broadcast);
    await staysCut(outcast);
  }, 300_000);

  it('of the supervisor ends its children within a lease, and the next start takes over', async () => {
    const children = (['control', 'vault', 'edge'] as const).map((role) => service.pid(role));
    const seconds = await someSeconds();
    process.kill(service.pid('supervisor'), 'SIGKILL');
    await vi.waitFor(() => expect(children.filter(alive)).toEqual([]), {
      timeout: 2 * LEASE_MS + 5_000,
      interval: 50,
    });
    expect(viewer.ended()).toBe(true);
    await startAgain();
    await staysCut(outcast);
    expect(await recordedSeconds(broadcast.id)).toBeGreaterThan(seconds - LOST_S);
  }, 300_000);
});

describe('a process that is stopped, not dead', () => {
  it('control: the edge is silent within its lease and half a second', async () => {
    const pid = service.pid('control');
    process.kill(pid, 'SIGSTOP');
    const stoppedAt = Date.now();
    await sleep(2 * (LEASE_MS + 500));
    const silentFor = Date.now() - viewer.lastAt();
    process.kill(pid, 'SIGCONT');
    // Twice the promise, since the machine may be busy: by now it must have been silent for a while.
    expect(viewer.lastAt() - stoppedAt).toBeLessThan(2 * (LEASE_MS + 500) - 100);
    expect(silentFor).toBeGreaterThan(100);
    expect(viewer.ended()).toBe(false);
    await flows(viewer);
  }, 180_000);

  it('edge: cut meanwhile, it lets no byte out when it wakes after its lease', async () => {
    const pid = service.pid('edge');
    process.kill(pid, 'SIGSTOP');
    await stillness(viewer);
    const orderedAt = Date.now();
    const certificate = await cut();
    expect(certificate.state).toBe('provisional');
    expect(certificate.edges[0]).toMatchObject({ state: 'unconfirmed' });
    expect(Date.parse(certificate.edges[0]?.closedNoLaterThan ?? '')).toBeLessThanOrEqual(
      orderedAt + LEASE_MS + 2_000,
    );
    await sleep(LEASE_MS + 500);
    const wokenAt = Date.now();
    process.kill(pid, 'SIGCONT');
    await vi.waitFor(() => expect(viewer.ended()).toBe(true), { timeout: 60_000 });
    // What the kernel held before the stop may still arrive; nothing of the edge's own after it.
    expect(viewer.bytesSince(wokenAt)).toBe(0);
    expect(viewer.bytesSince(orderedAt)).toBe(0);
    await vi.waitFor(
      async () =>
        expect(await reviewer.get(`/api/broadcasts/${broadcast.id}/cut-off`)).toMatchObject({
          state: 'final',
        }),
      { timeout: 60_000, interval: 200 },
    );
    await staysCut(broadcast);
  }, 180_000);
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
}, 180_000);
