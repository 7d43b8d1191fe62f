import { isId } from '@weir/kit';

/** What a request is for. `rest` is what follows `/hls/{id}/` and `/desk/{id}/`. */
export type Target = {
  readonly kind: 'live' | 'hls' | 'poster' | 'desk' | 'room' | 'healthz';
  readonly broadcast: string;
  readonly rest: string;
  readonly token: string | null;
};

const LIVE = /^\/live\/([^/]+)\.flv$/;
const HLS = /^\/hls\/([^/]+)\/(.*)$/;
const POSTER = /^\/poster\/([^/]+)\.mp4$/;
const DESK = /^\/desk\/([^/]+)\/(s\d{1,15}\/(?:still|video|audio))\.mp4$/;
const ROOM = /^\/room\/([^/]+)$/;

/** Reads a request target (path and query); undefined for a path that is none of ours or an id that is none. */
export function parseTarget(url: string): Target | undefined {
  if (!url.startsWith('/') || !URL.canParse(url, 'http://edge')) return undefined;
  const { pathname, searchParams } = new URL(url, 'http://edge');
  const token = searchParams.get('t');
  if (pathname === '/healthz') return { kind: 'healthz', broadcast: '', rest: '', token };
  for (const [kind, pattern] of [
    ['live', LIVE],
    ['hls', HLS],
    ['poster', POSTER],
    ['desk', DESK],
    ['room', ROOM],
  ] as const) {
    const [, broadcast, rest = ''] = pattern.exec(pathname) ?? [];
    if (broadcast !== undefined && isId(broadcast)) return { kind, broadcast, rest, token };
  }
  return undefined;
}
