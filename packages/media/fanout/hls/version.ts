import type { IncomingMessage } from 'node:http';

/**
 * Whether a request came by HTTP/2 or later, for `OriginOptions.lowLatency`: seen here, or said in `Via` (RFC 9110
 * section 7.6.3) by a proxy that `trusts` answers true for. nginx says it by
 * `proxy_set_header Via "$server_protocol nginx";`.
 */
export function cameByHttp2(req: IncomingMessage, trusts: (address: string) => boolean): boolean {
  if (req.httpVersionMajor >= 2) return true;
  const via = req.headers['via'];
  if (via === undefined || !trusts(req.socket.remoteAddress ?? '')) return false;
  return Number(/^\s*(?:HTTP\/)?(\d)/i.exec(via)?.[1] ?? 1) >= 2;
}
