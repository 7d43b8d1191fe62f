import { type ChildProcess, spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { get } from 'node:http';
import { join } from 'node:path';
import { newId } from '@weir/kit';
import { readFlv } from '@weir/media/flv/index.ts';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { WebSocket } from 'ws';
import type { CutReport } from '../wire.ts';
import { openStage, type Stage } from './testing/control.ts';

let stage: Stage;
const children: ChildProcess[] = [];

beforeEach(async () => {
  stage = await openStage({ WEIR_LEASE_MS: '1500' });
});
afterEach(async () => {
  for (const child of children.splice(0)) child.kill('SIGKILL');
  await stage.close();
});

function publish(rtmp: string, seconds = 60): ChildProcess {
  const child = spawn(
    'ffmpeg',
    [
      '-loglevel',
      'quiet',
      '-re',
      '-f',
      'lavfi',
      '-i',
      'testsrc2=size=160x90:rate=25',
      '-re',
      '-f',
      'lavfi',
      '-i',
      'sine',
      '-t',
      String(seconds),
      '-c:v',
      'libx264',
      '-preset',
      'ultrafast',
      '-tune',
      'zerolatency',
      '-g',
      '25',
      '-c:a',
      'aac',
      '-f',
      'flv',
      rtmp,
    ],
    { stdio: 'ignore' },
  );
  children.push(child);
  return child;
}

type Viewer = { bytes: () => Buffer; status: number; ended: () => boolean; lastAt: () => number };

function watch(url: string): Promise<Viewer> {
  return new Promise((resolve, reject) => {
    const request = get(url, (response) => {
      const parts: Buffer[] = [];
      let ended = false;
      let lastAt = 0;
      response.on('data', (part: Buffer) => {
        parts.push(part);
        lastAt = Date.now();
      });
      response.on('error', () => {});
      response.on('close', () => {
        ended = true;
      });
      resolve({
        bytes: () => Buffer.concat(parts),
        status: response.statusCode ?? 0,
        ended: () => ended,
        lastAt: () => lastAt,
      });
    });
    request.on('error', reject);
  });
}

const frames = (viewer: Viewer): number =>
  readFlv(viewer.bytes()).filter(({ track, role }) => track === 'video' && role !== 'config').length;
const cut = (broadcast: string): Promise<CutReport> =>
  stage.bus.request('edge.1.cut', { order: newId(), broadcast, reason: 'other', orderedAt: Date.now() });
const playing = (viewer: Viewer): Promise<void> =>
  vi.waitFor(() => expect(frames(viewer)).toBeGreaterThan(10), { timeout: 60_000, interval: 50 });

describe('an edge', () => {
  it('brings a real encoder’s picture to a viewer who came before it, and records it', async () => {
    const { id, rtmp, flv } = stage.broadcast();
    const viewer = await watch(flv);
    publish(rtmp, 3);
    await playing(viewer);
    await vi.waitFor(
      () => expect(stage.events.map(({ type }) => type)).toEqual(['live', 'interrupted', 'ended']),
      { timeout: 60_000 },
    );
    expect(stage.events[0]).toMatchObject({ type: 'live', broadcast: id });
    await vi.waitFor(() => expect(viewer.ended()).toBe(true), { timeout: 60_000 });
    const segment = await vi.waitFor(
      () => {
        const found = stage.records.find((record) => record.kind === 'segment.recorded');
        if (!found) throw new Error('nothing is recorded yet');
        return found;
      },
      { timeout: 60_000 },
    );
    expect(readFileSync(join(stage.dataDir, 'media', segment.path))).toHaveLength(segment.bytes);
  });

  it('gives one channel to all who come at once before it is live', async () => {
    const { rtmp, flv } = stage.broadcast();
    const viewers = await Promise.all([1, 2, 3, 4].map(() => watch(flv)));
    publish(rtmp);
    for (const viewer of viewers) await playing(viewer);
  });

  it('cuts: viewers are reset, nothing more is written, the encoder is refused, also after a restart', async () => {
    const { id, rtmp, flv, hls, room } = stage.broadcast();
    const viewer = await watch(flv);
    const encoder = publish(rtmp);
    const socket = new WebSocket(room, 'weir.room.1');
    const heard: { t: string }[] = [];
    socket.on('message', (frame) => heard.push(...(JSON.parse(String(frame)) as { t: string }[])));
    const roomClosed = new Promise<number>((resolve) => socket.once('close', resolve));
    await playing(viewer);
    const report = await cut(id);
    expect(report.viewers).toBe(1);
    expect(report.lastWriteAt).toBeLessThanOrEqual(report.gatesClosedAt);
    await vi.waitFor(() => expect(viewer.ended()).toBe(true), { timeout: 60_000 });
    // The certificate agrees with an independent reader's arrival.
    expect(Math.abs(viewer.lastAt() - (report.lastWriteAt ?? 0))).toBeLessThan(100);
    expect(await roomClosed).toBe(4410);
    expect(heard.map(({ t }) => t)).toContain('cut');
    const code =
      encoder.exitCode ??
      (await new Promise<number>((resolve) => encoder.once('exit', (exit) => resolve(exit ?? -1))));
    expect(code).not.toBe(0);
    expect((await watch(flv)).status).toBe(410);
    expect((await watch(hls)).status).toBe(410);
    const refused = publish(rtmp);
    expect(await new Promise((resolve) => refused.once('exit', resolve))).not.toBe(0);
    await stage.restartEdge();
    const late = publish(rtmp.replace(/:\d+\//, `:${stage.edge.ports?.['rtmp']}/`));
    expect(await new Promise((resolve) => late.once('exit', resolve))).not.toBe(0);
    expect((await watch(flv.replace(/:\d+\//, `:${stage.edge.ports?.['media']}/`))).status).toBe(410);
    const again = new WebSocket(room.replace(/:\d+\//, `:${stage.edge.ports?.['media']}/`), 'weir.room.1');
    const told: string[] = [];
    again.on('message', (frame) =>
      told.push(...(JSON.parse(String(frame)) as { t: string }[]).map(({ t }) => t)),
    );
    expect(await new Promise<number>((resolve) => again.once('close', resolve))).toBe(4410);
    expect(told).toEqual(['hello', 'cut']);
  });

  it('falls silent within its lease when control does not answer, and goes on at a key frame', async () => {
    const { rtmp, flv } = stage.broadcast();
    const viewer = await watch(flv);
    publish(rtmp);
    await playing(viewer);
    stage.silent.value = true;
    const silentSince = Date.now();
    await vi.waitFor(() => expect(Date.now() - viewer.lastAt()).toBeGreaterThan(800), {
      timeout: 60_000,
      interval: 50,
    });
    // Twice the promise: the machine may be busy.
    expect(viewer.lastAt() - silentSince).toBeLessThan(2 * (1_500 + 500));
    expect(viewer.ended()).toBe(false);
    const before = frames(viewer);
    stage.silent.value = false;
    await vi.waitFor(() => expect(frames(viewer)).toBeGreaterThan(before + 25), {
      timeout: 60_000,
      interval: 50,
    });
    const packets = readFlv(viewer.bytes()).filter(
      ({ track, role }) => track === 'video' && role !== 'config',
    );
    expect(packets[before]?.role).toBe('key');
    const times = packets.map(({ dts }) => dts);
    expect(
      times.every((time, i) => i === 0 || (time >= (times[i - 1] ?? 0) && time - (times[i - 1] ?? 0) < 500)),
    ).toBe(true);
  });

  it('follows a change of the gate on the running stream', async () => {
    const { id, rtmp, flv } = stage.broadcast();
    const viewer = await watch(flv);
    publish(rtmp);
    await playing(viewer);
    const setting = (mode: 'open' | 'closed') => ({ mode, delayMs: 0, rule: 'order' }) as const;
    await stage.change(id, { gate: { media: setting('closed'), messages: setting('open') } });
    const configs = (): number =>
      readFlv(viewer.bytes()).filter(({ track, role }) => track === 'video' && role === 'config').length;
    await vi.waitFor(() => expect(configs()).toBe(2), { timeout: 60_000 });
    await stage.change(id, { gate: { media: setting('open'), messages: setting('open') } });
    await vi.waitFor(() => expect(configs()).toBe(3), { timeout: 60_000 });
    expect(viewer.ended()).toBe(false);
  });

  it('offers low-latency HLS to whom a trusted proxy says came by HTTP/2, to nobody else', async () => {
    await stage.close();
    stage = await openStage({ WEIR_TRUST_PROXY: '127.0.0.1/32' });
    const { rtmp, hls } = stage.broadcast();
    publish(rtmp);
    const media = new URL('v/index.m3u8', hls);
    media.search = new URL(hls).search;
    const playlist = async (via: string): Promise<string> =>
      (await fetch(media, { headers: { via } })).text();
    await vi.waitFor(async () => expect(await playlist('HTTP/2.0 nginx')).toContain('#EXT-X-PART:'), {
      timeout: 60_000,
    });
    expect(await playlist('1.1 nginx')).not.toContain('EXT-X-PART');
  });

  it('refuses a second encoder with the same key while the first sends', async () => {
    const { rtmp, flv } = stage.broadcast();
    const viewer = await watch(flv);
    publish(rtmp);
    await playing(viewer);
    const second = publish(rtmp);
    expect(await new Promise((resolve) => second.once('exit', resolve))).not.toBe(0);
    await vi.waitFor(
      () =>
        expect(stage.events).toContainEqual(
          expect.objectContaining({ type: 'refused', code: 'publisher_busy' }),
        ),
      { timeout: 60_000 },
    );
    expect(viewer.ended()).toBe(false);
  });

  it('keeps viewers and session while the encoder is away within the grace time', async () => {
    const { rtmp, flv } = stage.broadcast();
    const viewer = await watch(flv);
    const encoder = publish(rtmp);
    await playing(viewer);
    encoder.kill('SIGKILL');
    await vi.waitFor(() => expect(stage.events.map(({ type }) => type)).toEqual(['live', 'interrupted']), {
      timeout: 60_000,
    });
    const before = frames(viewer);
    publish(rtmp);
    await vi.waitFor(
      () => expect(stage.events.map(({ type }) => type)).toEqual(['live', 'interrupted', 'back']),
      { timeout: 60_000 },
    );
    await vi.waitFor(() => expect(frames(viewer)).toBeGreaterThan(before + 50), {
      timeout: 60_000,
      interval: 50,
    });
    expect(viewer.ended()).toBe(false);
  });

  it('tells HLS players the end, and begins a new epoch when the key goes live again; who waits is served then', async () => {
    const { id, rtmp, hls, flv } = stage.broadcast();
    const master = async (at: string): Promise<{ status: number; text: string; code?: string }> => {
      const answer = await fetch(at);
      const text = await answer.text();
      return { status: answer.status, text, ...(answer.ok ? {} : { code: JSON.parse(text).code }) };
    };
    const media = new URL('v/index.m3u8', hls);
    media.search = new URL(hls).search;
    publish(rtmp, 3);
    await vi.waitFor(async () => expect((await master(media.href)).text).toContain('.m4s'), {
      timeout: 60_000,
    });
    await vi.waitFor(async () => expect((await master(media.href)).text).toContain('EXT-X-ENDLIST'), {
      timeout: 60_000,
      interval: 200,
    });
    const next = media.href.replace('/1/v/', '/2/v/');
    expect(await master(next)).toMatchObject({ status: 503, code: 'not_ready' });
    const waiting = await watch(flv);
    stage.know(id, { epoch: 2 });
    publish(rtmp, 60);
    await playing(waiting);
    await vi.waitFor(async () => expect((await master(next)).text).toContain('.m4s'), { timeout: 60_000 });
    expect(await master(media.href)).toMatchObject({ status: 410, code: 'epoch_over' });
    // An epoch that control learns late is followed on the running stream.
    await stage.change(id, { epoch: 3 });
    const third = media.href.replace('/1/v/', '/3/v/');
    await vi.waitFor(async () => expect((await master(third)).text).toContain('.m4s'), { timeout: 60_000 });
    expect(waiting.ended()).toBe(false);
  });

  it('ends one viewer’s session for good, and nobody else’s', async () => {
    const { id, rtmp, flv, ticket } = stage.broadcast();
    publish(rtmp);
    const [gone, stays] = [await watch(flv), await watch(ticket())];
    await Promise.all([playing(gone), playing(stays)]);
    const [claims = ''] = new URL(flv).searchParams.get('t')?.split('.') ?? [];
    const { s: session } = JSON.parse(Buffer.from(claims, 'base64url').toString()) as { s: string };
    expect(await stage.bus.request('edge.1.revoke', { broadcast: id, session })).toBe(1);
    await vi.waitFor(() => expect(gone.ended()).toBe(true), { timeout: 60_000 });
    expect((await watch(flv)).status).toBe(403);
    const before = frames(stays);
    await vi.waitFor(() => expect(frames(stays)).toBeGreaterThan(before + 10), { timeout: 60_000 });
  });

  it('knows nothing of a broadcast that control does not know', async () => {
    const { flv } = stage.broadcast();
    const unknown = newId();
    expect((await watch(flv.replace(/live\/[^.]+/, `live/${unknown}`))).status).toBe(404);
  });
});
