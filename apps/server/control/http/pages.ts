import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import fastifyStatic from '@fastify/static';
import type { FastifyInstance, FastifyReply } from 'fastify';
import type { Control } from '../control.ts';

const APPS = fileURLToPath(new URL('../../..', import.meta.url));
/** Files whose name carries their hash may be kept for good. */
const HASHED = /[.-][\w-]{8,}\.(js|css|woff2?|svg|png|webp|mp4)(\.(br|gz))?$/;

/** Addresses of pages; everything else that is no file is 404. */
const SITE_PAGES = /^\/(?:b\/[\w-]+|studio|demo|me|notice|complaint)?(?:\/[\w-]+)*\/?$/;

/** What Vite names in a page's head, with the attributes that it gives there. */
const HEAD_FILE =
  /<(?:script|link) (?:async )?(?:type="module"|rel="(\w+)") crossorigin (?:src|href)="([^"]+)"/g;

/** The files of the site's page, for a `Link` header: they are asked for before the page itself is read. */
function files(): string[] {
  const html = readFileSync(join(rootOf('site'), 'index.html'), 'utf8');
  return [...html.matchAll(HEAD_FILE)].map(
    ([, rel, path]) =>
      `<${path}>; rel=${rel === 'stylesheet' ? 'preload; as=style' : 'modulepreload'}; crossorigin`,
  );
}

/**
 * What the script of the site's page at `path` asks for first: named in a `Link` header, so that a browser
 * fetches it while the script is still on its way. The script asks in the same way (same-origin fetch).
 */
function firstCalls(path: string): string[] {
  const calls = ['/api/site', '/api/session'];
  if (path === '/') calls.unshift('/api/broadcasts?state=live');
  const room = /^\/b\/([\w-]+)$/.exec(path)?.[1];
  if (room) calls.unshift(`/api/broadcasts/${room}`);
  return calls.map((call) => `<${call}>; rel=preload; as=fetch; crossorigin`);
}

/**
 * Only what these pages need: scripts of our own, media and sockets at the media address, `blob:` for Media
 * Source and its workers. antd writes style elements, so the console allows inline style.
 */
function policyOf(media: string, console: boolean): string {
  const socket = media.replace(/^http/, 'ws');
  return [
    "default-src 'self'",
    "script-src 'self'",
    `connect-src 'self' ${media} ${socket}`,
    `media-src 'self' blob: ${media}`,
    `img-src 'self' data: blob: ${media}`,
    "worker-src 'self' blob:",
    `style-src 'self'${console ? " 'unsafe-inline'" : ''}`,
    "style-src-attr 'unsafe-inline'",
    "font-src 'self' data:",
    "object-src 'none'",
    "base-uri 'none'",
    "form-action 'self'",
    "frame-ancestors 'none'",
  ].join('; ');
}

const rootOf = (name: 'console' | 'site', apps = APPS): string => join(apps, name, 'dist');

/**
 * Serves the built web apps: the site at `/`, the console at `/console`. While one is not built its pages are 404:
 * another Weir of the same clone may just be putting them in their place. `apps` is the folder that has both.
 */
export async function servePages(app: FastifyInstance, control: Control, apps = APPS): Promise<void> {
  // One for both: whichever is registered first also sends the other's pages (`pageFor`). The file tells whose it is.
  const headers = (reply: FastifyReply, path: string): void => {
    reply.header('cache-control', HASHED.test(path) ? 'public, max-age=31536000, immutable' : 'no-cache');
    if (!path.endsWith('.html') && !/\.html\.(br|gz)$/.test(path)) return;
    const console = path.startsWith(rootOf('console', apps));
    reply.header('content-security-policy', policyOf(control.edges.mediaUrl(), console));
    if (!console)
      reply.header('link', [...files(), ...firstCalls(reply.request.url.split('?')[0] ?? '/')].join(', '));
  };
  for (const name of ['console', 'site'] as const) {
    const root = rootOf(name, apps);
    await app.register(fastifyStatic, {
      root,
      prefix: name === 'console' ? '/console/' : '/',
      decorateReply: !app.hasReplyDecorator('sendFile'),
      wildcard: true,
      index: ['index.html'],
      preCompressed: true,
      cacheControl: false,
      setHeaders: headers,
      schemaHide: true,
    });
  }
}

/**
 * The page that answers an address of the web apps, and, as 404, the site's page that says so to a browser (`reads`)
 * that came by another; undefined where neither is.
 */
export function pageFor(url: string, reply: FastifyReply, reads: string): FastifyReply | undefined {
  const path = url.split('?')[0] ?? '/';
  if (path.startsWith('/api/') || /\.\w+$/.test(path)) return undefined;
  const console = path === '/console' || path.startsWith('/console/');
  const known = console || SITE_PAGES.test(path);
  if (!known && !reads.includes('text/html')) return undefined;
  const root = rootOf(console ? 'console' : 'site');
  if (!existsSync(join(root, 'index.html'))) return undefined;
  return (known ? reply : reply.code(404)).sendFile('index.html', root);
}
