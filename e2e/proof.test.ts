import { execFile, spawn } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { readFlv } from '@weir/media/flv/index.ts';
import type { Packet } from '@weir/media/packet.ts';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { WebSocket } from 'ws';
import { type Broadcast, type Client, createBroadcast, type Play, signIn } from './client.ts';
import { type Encoder, publish } from './encoder.ts';
import { enter } from './member.ts';
import { type Service, startService } from './service.ts';
import { read } from './viewer.ts';
import { watchApart } from './witness.ts';

const run = promisify(execFile);
/** Mode changes on a running stream, by the API. */
const CHANGES = process.env['WEIR_TEST_FULL'] ? 1_000 : 50;
const DECIDED = { timeout: 60_000, interval: 100 };

let service: Service;
let publisher: Client;
let reviewer: Client;
let viewer: Client;
let dir: string;
const encoders: Encoder[] = [];

beforeAll(async () => {
  dir = mkdtempSync(join(tmpdir(), 'weir-proof-'));
  service = await startService();
  [publisher, reviewer, viewer] = await Promise.all([
    signIn(service, 'demo-publisher'),
    signIn(service, 'demo-reviewer'),
    signIn(service, 'demo-viewer'),
  ]);
}, 300_000);
afterAll(async () => {
  for (const encoder of encoders) await encoder.stop();
  await service?.dispose();
  rmSync(dir, { recursive: true, force: true });
});

const start = (target: string, options: Parameters<typeof publish>[1] = {}): Encoder => {
  const encoder = publish(target, options);
  encoders.push(encoder);
  return encoder;
};
const play = (id: string, who = publisher): Promise<Play> => who.post<Play>(`/api/broadcasts/${id}/play`);
const problem = async (answer: Response): Promise<[number, string]> => [
  answer.status,
  ((await answer.json()) as { code: string }).code,
];

/** Everything that HLS serves of a broadcast, polled as a player would; segments by address. */
class Collector {
  readonly segments = new Map<string, Buffer>();
  readonly #master: string;
  #stopped = false;
  readonly #done: Promise<void>;

  constructor(master: string) {
    this.#master = master;
    this.#done = this.#run();
  }

  /** Ends it once it has looked once more. */
  async stop(): Promise<void> {
    this.#stopped = true;
    await this.#done;
    await this.#look();
  }

  async #run(): Promise<void> {
    while (!this.#stopped) {
      await this.#look();
      await sleep(400);
    }
  }

  async #look(): Promise<void> {
    for (const track of ['v', 'a']) {
      const playlist = this.#master.replace('/index.m3u8', `/${track}/index.m3u8`);
      const answer = await fetch(playlist).catch(() => undefined);
      if (!answer?.ok) continue;
      const names = [...(await answer.text()).matchAll(/^[\w-]+\.m4s$|URI="([\w-]+\.(?:mp4|m4s))"/gm)];
      for (const [line, quoted] of names) {
        const address = new URL(quoted ?? line, playlist).href;
        if (this.segments.has(address)) continue;
        const segment = await fetch(address);
        if (segment.ok) this.segments.set(address, Buffer.from(await segment.arrayBuffer()));
      }
    }
  }
}

/** Frames of the publisher's as they were recorded, each with bytes by which it is known again in any container. */
function recorded(id: string): (Packet & { sign: Buffer })[] {
  const folder = join(service.dataDir, 'media', id);
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((name) =>
    name.endsWith('.flv'),
  );
  return files
    .toSorted()
    .flatMap((name) => readFlv(readFileSync(join(folder, name))))
    .filter(({ role, payload }) => role !== 'config' && payload.length >= 96)
    .map((packet) => ({ ...packet, sign: packet.payload.subarray(24, 88) }));
}

