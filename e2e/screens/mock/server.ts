import { randomUUID } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { extname, join, normalize } from 'node:path';
import type { Broadcast } from '@weir/look/broadcast.ts';
import { readCoding } from '@weir/media/fmp4/coding.ts';
import { still } from '@weir/media/fmp4/still.ts';
import { type WebSocket, WebSocketServer } from 'ws';
import { Contests } from './contests.ts';
import { Evidence } from './evidence.ts';
import { Holds } from './holds.ts';
import { Lexicon } from './lexicon.ts';
import { Names } from './names.ts';
import { OwnNames } from './ownNames.ts';
import { Service } from './service.ts';
import { sendEvents, sendPart } from './staff.ts';
import { PEOPLE, type Show, shows } from './world.ts';

const TYPES: Record<string, string> = {
  '.js': 'text/javascript',
  '.css': 'text/css',
  '.html': 'text/html; charset=utf-8',
  '.svg': 'image/svg+xml',
};

/** The public reasons that ship. */
const REASONS = new URL('../../../policies/reasons.json', import.meta.url);

/** Where built apps lie. */
export type Dists = { site?: string; console?: string };

/** What a path answers instead of its own: a problem's status and code, silence, or a broken connection. */
export type Fault = { status: number; code: string } | 'silent' | 'broken';

/** A stand-in for the service, for tests and for looking at pages: same doors, a world in memory. */
export class Mock {
  readonly shows = shows();
  /** Faults by a part of `METHOD /path`. */
  readonly faults = new Map<string, Fault>();
  site = { providerName: '堰·台名', icp: '京ICP备00000000号', hotline: '12377', demo: true };
  readonly lexicon = new Lexicon();
  readonly evidence = new Evidence();
  readonly holds = new Holds();
  readonly contests = new Contests();
  readonly names = new Names();
  /** What the one who looks said before, held or refused. */
  ownMessages: Record<string, unknown>[] = [];
  readonly ownNames = new OwnNames();
  /** How many of the shows are the publisher's own. */
  own = 3;
  /** Whether it is closed after a restore, and the last backup. */
  readonly service = new Service();
  /** Rooms take nobody in. */
  roomsShut = false;
  /** How many came meanwhile. */
  turnedAway = 0;
  readonly #server: Server;
  readonly #dists: Dists;
  readonly #rooms = new WebSocketServer({ noServer: true });

