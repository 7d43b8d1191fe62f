import { createServer, get, type IncomingHttpHeaders, type IncomingMessage, request } from 'node:http';
import type { AddressInfo } from 'node:net';
import { connect } from 'node:net';
import { Problem, SimulatedClock, silentLog } from '@weir/kit';
import { afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { makeClip } from '../../fmp4/testing/clip.ts';
import { readMp4 } from '../../fmp4/testing/mp4.ts';
import type { Packet } from '../../packet.ts';
import type { Limits } from './limits.ts';
import { HlsOrigin } from './origin.ts';
import { lengthMs } from './testing/live.ts';
import { attributes, type Playlist, readPlaylist } from './testing/m3u8.ts';
import { cameByHttp2 } from './version.ts';

type Answer = { status: number; headers: IncomingHttpHeaders; body: Buffer };

let clip: Packet[] = [];
beforeAll(async () => {
  const video = { codec: 'h264', size: '640x360', rate: 25, keySeconds: 1 } as const;
  clip = await makeClip({ seconds: 4, video, audio: { codec: 'aac', rate: 48_000 } });
});

describe('an HLS origin', () => {
  let clock: SimulatedClock;
  let origin: HlsOrigin;
  let url: string;
  let close: () => void;
  let at: number;
  /** Tokens that still open a session; every use is counted. */
  let tokens: Map<string, number>;

  const open = (limits: Partial<Limits> = {}): void => {
    const lowLatency = (req: { headers: IncomingHttpHeaders }): boolean => req.headers['x-http'] === '2';
    origin = new HlsOrigin({ clock, broadcast: 'b', epoch: 3, log: silentLog, limits, lowLatency });
  };

  beforeEach(async () => {
    clock = new SimulatedClock();
    at = 0;
    tokens = new Map([['good', 0]]);
    open();
    const server = createServer((req, res) => {
      origin.handle(req, res, (req.url ?? '').slice('/hls/b/'.length), (token) => {
        const uses = tokens.get(token ?? '');
        if (uses === undefined) throw new Problem('token_expired');
        tokens.set(token ?? '', uses + 1);
        return { session: `session of ${token}` };
      });
    });
    await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
    url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/hls/b`;
    close = () => {
      server.closeAllConnections();
      server.close();
    };
  });
  afterEach(() => close());

  /** Lets the gate release the clip once more, up to `untilMs` of it. */
  function release(untilMs = Number.POSITIVE_INFINITY): void {
    for (const packet of clip) if (packet.dts < untilMs) origin.write({ packet, at: at + packet.dts });
    at += Math.min(untilMs, lengthMs(clip));
  }

  function ask(path: string, headers: Record<string, string> = {}, method = 'GET'): Promise<Answer> {
    return new Promise((done, fail) => {
      const req = request(`${url}/${path}`, { headers, method }, async (res) => {
        const chunks: Buffer[] = [];
        try {
          for await (const chunk of res) chunks.push(chunk as Buffer);
          done({ status: res.statusCode ?? 0, headers: res.headers, body: Buffer.concat(chunks) });
        } catch (why) {
          fail(why);
        }
      });
      req.on('error', fail);
      req.end();
    });
  }

  const LOW = { 'x-http': '2' };
  async function playlist(path = '3/v/index.m3u8?t=good', headers = {}): Promise<Playlist> {
    const answer = await ask(path, headers);
    expect(answer.status).toBe(200);
    return readPlaylist(answer.body.toString());
  }
  const problem = (
    answer: Answer,
  ): { status: number; code: string; cache: string | undefined; type: string | undefined } => ({
    status: answer.status,
    code: JSON.parse(answer.body.toString()).code,
    cache: answer.headers['cache-control'],
    type: answer.headers['content-type'],
  });
  const CUT = { status: 410, code: 'broadcast_cut', cache: 'max-age=60', type: 'application/problem+json' };

  it('leads from the multivariant playlist to segments that an independent reader reads', async () => {
    release();
    const master = await ask('3/index.m3u8?t=good');
    expect(master.headers).toMatchObject({
      'content-type': 'application/vnd.apple.mpegurl',
      'cache-control': 'no-store',
      'access-control-allow-origin': '*',
    });
    const lines = master.body.toString().split('\n');
    const variants = lines.flatMap((line, i) =>
      line.startsWith('#EXT-X-STREAM-INF') ? [[line, lines[i + 1]]] : [],
    );
    expect(variants.map(([, uri]) => uri)).toEqual(['v/index.m3u8?t=good', 'a/index.m3u8?t=good']);
    expect(attributes(variants[0]?.[0] ?? '')).toMatchObject({
      CODECS: expect.stringMatching(/^avc1\.64\w{4},mp4a\.40\.2$/),
      RESOLUTION: '640x360',
      AUDIO: 'sound',
    });
    expect(attributes(variants[1]?.[0] ?? '')).toMatchObject({ CODECS: 'mp4a.40.2', AUDIO: 'sound' });
    for (const branch of ['v', 'a']) {
      const { entries } = await playlist(`3/${branch}/index.m3u8?t=good`);
      const [first] = entries;
      const map = await ask(`3/${branch}/${first?.map}`);
      const segment = await ask(`3/${branch}/${first?.uri}`);
      expect(segment.headers).toMatchObject({
        'cache-control': 'max-age=10',
        'access-control-allow-origin': '*',
      });
      const [track] = readMp4(Buffer.concat([map.body, segment.body]));
      expect(track?.kind).toBe(branch === 'v' ? 'video' : 'audio');
      expect(track?.samples.length).toBe(branch === 'v' ? 50 : 93);
      // Encoded with B-frames: still shown from its first instant.
      expect(track?.samples[0]?.cts).toBe(track?.samples[0]?.dts);
    }
  });

  it('offers sound alone where there is no picture', async () => {
    for (const packet of clip) if (packet.track === 'audio') origin.write({ packet, at: packet.dts });
    const master = (await ask('3/index.m3u8?t=good')).body.toString();
    expect(master.match(/EXT-X-STREAM-INF/g)?.length).toBe(1);
    expect(master).toContain('\na/index.m3u8?t=good\n');
    expect(origin.poster()).toBe(null);
  });

  it('holds who comes before the first segment, and answers when it is there', async () => {
    const early = ask('3/index.m3u8?t=good');
    const other = ask('3/v/index.m3u8?t=good');
    await expect.poll(() => origin.waiting).toBe(2);
    release();
    expect((await early).status).toBe(200);
    expect((await other).status).toBe(200);
    origin.renew(4);
    const late = ask('4/index.m3u8?t=good');
    await expect.poll(() => origin.waiting).toBe(1);
    clock.advance(10_000);
    expect(problem(await late)).toMatchObject({ status: 503, code: 'not_ready' });
  });

  it('checks a token once, and lets who polls go on after it expired, until silent for 30 s', async () => {
    release();
    expect(problem(await ask('3/index.m3u8?t=bad'))).toMatchObject({ status: 403, code: 'token_expired' });
    expect(problem(await ask('3/index.m3u8'))).toMatchObject({ status: 403 });
    await ask('3/index.m3u8?t=good');
    tokens.delete('good');
    for (let i = 0; i < 4; i++) {
      clock.advance(29_000);
      expect((await ask('3/v/index.m3u8?t=good')).status).toBe(200);
    }
    expect(origin.sessions(10_000)).toBe(1);
    clock.advance(10_001);
    expect(origin.sessions(10_000)).toBe(0);
    clock.advance(20_000);
    expect(problem(await ask('3/v/index.m3u8?t=good'))).toMatchObject({ status: 403, code: 'token_expired' });
  });

  it('counts viewers, not requests', async () => {
    release();
    tokens.set('other', 0);
    for (const t of ['good', 'good', 'other', 'good']) await ask(`3/v/index.m3u8?t=${t}`);
    expect(origin.sessions(10_000)).toBe(2);
    expect([...tokens.values()]).toEqual([1, 1]);
  });

  it('forgets the longest silent viewer beyond its bound, who must show a token again', async () => {
    open({ sessions: 2 });
    release();
    for (const t of ['good', 'two', 'three']) {
      tokens.set(t, tokens.get(t) ?? 0);
      await ask(`3/v/index.m3u8?t=${t}`);
    }
    expect(origin.sessions(10_000)).toBe(2);
    await ask('3/v/index.m3u8?t=good');
    expect(tokens.get('good')).toBe(2);
  });

  it('ends a revoked session at once, its blocking reload too, and nobody else', async () => {
    release();
    const { entries } = await playlist();
    const next = (entries.at(-1)?.msn ?? 0) + 2;
    tokens.set('other', 0);
    const blocked = ask(`3/v/index.m3u8?t=good&_HLS_msn=${next}`, LOW);
    const others = ask(`3/v/index.m3u8?t=other&_HLS_msn=${next}`, LOW);
    await expect.poll(() => tokens.get('other')).toBe(1);
    origin.revoke('session of good');
    expect(problem(await blocked)).toMatchObject({ status: 403, code: 'bad_token' });
    expect(problem(await ask('3/v/index.m3u8?t=good'))).toMatchObject({ status: 403, code: 'bad_token' });
    release();
    expect((await others).status).toBe(200);
  });

  it('shows parts only to who comes by HTTP/2, and answers a blocking reload with the part it asks for', async () => {
    release(3_500);
    const plain = await playlist();
    expect(plain.hint).toBe(undefined);
    expect(plain.entries.every(({ parts }) => parts.length === 0)).toBe(true);
    const now = await playlist('3/v/index.m3u8?t=good', LOW);
    expect(attributes(now.tags.get('EXT-X-SERVER-CONTROL') ?? '')).toMatchObject({
      'CAN-BLOCK-RELOAD': 'YES',
    });
    const open = now.entries.length;
    const part = now.openParts.length;
    expect(part).toBeGreaterThan(2);
    const reload = ask(`3/v/index.m3u8?t=good&_HLS_msn=${open}&_HLS_part=${part}`, LOW);
    const hinted = ask(`3/v/${now.hint}`, LOW);
    await expect.poll(() => origin.waiting).toBe(2);
    for (const packet of clip) if (packet.dts >= 3_500) origin.write({ packet, at: packet.dts });
    const then = readPlaylist((await reload).body.toString());
    expect(then.openParts[part]?.uri).toBe(now.hint);
    expect((await hinted).body.subarray(4, 8).toString()).toBe('moof');
    const report = attributes(then.tags.get('EXT-X-RENDITION-REPORT') ?? '');
    expect(report).toMatchObject({ URI: '../a/index.m3u8?t=good', 'LAST-MSN': '1' });
  });

  it('refuses reloads that ask for what is far off or makes no sense', async () => {
    release();
    for (const query of [
      '_HLS_msn=9',
      '_HLS_part=1',
      '_HLS_msn=-1',
      '_HLS_msn=1e3',
      '_HLS_msn=1&_HLS_part=x',
    ])
      expect(problem(await ask(`3/v/index.m3u8?t=good&${query}`, LOW))).toMatchObject({ status: 400 });
  });

  it('bounds blocking reloads in count and time', async () => {
    open({ waiting: 1 });
    release();
    const first = ask('3/v/index.m3u8?t=good&_HLS_msn=3', LOW);
    await expect.poll(() => origin.waiting).toBe(1);
    expect(problem(await ask('3/v/index.m3u8?t=good&_HLS_msn=3', LOW))).toMatchObject({
      status: 429,
      code: 'busy',
    });
    clock.advance(6_000);
    expect(problem(await first)).toMatchObject({ status: 503, code: 'not_ready' });
    expect(origin.waiting).toBe(0);
  });

  it('forgets a request whose asker went away', async () => {
    release();
    const req = get(`${url}/3/v/index.m3u8?t=good&_HLS_msn=3`, { headers: LOW });
    req.on('error', () => {});
    await expect.poll(() => origin.waiting).toBe(1);
    req.destroy();
    await expect.poll(() => origin.waiting).toBe(0);
  });

  it('answers 410 to everything after a cut: playlists, saved segments, blocked reloads, hinted parts, the poster', async () => {
    release();
    const { entries, hint } = await playlist('3/v/index.m3u8?t=good', LOW);
    const saved = entries.flatMap(({ uri, map, parts }) => [uri, map, ...parts.map((part) => part.uri)]);
    expect(saved.length).toBeGreaterThan(8);
    expect((await ask(`3/v/${saved[0]}`)).status).toBe(200);
    expect(origin.poster()).not.toBe(null);
    const blocked = [ask('3/v/index.m3u8?t=good&_HLS_msn=3', LOW), ask(`3/v/${hint}`, LOW)];
    await expect.poll(() => origin.waiting).toBe(2);
    expect(origin.cut()).toMatchObject({ sessions: 1 });
    for (const answer of await Promise.all(blocked)) expect(problem(answer)).toEqual(CUT);
    const paths = ['3/index.m3u8?t=good', '3/index.m3u8', '3/v/index.m3u8?t=good', '2/index.m3u8', 'x'];
    for (const path of [...paths, ...saved.map((name) => `3/v/${name}`)])
      expect(problem(await ask(path))).toEqual(CUT);
    release();
    expect(problem(await ask('3/v/index.m3u8?t=good'))).toEqual(CUT);
    expect(origin.poster()).toBe(null);
    expect(origin.sessions(10_000)).toBe(0);
  });

  it('begins anew under the next epoch after a restore, and keeps the old addresses cut', async () => {
    release();
    const { entries } = await playlist();
    origin.cut();
    origin.renew(4);
    expect(origin.poster()).toBe(null);
    release();
    const now = await playlist('4/v/index.m3u8?t=good');
    expect(now.entries[0]?.msn).toBe(0);
    for (const path of ['3/index.m3u8?t=good', `3/v/${entries[0]?.uri}`])
      expect(problem(await ask(path))).toEqual(CUT);
    for (const { uri } of entries) expect(problem(await ask(`4/v/${uri}`))).toMatchObject({ status: 404 });
    expect(problem(await ask('5/index.m3u8?t=good'))).toMatchObject({ status: 404 });
    origin.renew(6);
    expect(problem(await ask('4/index.m3u8?t=good'))).toMatchObject({ status: 410, code: 'epoch_over' });
  });

  it('resets a download that is under way at a cut, so that its reader gets no more than what the network held', async () => {
    for (let i = 0; i < 40; i++) {
      const payload = Buffer.alloc(2 ** 20, i);
      const config = clip.find((packet) => packet.track === 'video' && packet.role === 'config');
      const key = clip.find((packet) => packet.track === 'video' && packet.role === 'key');
      if (!config || key?.track !== 'video') throw new Error('no key frame');
      if (i === 0) origin.write({ packet: config, at: 0 });
      origin.write({ packet: { ...key, payload, role: i % 12 === 0 ? 'key' : 'frame' }, at: i * 200 });
    }
    const { entries } = await playlist();
    const { port } = new URL(url);
    const socket = connect(Number(port), '127.0.0.1');
    socket.write(`GET /hls/b/3/v/${entries[0]?.uri} HTTP/1.1\r\nHost: x\r\n\r\n`);
    await new Promise((done) => socket.once('readable', done));
    const ended = new Promise<string>((done) =>
      socket.once('error', (why: NodeJS.ErrnoException) => done(why.code ?? '')),
    );
    expect(origin.cut().lastResetAt).toBe(clock.now());
    let bytes = 0;
    socket.on('data', (chunk) => {
      bytes += chunk.length;
    });
    expect(await ended).toBe('ECONNRESET');
    expect(bytes).toBeLessThan(8 * 2 ** 20);
  });

  it('resets a reader who takes longer than a segment may be kept for him', async () => {
    open({ sendingMs: 30_000 });
    const config = clip.find((packet) => packet.track === 'video' && packet.role === 'config');
    const key = clip.find((packet) => packet.track === 'video' && packet.role === 'key');
    if (!config || key?.track !== 'video') throw new Error('no key frame');
    origin.write({ packet: config, at: 0 });
    const big = { ...key, payload: Buffer.alloc(7 * 2 ** 20) };
    for (const ms of [0, 1_000, 2_000])
      origin.write({ packet: { ...big, role: ms % 2_000 ? 'frame' : 'key' }, at: ms });
    const { entries } = await playlist();
    const socket = connect(Number(new URL(url).port), '127.0.0.1');
    socket.write(`GET /hls/b/3/v/${entries[0]?.uri} HTTP/1.1\r\nHost: x\r\n\r\n`);
    await new Promise((done) => socket.once('readable', done));
    const ended = new Promise<string>((done) =>
      socket.once('error', (why: NodeJS.ErrnoException) => done(why.code ?? '')),
    );
    clock.advance(30_001);
    origin.write({ packet: key, at: 4_000 });
    socket.resume();
    expect(await ended).toBe('ECONNRESET');
  });

  it('comes to an end: the playlist says so, and a hinted part will not come', async () => {
    release();
    const { hint } = await playlist('3/v/index.m3u8?t=good', LOW);
    const blocked = ask('3/v/index.m3u8?t=good&_HLS_msn=3', LOW);
    const hinted = ask(`3/v/${hint}`, LOW);
    await expect.poll(() => origin.waiting).toBe(2);
    origin.end();
    expect(readPlaylist((await blocked).body.toString()).ended).toBe(true);
    // The frames that were pending became the hinted part.
    expect((await hinted).status).toBe(200);
    const over = await playlist('3/v/index.m3u8?t=good', LOW);
    expect(over).toMatchObject({ ended: true, hint: undefined });
  });

  it('answers preflights and HEAD, and refuses other methods and paths', async () => {
    release();
    const preflight = await ask('3/v/index.m3u8', { origin: 'https://page.example' }, 'OPTIONS');
    expect([preflight.status, preflight.headers['access-control-allow-methods']]).toEqual([204, 'GET, HEAD']);
    const head = await ask('3/v/index.m3u8?t=good', {}, 'HEAD');
    expect([head.status, head.body.length, Number(head.headers['content-length']) > 100]).toEqual([
      200,
      0,
      true,
    ]);
    expect(problem(await ask('3/index.m3u8', {}, 'POST'))).toMatchObject({ status: 400 });
    for (const path of [
      '3/%2e%2e/index.m3u8',
      '3/v/',
      '3/v/nothing.m4s',
      '3/nothing.m4s',
      '3/v/x.m3u8',
      '3/v/%2e%2e/x.mp4',
      '',
    ])
      expect(problem(await ask(path)).status).toBe(404);
  });

  it('believes a proxy that says HTTP/2 only where it is trusted', async () => {
    const said = async (via: string, trusted: boolean): Promise<boolean> => {
      const lowLatency = (req: IncomingMessage): boolean => cameByHttp2(req, () => trusted);
      origin = new HlsOrigin({ clock, broadcast: 'b', epoch: 3, log: silentLog, lowLatency });
      at = 0;
      release();
      return (await playlist('3/v/index.m3u8?t=good', { via })).hint !== undefined;
    };
    expect(await said('HTTP/2.0 nginx', true)).toBe(true);
    expect(await said('3 edge, 1.1 inner', true)).toBe(true);
    expect(await said('1.1 nginx', true)).toBe(false);
    expect(await said('HTTP/2.0 nginx', false)).toBe(false);
  });
});
