import { get, type IncomingHttpHeaders } from 'node:http';
import { brotliDecompressSync, gunzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createBroadcast, signIn } from './client.ts';
import { type Service, startService } from './service.ts';

let service: Service;

beforeAll(async () => {
  service = await startService();
}, 60_000);
afterAll(() => service?.dispose());

type Answer = { status: number; headers: IncomingHttpHeaders; bytes: Buffer };

/** An answer as it came over the wire, in the coding it came in. */
const ask = (path: string, codings = ''): Promise<Answer> =>
  new Promise((resolve, reject) => {
    const headers = codings ? { 'accept-encoding': codings } : {};
    get(new URL(path, service.url), { headers }, (answer) => {
      const parts: Buffer[] = [];
      answer.on('data', (part: Buffer) => parts.push(part));
      answer.on('error', reject);
      answer.on('end', () =>
        resolve({ status: answer.statusCode ?? 0, headers: answer.headers, bytes: Buffer.concat(parts) }),
      );
    }).on('error', reject);
  });

/** What a page's `Link` header tells the browser to fetch at once. */
const preloads = ({ headers }: Answer): string[] =>
  String(headers['link'] ?? '')
    .split(', ')
    .filter((part) => part !== '')
    .map((part) => {
      expect(part).toMatch(/^<[^>]+>; rel=preload; as=fetch; crossorigin$/);
      return part.slice(1, part.indexOf('>'));
    });
const scriptOf = ({ bytes }: Answer): string =>
  /src="([^"]+\.js)"/.exec(bytes.toString('utf8'))?.[1] ?? 'the page has no script';

describe('a page', () => {
  it('names what its script asks for first, at addresses that answer', async () => {
    const { id } = await createBroadcast(await signIn(service, 'demo-publisher'));
    const lobby = preloads(await ask('/?from=somewhere'));
    expect(lobby).toEqual(['/api/broadcasts?state=live', '/api/site', '/api/session']);
    const room = preloads(await ask(`/b/${id}`));
    expect(room).toEqual([`/api/broadcasts/${id}`, '/api/site', '/api/session']);
    expect(preloads(await ask('/studio'))).toEqual(['/api/site', '/api/session']);
    for (const path of new Set([...lobby, ...room])) {
      // Nobody is signed in; the script learns that as early as all else.
      const { status, headers } = await ask(path);
      expect([path, status, headers['cache-control']]).toEqual([
        path,
        path === '/api/session' ? 401 : 200,
        'no-store',
      ]);
    }
    for (const path of ['/console', '/console/desk/x', scriptOf(await ask('/'))])
      expect(preloads(await ask(path))).toEqual([]);
    // antd writes style elements; no page of the site may.
    const policy = async (path: string): Promise<unknown> =>
      (await ask(path)).headers['content-security-policy'];
    for (const path of ['/', `/b/${id}`, '/studio'])
      expect(await policy(path)).toContain("style-src 'self';");
    for (const path of ['/console', '/console/desk/x'])
      expect(await policy(path)).toContain("style-src 'self' 'unsafe-inline'");
  });

  it('comes in the best coding that is asked for, the same in each, and is asked for anew each time', async () => {
    for (const path of ['/', '/studio']) {
      const plain = await ask(path);
      const [br, gz, none] = [await ask(path, 'gzip, br'), await ask(path, 'gzip'), await ask(path, 'zstd')];
      expect([plain, br, gz, none].map(({ headers }) => headers['content-encoding'])).toEqual([
        undefined,
        'br',
        'gzip',
        undefined,
      ]);
      expect(brotliDecompressSync(br.bytes)).toEqual(plain.bytes);
      expect(gunzipSync(gz.bytes)).toEqual(plain.bytes);
      expect(none.bytes).toEqual(plain.bytes);
      for (const answer of [plain, br, gz]) {
        expect(answer.headers['content-type']).toMatch(/^text\/html/);
        expect(answer.headers['cache-control']).toBe('no-cache');
        // Else a cache gives one browser what another asked for.
        expect(answer.headers['vary']).toMatch(/accept-encoding/i);
        expect(answer.headers['content-security-policy']).toContain("script-src 'self'");
        expect(preloads(answer)).toContain('/api/site');
      }
    }
  });

  it('has a script whose name carries its hash, kept for good, in either coding', async () => {
    for (const page of ['/', '/console']) {
      const path = scriptOf(await ask(page));
      const [plain, br, gz] = [await ask(path), await ask(path, 'br'), await ask(path, 'gzip')];
      for (const { status, headers } of [plain, br, gz]) {
        expect([status, headers['cache-control']]).toEqual([200, 'public, max-age=31536000, immutable']);
        expect(headers['content-type']).toMatch(/javascript/);
        expect(headers['vary']).toMatch(/accept-encoding/i);
        expect(headers['content-security-policy']).toBeUndefined();
      }
      expect(brotliDecompressSync(br.bytes)).toEqual(plain.bytes);
      expect(gunzipSync(gz.bytes)).toEqual(plain.bytes);
      expect(br.bytes.length).toBeLessThan(plain.bytes.length / 2);
    }
  });

  it('that is none is not kept by anybody', async () => {
    for (const path of [
      '/assets/none-abcdefgh.js',
      '/no-such-page',
      '/b/../../package.json',
      '/index.html.map',
    ]) {
      const { status, headers } = await ask(path);
      expect([path, status, headers['cache-control']]).toEqual([path, 404, 'no-store']);
    }
  });

  it('that is none is a page that says so to who reads HTML, and a problem to a program', async () => {
    const get = (accept: string) => fetch(`${service.url}/no-such-page`, { headers: { accept } });
    const [page, problem] = [await get('text/html,*/*;q=0.8'), await get('*/*')];
    expect([page.status, page.headers.get('content-type')]).toEqual([404, 'text/html; charset=utf-8']);
    expect(await page.text()).toContain('<script type="module"');
    expect([problem.status, problem.headers.get('content-type')]).toEqual([
      404,
      'application/problem+json; charset=utf-8',
    ]);
  });
});
