import { execFile, execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { get, request } from 'node:https';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { newId, Problem, realClock, SimulatedClock, silentLog } from '@weir/kit';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { WebSocket } from 'ws';
import { readFlv } from '../flv/index.ts';
import { type PlayClaims, TokenSigner, TokenVerifier } from '../token.ts';
import { Door, type DoorChannel, type DoorOptions } from './door.ts';
import { FlvFanout } from './flv.ts';
import { audio, bodyOf, Reader, readTags, video } from './stage.ts';

const run = promisify(execFile);
const signer = TokenSigner.generate();
const LIVE = newId();
const CUT = newId();

let doors: Door[] = [];
let asked: string[] = [];
let cut = new Set<string>();
let flv: FlvFanout;
let port: number;
let readers: Reader[] = [];

const POSTER = Buffer.from('one key frame');
const channelOf = (fan: FlvFanout): DoorChannel => ({
  flv: fan,
  hls: {
    handle: (_req, res, rest, authorize) => {
      const token = new URL(res.req.url ?? '', 'http://edge').searchParams.get('t');
      res.end(`${rest} ${authorize(token).session}`);
    },
    poster: () => (fan === flv ? POSTER : null),
  },
  preview: async (stretch, part) => {
    if (stretch !== 's7') throw new Problem('not_held');
    return { type: 'video/mp4', body: Buffer.from(`${stretch} ${part}`) };
  },
});

const openDoor = async (more: Partial<DoorOptions> = {}): Promise<number> => {
  const door = new Door({
    clock: realClock,
    log: silentLog,
    verifier: new TokenVerifier(signer.publicKey, realClock),
    limits: { perAddress: 0, joinsPerSecond: 0, viewersPerBroadcast: 0 },
    host: {
      channel: (id) => {
        asked.push(id);
        return id === LIVE ? channelOf(flv) : undefined;
      },
      isCut: (id) => cut.has(id),
      onRoomUpgrade: (_req, socket, _head, claims, address) =>
        socket.end(`HTTP/1.1 101 Switching Protocols\r\n\r\n${claims.s} ${address}`),
    },
    ...more,
  });
  doors.push(door);
  return door.listen(0, '127.0.0.1');
};

const token = (more: Partial<PlayClaims> = {}): string =>
  signer.sign({ b: LIVE, s: 'session', k: 'play', exp: Date.now() + 60_000, ...more });

const url = (path: string, at = port): string => `http://127.0.0.1:${at}${path}`;
const live = (t = token()): string => `/live/${LIVE}.flv?t=${t}`;

const dial = (text: string, at = port): Reader => {
  const reader = new Reader(connect(at, '127.0.0.1'));
  readers.push(reader);
  reader.socket.write(text);
  return reader;
};
const ask = (path: string, headers = '', at = port): Reader =>
  dial(`GET ${path} HTTP/1.1\r\nHost: edge\r\n${headers}\r\n`, at);
const UPGRADE =
  'Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n';

const status = async (answer: Promise<Response>): Promise<[number, unknown]> => {
  const response = await answer;
  const { code } = (await response.json()) as { code?: unknown };
  return [response.status, code];
};
const statusOf = (reader: Reader): number => Number(reader.bytes.toString('latin1', 9, 12));

beforeEach(async () => {
  asked = [];
  cut = new Set([CUT]);
  flv = new FlvFanout({ clock: realClock, log: silentLog, limits: { viewerBufferBytes: 4_194_304 } });
  flv.write({ packet: video('config', 1), at: 0 });
  flv.write({ packet: audio('config', 1), at: 0 });
  flv.write({ packet: video('key', 1), at: 0 });
  port = await openDoor();
});
afterEach(async () => {
  for (const { socket } of readers) socket.destroy();
  for (const door of doors) await door.close();
  doors = [];
  readers = [];
});

describe('the door refuses, in this order,', () => {
  it('a path or a broadcast that is none: 404', async () => {
    for (const path of ['/', '/live/x.flv', `/live/${LIVE}`, `/hls/${LIVE}`, `/live/${newId()}.flv?t=x`])
      expect(await status(fetch(url(path)))).toEqual([404, 'not_found']);
  });

  it('a broadcast that was cut: 410 on every way, without a byte of media', async () => {
    for (const path of [`/live/${CUT}.flv`, `/hls/${CUT}/1/index.m3u8`, `/hls/${CUT}/1/v/9.m4s`])
      expect(await status(fetch(url(`${path}?t=${token({ b: CUT })}`)))).toEqual([410, 'broadcast_cut']);
    expect(await status(fetch(url(`/poster/${CUT}.mp4`)))).toEqual([410, 'broadcast_cut']);
    expect(asked).toEqual([]);
    const hls = await fetch(url(`/hls/${CUT}/1/index.m3u8`));
    expect(hls.headers.get('cache-control')).toContain('max-age=60');
    const ws = ask(`/live/${CUT}.flv?t=${token({ b: CUT })}`, UPGRADE);
    await ws.until((reader) => reader.fate === 'end');
    expect(statusOf(ws)).toBe(410);
  });

  it('one who brings no token: 401', async () => {
    expect(await status(fetch(url(`/live/${LIVE}.flv`)))).toEqual([401, 'sign_in']);
    expect(await status(fetch(url(`/hls/${LIVE}/1/index.m3u8`)))).toEqual([401, 'sign_in']);
    const room = ask(`/room/${LIVE}`, UPGRADE);
    await room.until((reader) => reader.fate === 'end');
    expect(statusOf(room)).toBe(401);
  });

  it('one whose token is forged, for another broadcast or for another use: 403', async () => {
    const bad = [
      'nonsense',
      TokenSigner.generate().sign({ b: LIVE, s: 's', k: 'play', exp: Date.now() + 60_000 }),
      token({ b: newId() }),
      token({ k: 'room' }),
    ];
    for (const t of bad) {
      expect(await status(fetch(url(live(t))))).toEqual([403, 'bad_token']);
      expect(await status(fetch(url(`/hls/${LIVE}/1/index.m3u8?t=${t}`)))).toEqual([403, 'bad_token']);
      const ws = ask(live(t), UPGRADE);
      await ws.until((reader) => reader.fate === 'end');
      expect(statusOf(ws)).toBe(403);
      expect(ws.bytes.toString()).toContain('bad_token');
    }
    expect(flv.viewers).toBe(0);
  });

  it('one whose token has expired: 403; a connection that began in time goes on', async () => {
    const clock = new SimulatedClock(Date.now());
    const at = await openDoor({ clock, verifier: new TokenVerifier(signer.publicKey, clock) });
    const t = token({ exp: clock.now() + 1000 });
    const early = ask(live(t), '', at);
    await early.until(() => flv.viewers === 1);
    clock.advance(1000);
    expect(await status(fetch(url(live(t), at)))).toEqual([403, 'token_expired']);
    flv.write({ packet: video('frame', 2), at: 40 });
    await early.until((reader) => readTags(bodyOf(reader.bytes)).tags.some((tag) => tag.at === 40));
  });

  it('any other method, and a request with a body: 400', async () => {
    for (const method of ['POST', 'PUT', 'DELETE'])
      expect(await status(fetch(url(live()), { method }))).toEqual([400, 'bad_request']);
    const body = dial(`GET ${live()} HTTP/1.1\r\nHost: edge\r\nContent-Length: 5\r\n\r\nhello`);
    await body.until((reader) => reader.bytes.length > 0);
    expect(statusOf(body)).toBe(400);
    expect(flv.viewers).toBe(0);
  });

  it('a handshake that is none of RFC 6455: 400', async () => {
    for (const wrong of [
      UPGRADE.replace('13', '12'),
      UPGRADE.replace('dGhlIHNhbXBsZSBub25jZQ==', 'short'),
      UPGRADE.replace('websocket', 'h2c'),
    ]) {
      const reader = ask(live(), wrong);
      await reader.until(({ bytes }) => bytes.length > 0);
      expect(statusOf(reader)).toBe(400);
    }
    expect(flv.viewers).toBe(0);
  });
});

describe('the door lets in', () => {
  it('curl, which reads the stream until the broadcast ends', async () => {
    const curl = run('curl', ['-s', '-i', '--max-time', '10', url(live())], {
      encoding: 'buffer',
      maxBuffer: 1 << 24,
    });
    for (let i = 0; i < 500 && flv.viewers === 0; i++) await new Promise((next) => setTimeout(next, 10));
    flv.write({ packet: video('frame', 2), at: 40 });
    flv.end();
    const answer = (await curl).stdout;
    const { flags, tags } = readTags(bodyOf(answer));
    expect(flags).toBe(5);
    expect(tags.map(({ at }) => at)).toEqual([0, 0, 0, 0, 40]);
  });

  it('a WebSocket by the same path, with the same bytes', async () => {
    const ws = new WebSocket(url(live()).replace('http', 'ws'));
    const got: Buffer[] = [];
    ws.on('message', (data, binary) => {
      expect(binary).toBe(true);
      got.push(data as Buffer);
    });
    const closed = new Promise<number>((done) => ws.on('close', done));
    await new Promise((done) => ws.on('open', done));
    flv.write({ packet: video('frame', 2), at: 40 });
    await new Promise((next) => setTimeout(next, 60));
    flv.end();
    expect(await closed).toBe(1000);
    expect(readTags(Buffer.concat(got)).tags.at(-1)?.at).toBe(40);
  });

  it('a WebSocket that the cut tells why', async () => {
    const ws = new WebSocket(url(live()).replace('http', 'ws'));
    const closed = new Promise<number>((done) => ws.on('close', done));
    await new Promise((done) => ws.once('message', done));
    flv.cut();
    expect(await closed).toBe(4410);
  });

  it('HEAD, preflights and probes, each with CORS and no sniffing', async () => {
    const head = await fetch(url(live()), { method: 'HEAD' });
    expect([head.status, head.headers.get('content-type')]).toEqual([200, 'video/x-flv']);
    const preflight = await fetch(url(live()), { method: 'OPTIONS' });
    expect(preflight.status).toBe(204);
    expect(preflight.headers.get('access-control-allow-methods')).toContain('GET');
    const health = await fetch(url('/healthz'));
    expect(await health.json()).toEqual({ status: 'ok' });
    const lost = await fetch(url('/nothing'));
    for (const answer of [head, preflight, health, lost]) {
      expect(answer.headers.get('access-control-allow-origin')).toBe('*');
      expect(answer.headers.get('x-content-type-options')).toBe('nosniff');
    }
    expect(flv.viewers).toBe(0);
  });

  it('HLS, the poster and the room through to those who serve them', async () => {
    const hls = await fetch(url(`/hls/${LIVE}/3/v/index.m3u8?t=${token()}`));
    expect(await hls.text()).toBe('3/v/index.m3u8 session');
    const poster = await fetch(url(`/poster/${LIVE}.mp4`));
    expect([await poster.text(), poster.headers.get('content-type')]).toEqual(['one key frame', 'video/mp4']);
    for (const id of [LIVE, CUT]) {
      const room = ask(`/room/${id}?t=${token({ b: id, k: 'room', s: 'me' })}`, UPGRADE);
      await room.until((reader) => reader.fate === 'end');
      expect(room.bytes.toString()).toContain('me 127.0.0.1');
    }
  });
});

describe('what the gate holds', () => {
  const held = (path: string, t?: string): string => url(`/desk/${path}.mp4${t ? `?t=${t}` : ''}`);

  it('is shown to the desk’s token, and kept by nobody on the way', async () => {
    const answer = await fetch(held(`${LIVE}/s7/still`, token({ k: 'desk' })));
    expect([answer.status, await answer.text()]).toEqual([200, 's7 still']);
    expect(answer.headers.get('cache-control')).toBe('no-store');
  });

  it('is refused to a viewer’s token, a member’s, another broadcast’s desk, an old one, and none', async () => {
    const path = `${LIVE}/s7/video`;
    for (const t of [token(), token({ k: 'room' }), token({ k: 'desk', b: newId() })])
      expect(await status(fetch(held(path, t)))).toEqual([403, 'bad_token']);
    expect((await status(fetch(held(path, token({ k: 'desk', exp: Date.now() - 1 })))))[1]).toBe(
      'token_expired',
    );
    expect(await status(fetch(held(path)))).toEqual([401, 'sign_in']);
  });

  it('is no way to watch: the desk’s token opens neither the stream nor the room', async () => {
    expect(await status(fetch(url(live(token({ k: 'desk' })))))).toEqual([403, 'bad_token']);
  });

  it('is gone after a cut: 410', async () => {
    cut.add(LIVE);
    expect(await status(fetch(held(`${LIVE}/s7/video`, token({ k: 'desk' }))))).toEqual([
      410,
      'broadcast_cut',
    ]);
  });

  it('that has left or never was is refused, and no other path leads in', async () => {
    expect((await status(fetch(held(`${LIVE}/s8/video`, token({ k: 'desk' })))))[1]).toBe('not_held');
    for (const path of [`${LIVE}/s7/../../x`, `${LIVE}/s7/all`, `${LIVE}/7/video`])
      expect((await fetch(held(path, token({ k: 'desk' })))).status).toBe(404);
  });
});

describe('a connection that became a viewer', () => {
  it('is reset when another request follows on it', async () => {
    const viewer = ask(live());
    await viewer.until(() => flv.viewers === 1);
    viewer.socket.write(`GET /healthz HTTP/1.1\r\nHost: edge\r\n\r\n`);
    await viewer.until((reader) => reader.fate !== 'open');
    expect(viewer.bytes.toString('latin1')).not.toContain('"ok"');
    expect(flv.viewers).toBe(0);
  });

  it('is one viewer, however many requests came in one packet', async () => {
    const one = `GET ${live()} HTTP/1.1\r\nHost: edge\r\n\r\n`;
    const viewer = dial(one.repeat(20));
    await viewer.until((reader) => reader.fate !== 'open');
    expect(flv.viewers).toBe(0);
  });

  it('is reset for bytes that are no request', async () => {
    const viewer = ask(live());
    await viewer.until(() => flv.viewers === 1);
    viewer.socket.write('\u0000\u0001garbage\r\n\r\n');
    await viewer.until((reader) => reader.fate !== 'open');
    expect(flv.viewers).toBe(0);
  });

  it('is given up when its reader leaves', async () => {
    const viewer = ask(live());
    await viewer.until(() => flv.viewers === 1);
    viewer.socket.end();
    await viewer.until(() => flv.viewers === 0);
  });
});

describe('limits', () => {
  it('a thousand joins a second from one address get a clear 429, and another address is let in', async () => {
    const at = await openDoor({
      limits: { perAddress: 0, joinsPerSecond: 50, viewersPerBroadcast: 0 },
      trustProxy: ['127.0.0.1'],
    });
    const from = (address: string): Reader => ask(live(), `X-Forwarded-For: ${address}\r\n`, at);
    const crowd = Array.from({ length: 1000 }, () => from('198.51.100.7'));
    await Promise.all(crowd.map((reader) => reader.until(({ bytes }) => bytes.length > 0)));
    const refused = crowd.filter((reader) => statusOf(reader) === 429);
    expect(refused.length).toBeGreaterThan(700);
    expect(crowd.length - refused.length).toBeGreaterThanOrEqual(50);
    expect(refused[0]?.bytes.toString()).toContain('"code":"rate"');
    expect(refused[0]?.bytes.toString()).toContain('Retry-After: 1');
    const other = from('203.0.113.1');
    await other.until(({ bytes }) => bytes.length > 0);
    expect(statusOf(other)).toBe(200);
  });

  it('connections beyond an address’s number get a clear 429', async () => {
    const at = await openDoor({ limits: { perAddress: 3, joinsPerSecond: 0, viewersPerBroadcast: 0 } });
    const first = [ask(live(), '', at), ask(live(), '', at), ask(live(), '', at)];
    await first[2]?.until(() => flv.viewers === 3);
    const fourth = ask(live(), '', at);
    await fourth.until(({ bytes }) => bytes.length > 0);
    expect(statusOf(fourth)).toBe(429);
    expect(fourth.bytes.toString()).toContain('limit_connections');
    first[0]?.socket.destroy();
    await fourth.until(() => flv.viewers === 2);
    const fifth = ask(live(), '', at);
    await fifth.until(() => flv.viewers === 3);
  });

  it('viewers beyond a broadcast’s number get a clear 429', async () => {
    const at = await openDoor({ limits: { perAddress: 0, joinsPerSecond: 0, viewersPerBroadcast: 1 } });
    const first = ask(live(), '', at);
    await first.until(() => flv.viewers === 1);
    expect(await status(fetch(url(live(), at)))).toEqual([429, 'limit_viewers']);
  });

  it('questions for broadcasts that do not exist are bounded per address', async () => {
    const known = async (): Promise<number> =>
      (await fetch(url(`/hls/${LIVE}/1/index.m3u8?t=${token()}`))).status;
    // The bound fills up with time: on a busy machine it may have done so before the next question comes.
    await vi.waitFor(async () => {
      const answers = await Promise.all(
        Array.from({ length: 100 }, () =>
          fetch(url(`/hls/${newId()}/1/index.m3u8`)).then(({ status }) => status),
        ),
      );
      const after = await known();
      expect([new Set(answers), after]).toEqual([new Set([404, 429]), 429]);
    }, 20_000);
    await vi.waitFor(async () => expect(await known()).toBe(200), 20_000);
  });

  it('2,000 slow heads disturb no viewer, hold no cut up, and are gone after their time', async () => {
    const at = await openDoor({ limits: { perAddress: 200, joinsPerSecond: 0, viewersPerBroadcast: 0 } });
    const door = doors.at(-1) as Door;
    const viewer = ask(live(), '', at);
    await viewer.until(() => flv.viewers === 1);
    const slow = Array.from({ length: 2000 }, () => dial('GET /live/', at));
    await slow[1999]?.until(() => slow.filter(({ fate }) => fate !== 'open').length >= 1500);
    expect(door.connections).toBeLessThanOrEqual(200 + 256);
    flv.write({ packet: video('frame', 2), at: 40 });
    await viewer.until((reader) => readTags(bodyOf(reader.bytes)).tags.some((tag) => tag.at === 40));
    const ordered = performance.now();
    flv.cut();
    expect(performance.now() - ordered).toBeLessThan(60);
    await viewer.until((reader) => reader.fate === 'ECONNRESET');
    for (let i = 0; i < 90 && door.connections > 0; i++) await new Promise((next) => setTimeout(next, 100));
    expect(door.connections).toBe(0);
  });
});

describe('over TLS', () => {
  let dir: string;
  let tls: { cert: string; key: string };
  beforeAll(() => {
    dir = mkdtempSync(join(tmpdir(), 'weir-door-'));
    execFileSync(
      'openssl',
      ['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes'].concat([
        ...['-keyout', join(dir, 'key.pem'), '-out', join(dir, 'cert.pem')],
        ...['-days', '1', '-subj', '/CN=localhost'],
      ]),
      { stdio: 'ignore' },
    );
    tls = {
      cert: readFileSync(join(dir, 'cert.pem'), 'utf8'),
      key: readFileSync(join(dir, 'key.pem'), 'utf8'),
    };
  });
  afterAll(() => rmSync(dir, { recursive: true }));

  const secure = (path: string, at: number) =>
    get({ port: at, path, rejectUnauthorized: false, agent: false, headers: { host: 'localhost' } });

  it('a viewer reads the stream, and a cut resets the TCP connection under it', async () => {
    const at = await openDoor({ tls });
    const req = secure(live(), at);
    const got: Buffer[] = [];
    const fate = new Promise<string>((done) => {
      req.on('error', (why: NodeJS.ErrnoException) => done(why.code ?? ''));
      req.on('response', (res) => {
        res.on('data', (bytes: Buffer) => got.push(bytes));
        res.on('error', (why: NodeJS.ErrnoException) => done(why.code ?? ''));
        res.on('end', () => done('end'));
      });
    });
    for (let i = 0; i < 500 && Buffer.concat(got).length < 50; i++)
      await new Promise((next) => setTimeout(next, 10));
    expect(readTags(Buffer.concat(got)).flags).toBe(5);
    expect(flv.viewers).toBe(1);
    const result = flv.cut();
    expect(result.viewers).toBe(1);
    expect(await fate).toBe('ECONNRESET');
    expect(flv.viewers).toBe(0);
  });

  it('a stalled viewer gets no more than what its own kernel had', async () => {
    const at = await openDoor({ tls });
    const req = request({ port: at, path: live(), rejectUnauthorized: false, agent: false });
    req.end();
    let bytes = 0;
    const fate = new Promise<string>((done) => {
      req.on('error', (why: NodeJS.ErrnoException) => done(why.code ?? ''));
      req.on('response', (res) => {
        res.pause();
        res.on('data', (chunk: Buffer) => {
          bytes += chunk.length;
        });
        res.on('error', (why: NodeJS.ErrnoException) => done(why.code ?? ''));
        res.on('end', () => done('end'));
        setTimeout(() => res.resume(), 600);
      });
    });
    for (let i = 0; i < 500 && flv.viewers === 0; i++) await new Promise((next) => setTimeout(next, 10));
    for (let i = 0; i < 100; i++) flv.write({ packet: video('frame', i, 100_000), at: i * 40 });
    await new Promise((next) => setTimeout(next, 200));
    flv.cut();
    expect(await fate).toBe('ECONNRESET');
    expect(bytes).toBeLessThan(8_000_000);
  });

  it('plain bytes and idle handshakes are closed and hurt nobody', async () => {
    const at = await openDoor({ tls });
    const plain = ask(live(), '', at);
    await plain.until((reader) => reader.fate !== 'open');
    const req = secure('/healthz', at);
    const code = await new Promise((done) => req.on('response', (res) => done(res.statusCode)));
    expect(code).toBe(200);
  });
});

describe('what other people’s tools see', () => {
  let dir: string;
  let file: Buffer;
  beforeAll(() => {
    dir = mkdtempSync(join(tmpdir(), 'weir-flv-'));
    const out = join(dir, 'a.flv');
    execFileSync('ffmpeg', [
      ...['-v', 'error', '-f', 'lavfi', '-i', 'testsrc2=s=320x180:r=25:d=4', '-f', 'lavfi'],
      ...['-i', 'sine=r=44100:d=4', '-c:v', 'libx264', '-g', '25', '-preset', 'ultrafast'],
      ...['-c:a', 'aac', '-y', out],
    ]);
    file = readFileSync(out);
  });
  afterAll(() => rmSync(dir, { recursive: true }));

  it('ffprobe, joining in the middle, sees both tracks, a key frame first, and times that never fall', async () => {
    flv = new FlvFanout({ clock: realClock, log: silentLog, limits: { viewerBufferBytes: 4_194_304 } });
    const packets = readFlv(file);
    const middle = packets.findIndex((packet) => packet.dts >= 1500);
    for (const packet of packets.slice(0, middle)) flv.write({ packet, at: packet.dts });
    const probe = run('ffprobe', [
      ...['-v', 'error', '-show_entries', 'packet=codec_type,dts_time,flags', '-of', 'csv=p=0', url(live())],
    ]);
    for (let i = 0; i < 500 && flv.viewers === 0; i++) await new Promise((next) => setTimeout(next, 10));
    for (const packet of packets.slice(middle)) flv.write({ packet, at: packet.dts });
    flv.end();
    const { stdout, stderr } = await probe;
    // A body that lasts until the connection ends is all ffmpeg has to complain of.
    expect(stderr.replace(/^.*Stream ends prematurely.*\n/m, '')).toBe('');
    const seen = stdout
      .trim()
      .split('\n')
      .map((line) => line.split(','));
    const pictures = seen.filter(([type]) => type === 'video');
    expect(pictures[0]?.[2]).toMatch(/^K/);
    expect(pictures).toHaveLength(75);
    expect(seen.filter(([type]) => type === 'audio').length).toBeGreaterThan(100);
    for (const type of ['video', 'audio']) {
      const times = seen.filter(([of]) => of === type).map(([, at]) => Number(at));
      expect(times).toEqual(times.toSorted((a, b) => a - b));
    }
  });
});