describe('what a certificate says', () => {
  it('is when the last byte came, seen from another process, and not when the order was given', async () => {
    const { id, ingest } = await createBroadcast(publisher);
    const encoder = start(`${ingest.url}/${ingest.key}`);
    const witness = watchApart((await play(id)).flv, join(dir, 'witness.flv'));
    await vi.waitFor(() => expect(witness.bytes()).toBeGreaterThan(50_000), DECIDED);
    // Silent, but too short for the slate: the last write lies clearly before the order.
    encoder.process.kill('SIGSTOP');
    let [bytes, still] = [0, 0];
    while (still < 12) {
      await sleep(100);
      still = witness.bytes() === bytes ? still + 1 : 0;
      bytes = witness.bytes();
    }
    const certificate = await reviewer.post<{ orderedAt: string; lastWriteAt: string; lastResetAt: string }>(
      `/api/broadcasts/${id}/cut-off`,
      { reason: 'other' },
    );
    const { lastAt, fate } = await witness.testimony;
    expect(fate).toBe('ECONNRESET');
    expect(Math.abs(Date.parse(certificate.lastWriteAt) - lastAt)).toBeLessThan(250);
    expect(Date.parse(certificate.orderedAt) - Date.parse(certificate.lastWriteAt)).toBeGreaterThan(500);
    expect(Date.parse(certificate.lastResetAt)).toBeGreaterThanOrEqual(Date.parse(certificate.orderedAt));
    encoder.process.kill('SIGCONT');
    expect((await encoder.ended).code).not.toBe(0);
  }, 180_000);
});

describe('in review', () => {
  it('no reader gets a byte that nobody released: bare curl, WebSocket, HLS, poster, room, resume, history', async () => {
    const { id, ingest } = await createBroadcast(publisher);
    await reviewer.put(`/api/broadcasts/${id}/gate`, {
      media: { mode: 'review' },
      messages: { mode: 'review' },
      note: 'proof',
    });
    const ticket = await play(id);
    const file = join(dir, 'curl.flv');
    const curl = spawn('curl', ['-s', '-o', file, ticket.flv]);
    const overWebSocket: Buffer[] = [];
    const ws = new WebSocket(ticket.ws);
    ws.on('message', (bytes: Buffer) => overWebSocket.push(bytes));
    ws.on('error', () => {});
    const hls = new Collector(ticket.hls);
    const encoder = start(`${ingest.url}/${ingest.key}`);

    const talker = enter((await play(id, viewer)).room);
    const answer = await talker.say('先等一等');
    expect(answer).toMatchObject({ t: 'ack', state: 'held' });
    const resumed = enter(ticket.room);
    await resumed.until(({ t }) => t === 'gate');
    resumed.tell({ t: 'resume', offset: 0 });

    type Desk = { stretches: { id: string; startMs: number; endMs: number; state: string }[] };
    const desk = async (): Promise<Desk['stretches']> =>
      (await reviewer.get<Desk>(`/api/broadcasts/${id}/desk`)).stretches;
    await vi.waitFor(async () => expect((await desk()).length).toBeGreaterThanOrEqual(3), DECIDED);
    // The slate plays meanwhile: readers have bytes, and none of them the publisher's.
    await vi.waitFor(() => expect(hls.segments.size).toBeGreaterThan(3), DECIDED);
    const curlBefore = statSync(file).size;
    const wsBefore = overWebSocket.length;
    const hlsBefore = [...hls.segments.values()];
    const posterAt = ticket.hls.replace(/\/hls\/([^/]+)\/.*/, '/poster/$1.mp4');
    const poster = await fetch(posterAt);
    const posterBefore = poster.ok ? Buffer.from(await poster.arrayBuffer()) : Buffer.alloc(0);
    expect(curlBefore).toBeGreaterThan(1_000);
    expect([...talker.texts(), ...resumed.texts()]).toEqual([]);
    const history = (): Promise<{ items: { text: string }[] }> => publisher.get(`/api/rooms/${id}/messages`);
    expect((await history()).items).toEqual([]);

    const [first] = await desk();
    if (!first) throw new Error('nothing is held');
    await reviewer.post(`/api/broadcasts/${id}/desk/seen`, { stretch: first.id });
    await reviewer.post(`/api/broadcasts/${id}/desk/release`, { upTo: first.id });
    await reviewer.post(`/api/messages/${String(answer['id'])}/release`);
    await resumed.until((event) => event.t === 'msg');
    expect(resumed.texts()).toEqual(['先等一等']);
    // Two seconds of it leave at real time, then the slate is back; the desk has gathered more.
    const heldNow = (await desk()).length;
    await vi.waitFor(async () => expect((await desk()).length).toBeGreaterThan(heldNow + 1), DECIDED);
    await hls.stop();
    curl.kill();
    ws.terminate();
    const seen = readFileSync(file);
    await encoder.stop();
    await publisher.post(`/api/broadcasts/${id}/end`);
    const frames = await vi.waitFor(() => {
      const all = recorded(id);
      expect(all.length).toBeGreaterThan(100);
      return all;
    }, DECIDED);

    const passed = (bytes: Buffer): Packet[] => frames.filter(({ sign }) => bytes.includes(sign));
    const before = [
      seen.subarray(0, curlBefore),
      Buffer.concat(overWebSocket.slice(0, wsBefore)),
      ...hlsBefore,
      posterBefore,
    ];
    for (const bytes of before) expect(passed(bytes)).toEqual([]);
    const startAt = Math.min(...frames.map(({ dts }) => dts));
    const isReleased = ({ track, dts }: Packet): boolean =>
      // Sound is parted at the key frame's presentation, pictures at its decoding.
      dts - startAt < first.endMs + (track === 'audio' ? 100 : 0);
    const everybody = {
      curl: passed(seen),
      ws: passed(Buffer.concat(overWebSocket)),
      hls: passed(Buffer.concat([...hls.segments.values()])),
    };
    for (const got of Object.values(everybody)) {
      expect(got.length).toBeGreaterThan(20);
      expect(got.filter((packet) => !isReleased(packet))).toEqual([]);
    }
    const pictures = (some: Packet[]): number => some.filter(({ track }) => track === 'video').length;
    expect(pictures(everybody.curl)).toBe(pictures(frames.filter(isReleased)));
    talker.socket.terminate();
    resumed.socket.terminate();
  }, 300_000);
});

