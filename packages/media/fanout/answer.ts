import { type ServerResponse, STATUS_CODES } from 'node:http';
import type { Socket } from 'node:net';
import type { Problem } from '@weir/kit';
import type { Preview } from '../gate/preview.ts';

/** On every answer of the media port: any page may read it, and no browser may take it for a page. */
export const SECURITY_HEADERS: Readonly<Record<string, string>> = {
  'Access-Control-Allow-Origin': '*',
  'Access-Control-Expose-Headers': 'Date',
  'Content-Security-Policy': "default-src 'none'",
  'Cross-Origin-Resource-Policy': 'cross-origin',
  'Referrer-Policy': 'no-referrer',
  'X-Content-Type-Options': 'nosniff',
};

function head(status: number, headers: Record<string, string>): string {
  const lines = Object.entries({ ...headers, ...SECURITY_HEADERS }).map(
    ([name, value]) => `${name}: ${value}`,
  );
  return `HTTP/1.1 ${status} ${STATUS_CODES[status]}\r\n${lines.join('\r\n')}\r\n\r\n`;
}

const FLV_HEADERS = { 'Content-Type': 'video/x-flv', 'Cache-Control': 'no-store', Connection: 'close' };

/** Head of an FLV answer: its body lasts until the connection ends (RFC 9112 section 6.3). */
export const FLV_HEAD = Buffer.from(head(200, FLV_HEADERS));

/** The same for HEAD. */
export function flvHead(res: ServerResponse): void {
  res.writeHead(200, { ...FLV_HEADERS, ...SECURITY_HEADERS }).end();
}

/** Head that completes a WebSocket handshake (RFC 6455 section 4.2.2). */
export function switchingHead(accept: string): string {
  return `HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: ${accept}\r\n\r\n`;
}

export function sendJson(res: ServerResponse, body: object): void {
  const text = JSON.stringify(body);
  res.writeHead(200, {
    ...SECURITY_HEADERS,
    'Content-Type': 'application/json',
    'Content-Length': Buffer.byteLength(text),
    'Cache-Control': 'no-store',
  });
  res.end(res.req.method === 'HEAD' ? undefined : text);
}

/** A poster may outlive a cut in a cache for so long. */
const POSTER_CACHE_S = 5;

/** One key frame as fragmented MP4. */
export function sendPoster(res: ServerResponse, poster: Buffer): void {
  res.writeHead(200, {
    ...SECURITY_HEADERS,
    'Content-Type': 'video/mp4',
    'Content-Length': poster.length,
    'Cache-Control': `max-age=${POSTER_CACHE_S}`,
  });
  res.end(res.req.method === 'HEAD' ? undefined : poster);
}

/** What a gate holds, for one reviewer's eyes: kept nowhere on the way. */
export function sendPreview(res: ServerResponse, { type, body }: Preview): void {
  res.writeHead(200, {
    ...SECURITY_HEADERS,
    'Content-Type': type,
    'Content-Length': body.length,
    'Cache-Control': 'no-store',
  });
  res.end(res.req.method === 'HEAD' ? undefined : body);
}

/** Answers OPTIONS: reading is all there is. */
export function preflight(res: ServerResponse): void {
  res.writeHead(204, {
    ...SECURITY_HEADERS,
    'Access-Control-Allow-Methods': 'GET, HEAD, OPTIONS',
    'Access-Control-Allow-Headers': '*',
    'Access-Control-Max-Age': '600',
  });
  res.end();
}

/**
 * Answers with RFC 9457 problem details. `cacheSeconds` is for what will not change under its address: a cache that
 * was told `no-store` never learns of a cut.
 */
export function refuse(res: ServerResponse, problem: Problem, cacheSeconds = 0): void {
  const body = JSON.stringify(problem.body());
  res.writeHead(problem.status, {
    ...SECURITY_HEADERS,
    'Content-Type': 'application/problem+json',
    'Content-Length': Buffer.byteLength(body),
    'Cache-Control': cacheSeconds > 0 ? `public, max-age=${cacheSeconds}` : 'no-store',
    ...(problem.status === 429 ? { 'Retry-After': '1' } : {}),
    ...(problem.status === 429 || problem.status === 400 ? { Connection: 'close' } : {}),
  });
  res.end(res.req.method === 'HEAD' ? undefined : body);
}

/** The same on a bare socket (an upgrade, or bytes that are no request), which it ends. */
export function refuseSocket(socket: Socket, problem: Problem): void {
  const body = JSON.stringify(problem.body());
  const headers = {
    'Content-Type': 'application/problem+json',
    'Content-Length': String(Buffer.byteLength(body)),
    'Cache-Control': 'no-store',
    ...(problem.status === 429 ? { 'Retry-After': '1' } : {}),
    Connection: 'close',
  };
  socket.on('error', () => socket.destroy());
  socket.end(head(problem.status, headers) + body, () => socket.destroy());
}