  private constructor(server: Server, dists: Dists) {
    this.#server = server;
    this.#dists = dists;
    server.on('request', (request, answer) => void this.#serve(request, answer));
    server.on('upgrade', (request, socket, head) => {
      if (this.roomsShut) {
        this.turnedAway++;
        socket.destroy();
      } else this.#rooms.handleUpgrade(request, socket, head, (ws) => this.#join(ws, request));
    });
  }

  /** Serves the apps built in the folders `dists`: the site at `/`, the console at `/console/`. */
  static async start(dists: Dists): Promise<Mock> {
    const server = createServer();
    await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
    return new Mock(server, dists);
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  show(number: number): Show {
    const found = this.shows.find((one) => one.about.number === number);
    if (!found) throw new Error(`no broadcast ${number}`);
    return found;
  }

  /** Ends everything; may be called again. */
  async close(): Promise<void> {
    for (const show of this.shows) show.close();
    this.#server.closeAllConnections();
    if (this.#server.listening) await new Promise((done) => this.#server.close(done));
  }

  async #serve(request: IncomingMessage, answer: ServerResponse): Promise<void> {
    const url = new URL(request.url ?? '/', this.url);
    for (const [part, fault] of this.faults) {
      if (!`${request.method} ${url.pathname}`.includes(part)) continue;
      if (fault === 'broken') request.socket.destroy();
      else if (fault !== 'silent') problem(answer, fault.status, fault.code);
      return;
    }
    const show = this.#showOf(url.pathname);
    if (url.pathname.startsWith('/live/')) {
      if (!show || show.about.state === 'cut') return problem(answer, 410, 'broadcast_cut');
      return show.loop.watch(answer);
    }
    if (url.pathname.startsWith('/poster/')) return poster(show, answer);
    if (url.pathname.startsWith('/desk/'))
      return sendPart(show, url.pathname, answer) ? undefined : problem(answer, 404, 'not_found');
    if (!url.pathname.startsWith('/api/')) return page(this.#dists, url.pathname, answer);
    const body = await read(request);
    const result = this.#api(`${request.method} ${url.pathname}`, url, body, request, answer, show);
    if (!answer.headersSent) send(answer, result === undefined ? 204 : 200, result);
  }

  #showOf(path: string): Show | undefined {
    return this.shows.find((one) => path.includes(one.about.id));
  }

  #api(
    call: string,
    url: URL,
    body: Record<string, unknown>,
    request: IncomingMessage,
    answer: ServerResponse,
    show: Show | undefined,
  ): unknown {
    const user = PEOPLE.find((one) => request.headers.cookie?.includes(`mock=${one.account}`));
    const isStaff = user?.roles.includes('reviewer') === true;
    const enter = (person = PEOPLE[0]): unknown => {
      answer.setHeader('set-cookie', `mock=${person?.account}; Path=/; HttpOnly`);
      return { user: person, token: 'mock' };
    };
    switch (call) {
      case 'GET /api/site':
        return { ...this.site, mediaUrl: this.url, rtmpUrl: 'rtmp://127.0.0.1:1935/live' };
      case 'GET /api/service':
        return isStaff ? this.service.state() : problem(answer, 403, 'forbidden');
      case 'POST /api/service/reopen':
        return this.service.reopen();
      case 'GET /api/capacity':
        return isStaff ? this.service.capacity : problem(answer, 403, 'forbidden');
      case 'GET /api/backup':
        return user?.roles.includes('admin') ? this.service.backup : problem(answer, 403, 'forbidden');
      case 'GET /api/session':
        return user ? { user } : problem(answer, 401, 'sign_in');
      case 'DELETE /api/session':
        answer.setHeader('set-cookie', 'mock=; Path=/; Max-Age=0');
        return { ok: true };
      case 'POST /api/session': {
        const person = PEOPLE.find((one) => one.account === body['account']);
        return person && body['password'] === 'demo'
          ? enter(person)
          : problem(answer, 401, 'bad_credentials');
      }
      case 'POST /api/demo/role':
        return enter(PEOPLE.find((one) => one.account === `demo-${String(body['role'])}`));
      case 'GET /api/categories':
        return { items: [{ code: 'chat', label: { 'zh-CN': '聊天互动', en: 'Chat' } }] };
      case 'GET /api/reasons':
        return JSON.parse(readFileSync(REASONS, 'utf8')) as unknown;
      case 'GET /api/broadcasts': {
        const all = this.shows.map((one) => this.#present(one, isStaff));
        const state = url.searchParams.get('state');
        const asked = all.filter((one) =>
          state === null || state === 'live' ? isLive(one) : one.state === state,
        );
        return {
          items: url.searchParams.has('mine') ? all.slice(0, this.own) : asked,
          next: null,
        };
      }
      case 'GET /api/events':
        return sendEvents(this.shows.map((one) => this.#present(one, true)).filter(isLive), answer);
      case 'POST /api/broadcasts': {
        if (String(body['title']).includes('微信')) return problem(answer, 422, 'content_refused');
        const made = this.shows[1];
        if (made) Object.assign(made.about, body, { state: 'created', encoder: null, startedAt: null });
        return { ...made?.about, ingest: ingest() };
      }
    }
    if (call === 'GET /api/me/messages') return { items: this.ownMessages, next: null };
    const named = this.ownNames.answer(call);
    if (named) return named;
    if (/^POST \/api\/messages\/[^/]+\/(contest|false-positive)$/.test(call)) return { state: 'open' };
    if (isStaff && call === 'GET /api/waiting')
      return { names: this.names.open.length, contests: this.contests.open.length };
    const words =
      isStaff &&
      (this.lexicon.answer(call, url, body) ??
        this.contests.answer(call, url, body) ??
        this.names.answer(call, url, body));
    if (words)
      return refusalIn(words) ? problem(answer, 422, refusalIn(words)?.code ?? '', refusalIn(words)) : words;
    const kept = user?.roles.includes('admin') && this.holds.answer(call, body);
    if (kept) return kept;
    if (!show) return problem(answer, 404, 'not_found');
    const [method = ''] = call.split(' ');
    const rest = call.slice(call.indexOf(show.about.id) + show.about.id.length);
    const talk =
      user?.roles.includes('publisher') &&
      url.pathname.startsWith('/api/rooms/') &&
      show.talk.answer(method, rest, body);
    if (talk) return talk;
    const seen = isStaff ? this.evidence.answer(rest, method, answer) : undefined;
    if (seen !== undefined) return seen;
    const ours = isStaff && show.staff.answer(show, method, rest, body, this.url);
    if (ours) return ours;
    switch (rest || method) {
      case 'GET':
        return {
          ...this.#present(show, isStaff),
          ...(user?.roles.includes('publisher') ? { moderates: true } : {}),
        };
      case 'PATCH': {
        const wished = this.ownNames.wish(show.about.id, String(body['title']));
        if (wished === 'refused') return problem(answer, 422, 'content_refused');
        if (wished === 'passed') show.about.title = String(body['title']);
        return this.#present(show);
      }
      case '/play':
        if (show.about.state === 'cut') return problem(answer, 410, 'broadcast_cut');
        return {
          flv: `${this.url}/live/${show.about.id}.flv?t=mock`,
          ws: `${this.url.replace('http', 'ws')}/live/${show.about.id}.flv`,
          hls: `${this.url}/hls/${show.about.id}/1/index.m3u8`,
          room: `${this.url.replace('http', 'ws')}/room/${show.about.id}?t=${user?.account ?? ''}`,
          expiresAt: new Date(Date.now() + 300_000).toISOString(),
        };
      case '/key':
        return { ingest: ingest() };
      case '/end':
        show.end();
        return this.#present(show);
      case '/rehearsal':
        show.about.rehearsal = body['on'] === true;
        show.gate(body['on'] === true ? 'closed' : 'open');
        return this.#present(show);
      case '/cut-off':
        return show.cut(String(body['reason']));
      case '/restore':
        show.restore();
        return this.#present(show);
    }
    return problem(answer, 404, 'not_found');
  }

  #present(show: Show, staff = false): Broadcast {
    const { about } = show;
    const open = about.kind === 'video' && about.gate.media.mode !== 'closed' && about.state === 'live';
    return {
      ...about,
      ...(open ? { poster: `${this.url}/poster/${about.id}.mp4` } : {}),
      ...(staff ? { waiting: show.staff.waiting(show) } : {}),
    };
  }

  #join(ws: WebSocket, request: IncomingMessage): void {
    const show = this.#showOf(request.url ?? '');
    const user = PEOPLE.find((one) => request.url?.endsWith(`t=${one.account}`));
    if (!show) {
      ws.close(4404);
      return;
    }
    const hello = { t: 'hello', offset: show.messages.length, online: show.about.viewers };
    ws.send(
      JSON.stringify([hello, ...show.messages.slice(-50).map((message) => ({ t: 'msg', ...message }))]),
    );
    if (show.about.state === 'cut') {
      ws.send(JSON.stringify([{ t: 'cut', reason: show.about.cut?.reason }]));
      ws.close(4410);
      return;
    }
    show.sockets.add(ws);
    ws.on('close', () => show.sockets.delete(ws));
    ws.on('message', (data) => {
      const event = JSON.parse(String(data)) as { t: string; ref: string; text: string };
      if (event.t !== 'send' || !user) return;
      ws.send(JSON.stringify([show.hear(event, { id: user.id, nickname: user.nickname })]));
    });
  }
}

const isLive = (one: Broadcast): boolean => one.state === 'live' || one.state === 'interrupted';
const ingest = () => ({ url: 'rtmp://127.0.0.1:1935/live', key: randomUUID().replaceAll('-', '') });

function send(answer: ServerResponse, status: number, body: unknown): void {
  answer.writeHead(status, { 'content-type': 'application/json' });
  answer.end(body === undefined ? '' : JSON.stringify(body));
}

/** What an answer of the lexicon refuses with, where it does. */
const refusalIn = (words: unknown): ({ code: string } & Record<string, unknown>) | undefined =>
  (words as { problem?: { code: string } }).problem;

function problem(answer: ServerResponse, status: number, code: string, more: object = {}): void {
  answer.writeHead(status, {
    'content-type': 'application/problem+json',
    'access-control-allow-origin': '*',
  });
  answer.end(JSON.stringify({ ...more, type: `about:blank#${code}`, title: code, status, code }));
}

function poster(show: Show | undefined, answer: ServerResponse): void {
  const { config, key } = show?.loop.frames ?? {};
  const coding = config && readCoding(config);
  if (coding?.track !== 'video' || key?.track !== 'video') problem(answer, 404, 'not_found');
  else answer.writeHead(200, { 'content-type': 'video/mp4' }).end(still(coding, key));
}

function page(dists: Dists, path: string, answer: ServerResponse): void {
  const inConsole = path === '/console' || path.startsWith('/console/');
  const dist = inConsole ? dists.console : dists.site;
  if (dist === undefined) {
    problem(answer, 404, 'not_found');
    return;
  }
  const file = join(dist, normalize(inConsole ? path.slice('/console'.length) || '/' : path));
  const found = extname(file) !== '' && existsSync(file) ? file : join(dist, 'index.html');
  answer.writeHead(200, { 'content-type': TYPES[extname(found)] ?? 'application/octet-stream' });
  answer.end(readFileSync(found));
}

async function read(request: IncomingMessage): Promise<Record<string, unknown>> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  const text = Buffer.concat(chunks).toString();
  return text === '' ? {} : (JSON.parse(text) as Record<string, unknown>);
}