describe('after a cut', () => {
  it('every way says 410, a segment fetched before too, and the room says why', async () => {
    const { id, ingest } = await createBroadcast(publisher);
    const encoder = start(`${ingest.url}/${ingest.key}`);
    const ticket = await play(id);
    const media = ticket.hls.replace('/index.m3u8', '/v/index.m3u8');
    const segment = await vi.waitFor(async () => {
      const name = /^[\w-]+\.m4s$/m.exec(await (await fetch(media)).text())?.[0];
      if (!name) throw new Error('no segment yet');
      return new URL(name, media).href;
    }, DECIDED);
    const saved = await fetch(segment);
    expect(saved.status).toBe(200);
    expect((await saved.arrayBuffer()).byteLength).toBeGreaterThan(1_000);
    await reviewer.post(`/api/broadcasts/${id}/cut-off`, { reason: 'other' });
    const poster = ticket.hls.replace(/\/hls\/([^/]+)\/.*/, '/poster/$1.mp4');
    for (const address of [segment, media, ticket.hls, poster, ticket.flv])
      expect(await problem(await fetch(address))).toEqual([410, 'broadcast_cut']);
    expect((await fetch(segment)).headers.get('cache-control')).toContain('max-age=60');
    const late = enter(ticket.room);
    expect(await late.closed).toBe(4410);
    expect(late.events.map(({ t }) => t)).toEqual(['hello', 'cut']);
    await expect(play(id)).rejects.toMatchObject({ status: 410, code: 'broadcast_cut' });
    expect((await encoder.ended).code).not.toBe(0);
  }, 180_000);
});

