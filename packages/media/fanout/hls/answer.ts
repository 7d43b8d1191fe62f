import type { ServerResponse } from 'node:http';
import type { Problem } from '@weir/kit';
import type { Stored } from './segment.ts';

/** Any page may play what its token allows. */
const OPEN_TO_ALL = {
  'access-control-allow-origin': '*',
  'cross-origin-resource-policy': 'cross-origin',
  'x-content-type-options': 'nosniff',
} as const;

/** After a cut-off: a cache that would serve stale must learn of it and may then spare us the question. */
export const GONE = 'max-age=60';
/** Bounds how long a cache outlives a cut-off. */
const SEGMENT = 'max-age=10';

/** RFC 9457 problem details. */
export function sendProblem(res: ServerResponse, problem: Problem, cache = 'no-store'): void {
  if (res.headersSent || res.destroyed) return;
  const body = JSON.stringify(problem.body());
  res.writeHead(problem.status, {
    ...OPEN_TO_ALL,
    'content-type': 'application/problem+json',
    'content-length': Buffer.byteLength(body),
    'cache-control': cache,
    ...(problem.status === 429 || problem.status === 503 ? { 'retry-after': '1' } : {}),
  });
  res.end(res.req.method === 'HEAD' ? undefined : body);
}

export function sendPlaylist(res: ServerResponse, body: string): void {
  res.writeHead(200, {
    ...OPEN_TO_ALL,
    'content-type': 'application/vnd.apple.mpegurl',
    'content-length': Buffer.byteLength(body),
    'cache-control': 'no-store',
  });
  res.end(res.req.method === 'HEAD' ? undefined : body);
}

/** A segment, a part or a map, from the buffers that all viewers share. */
export function sendMedia(res: ServerResponse, stored: Stored, type: 'video/mp4' | 'audio/mp4'): void {
  res.writeHead(200, {
    ...OPEN_TO_ALL,
    'content-type': type,
    'content-length': stored.sizeBytes,
    'cache-control': SEGMENT,
  });
  if (res.req.method !== 'HEAD') {
    res.cork();
    for (const chunk of stored.chunks) res.write(chunk);
    res.uncork();
  }
  res.end();
}

/** The answer to a preflight (Fetch standard, section "CORS-preflight fetch"). */
export function sendPreflight(res: ServerResponse): void {
  res.writeHead(204, {
    ...OPEN_TO_ALL,
    'access-control-allow-methods': 'GET, HEAD',
    'access-control-allow-headers': 'range',
    'access-control-max-age': '86400',
  });
  res.end();
}
