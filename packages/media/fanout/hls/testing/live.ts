import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { createServer, type IncomingMessage, type RequestListener, type ServerResponse } from 'node:http';
import { createSecureServer } from 'node:http2';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { realClock } from '@weir/kit';
import type { Packet } from '../../../packet.ts';
import type { HlsOrigin } from '../origin.ts';

/** A server in front of one origin, as the edge's door is one. Anything outside `/hls/x/` goes to `page`. */
export type Live = { url: string; asked: string[]; close(): Promise<void> };
type Door = { origin: HlsOrigin; page?: (path: string) => Buffer | undefined };

function listener({ origin, page }: Door, asked: string[]): RequestListener {
  return (req: IncomingMessage, res: ServerResponse) => {
    const url = req.url ?? '';
    asked.push(url);
    if (url.startsWith('/hls/x/')) {
      origin.handle(req, res, url.slice('/hls/x/'.length), () => ({ session: 'viewer' }));
      return;
    }
    const body = page?.(url);
    res.writeHead(body ? 200 : 404, {
      'content-type': url.endsWith('.js') ? 'text/javascript' : 'text/html',
    });
    res.end(body);
  };
}

/** Over HTTP/1.1 on a free port. */
export async function serve(door: Door): Promise<Live> {
  const asked: string[] = [];
  const server = createServer(listener(door, asked));
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  const { port } = server.address() as AddressInfo;
  const close = (): Promise<void> => {
    server.closeAllConnections();
    return new Promise((done) => server.close(() => done()));
  };
  return { url: `http://127.0.0.1:${port}`, asked, close };
}

/** Over HTTP/2 with a certificate that openssl signs on the spot. */
export async function serveHttp2(door: Door): Promise<Live> {
  const directory = await mkdtemp(join(tmpdir(), 'weir-tls-'));
  const [key, cert] = [join(directory, 'key.pem'), join(directory, 'cert.pem')];
  const request = [
    'req',
    '-x509',
    '-newkey',
    'ec',
    '-pkeyopt',
    'ec_paramgen_curve:P-256',
    '-nodes',
    '-days',
    '2',
  ];
  const subject = ['-subj', '/CN=localhost', '-addext', 'subjectAltName=IP:127.0.0.1'];
  await promisify(execFile)('openssl', [...request, ...subject, '-keyout', key, '-out', cert]);
  const asked: string[] = [];
  const server = createSecureServer({ key: await readFile(key), cert: await readFile(cert) });
  server.on('request', listener(door, asked) as never);
  const sessions = new Set<{ destroy(): void }>();
  server.on('session', (session) => {
    sessions.add(session);
    session.once('close', () => sessions.delete(session));
  });
  await rm(directory, { recursive: true });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  const { port } = server.address() as AddressInfo;
  const close = (): Promise<void> => {
    for (const session of sessions) session.destroy();
    return new Promise((done) => server.close(() => done()));
  };
  return { url: `https://127.0.0.1:${port}`, asked, close };
}

/**
 * Feeds clips into an origin in real time on one output timeline, one after the other and round again, as a gate
 * releases them. Each begins with its sequence headers.
 */
export function feed(origin: HlsOrigin, clips: readonly Packet[][]): { stop(): void; readonly at: number } {
  const began = realClock.mono();
  let [clip, next, base, at] = [0, 0, 0, 0];
  const timer = realClock.every(10, () => {
    const now = realClock.mono() - began;
    for (;;) {
      const packets = clips[clip % clips.length] ?? [];
      const packet = packets[next];
      if (!packet) {
        base += lengthMs(packets);
        clip++;
        next = 0;
        continue;
      }
      if (base + packet.dts > now) return;
      at = base + packet.dts;
      origin.write({ packet, at });
      next++;
    }
  });
  return {
    stop: () => timer.cancel(),
    get at() {
      return at;
    },
  };
}

/** A clip's length: to the end of its longest track, so that the next one overlaps neither. */
export function lengthMs(packets: readonly Packet[]): number {
  let longest = 0;
  for (const track of ['video', 'audio']) {
    const frames = packets.filter((packet) => packet.track === track && packet.role !== 'config');
    const [before, last] = [frames.at(-2), frames.at(-1)];
    if (before && last) longest = Math.max(longest, 2 * last.dts - before.dts);
  }
  if (longest === 0) throw new Error('an empty clip');
  return longest;
}