describe('a second encoder with the same key', () => {
  it('is refused while the first sends, takes over when it has been silent, and a rotated key ends it', async () => {
    const { id, ingest } = await createBroadcast(publisher);
    const first = start(`${ingest.url}/${ingest.key}`);
    const reader = await read((await play(id)).flv);
    const flows = (): Promise<void> => {
      const before = reader.bytes();
      return vi.waitFor(() => expect(reader.bytes()).toBeGreaterThan(before + 60_000), DECIDED);
    };
    await flows();
    const busy = start(`${ingest.url}/${ingest.key}`, { seconds: 20 });
    expect((await busy.ended).code).not.toBe(0);
    const lastRefusal = async (): Promise<string | undefined> =>
      (await publisher.get<Broadcast>(`/api/broadcasts/${id}`)).lastRefusal?.code;
    await expect.poll(lastRefusal).toBe('publisher_busy');

    // Half-open: the connection stands and says nothing. Tried until it has been silent for long enough.
    first.process.kill('SIGSTOP');
    let second = start(`${ingest.url}/${ingest.key}`);
    const began = Date.now();
    for (;;) {
      const ended = await Promise.race([second.ended.then(() => true), sleep(1_500).then(() => false)]);
      if (!ended) break;
      if (Date.now() - began > 20_000) throw new Error('nobody took over');
      second = start(`${ingest.url}/${ingest.key}`);
    }
    await flows();
    expect(reader.ended()).toBe(false);
    first.process.kill('SIGCONT');
    expect((await first.ended).code).not.toBe(0);
    expect(await publisher.get(`/api/broadcasts/${id}`)).toMatchObject({ state: 'live' });

    const rotated = await publisher.post<{ ingest: { key: string } }>(`/api/broadcasts/${id}/key`);
    expect((await second.ended).code).not.toBe(0);
    expect((await start(`${ingest.url}/${ingest.key}`, { seconds: 20 }).ended).code).not.toBe(0);
    await expect.poll(lastRefusal).toBe('key_rotated');
    const third = start(`${ingest.url}/${rotated.ingest.key}`);
    await flows();
    expect(reader.ended()).toBe(false);
    reader.close();
    await third.stop();
  }, 300_000);
});

describe('one output timeline', () => {
  it(`rises at the socket over ${CHANGES} random changes of mode, as ffprobe reads it`, async () => {
    const { id, ingest } = await createBroadcast(publisher);
    const encoder = start(`${ingest.url}/${ingest.key}`, { gop: 5, size: '160x90' });
    const { flv } = await play(id);
    const entries = ['-show_entries', 'packet=codec_type,dts', '-of', 'csv=p=0', flv];
    const probe = run('ffprobe', ['-v', 'error', ...entries], { maxBuffer: 1 << 28 });
    const reader = await read(flv);
    await vi.waitFor(() => expect(reader.bytes()).toBeGreaterThan(20_000), DECIDED);
    let seed = 7;
    const next = (n: number): number => {
      seed = (seed * 48_271) % 2_147_483_647;
      return seed % n;
    };
    const modes = ['open', 'open', 'delay', 'review', 'closed'];
    for (let change = 0; change < CHANGES; change++) {
      const mode = modes[next(modes.length)] ?? 'open';
      await reviewer.put(`/api/broadcasts/${id}/gate`, {
        media: { mode, ...(mode === 'delay' ? { delayMs: 1_000 + next(1_500) } : {}) },
        note: `change ${change}`,
      });
      await sleep(next(160));
    }
    await reviewer.put(`/api/broadcasts/${id}/gate`, { media: { mode: 'open' }, note: 'the last' });
    await sleep(1_500);
    await publisher.post(`/api/broadcasts/${id}/end`);
    await encoder.stop();
    const last: Record<string, number> = {};
    let packets = 0;
    for (const line of (await probe).stdout.trim().split('\n')) {
      const [track = '', dts = ''] = line.split(',');
      if (track !== 'video' && track !== 'audio') continue;
      const before = last[track] ?? -1;
      expect(Number(dts), `${track} after ${before}`).toBeGreaterThan(before);
      expect(Number(dts) - before, `${track} after ${before}`).toBeLessThan(1_000);
      last[track] = Number(dts);
      packets++;
    }
    expect(packets).toBeGreaterThan(5 * CHANGES);
    expect(Math.abs((last['video'] ?? 0) - (last['audio'] ?? 0))).toBeLessThan(2_000);
  }, 600_000);
});
