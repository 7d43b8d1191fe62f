import { type Config, Problem } from '@weir/kit';
import type { FastifyRequest } from 'fastify';

const SAFE = new Set(['GET', 'HEAD', 'OPTIONS']);

/** True where a proxy stands between: then the peer's address says nothing about who asks. */
export function isForwarded(request: FastifyRequest): boolean {
  return request.headers.forwarded !== undefined || request.headers['x-forwarded-for'] !== undefined;
}

/**
 * Refuses a page of another origin that uses the visitor's cookie. Scripts send no Origin and pass.
 * @throws Problem forbidden
 */
export function mustBeSameOrigin(request: FastifyRequest, config: Config): void {
  if (SAFE.has(request.method)) return;
  const { origin } = request.headers;
  if (origin === undefined) {
    const site = request.headers['sec-fetch-site'];
    if (site === undefined || site === 'same-origin' || site === 'none') return;
  } else if (URL.canParse(origin)) {
    const { host } = new URL(origin);
    if (host === request.host) return;
    if (config.publicUrl && origin === new URL(config.publicUrl).origin) return;
  }
  throw new Problem('forbidden', 'This call came from a page of another origin');
}
