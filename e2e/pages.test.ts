import { get, type IncomingHttpHeaders } from 'node:http';
import { brotliDecompressSync, gunzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createBroadcast, signIn } from './client.ts';
import { type Service, startService } from './service.ts';

let service: Service;

beforeAll(async () => {
  service = await startService();
}, 180_000);
afterAll(() => service?.dispose());

type Answer = { status: number; headers: IncomingHttpHeaders; bytes: Buffer };

/** An answer as it came over the wire, in the coding it came in. */
const ask = (path: string, codings = '', token = ''): Promise<Answer> =>
  new Promise((resolve, reject) => {
    const headers = {
      ...(codings ? { 'accept-encoding': codings } : {}),
      ...(token ? { authorization: `Bearer ${token}` } : {}),
    };
    get(new URL(path, service.url), { headers }, (answer) => {
      const parts: Buffer[] = [];
      answer.on('data', (part: Buffer) => parts.push(part));
      answer.on('error', reject);
      answer.on('end', () =>
        resolve({ status: answer.statusCode ?? 0, headers: answer.headers, bytes: Buffer.concat(parts) }),
      );
    }).on('error', reject);
  });

/** What a page's `Link` header tells the browser to fetch at once, in its order: of a kind. */
function linked({ headers }: Answer, kind: string): string[] {
  const parts = String(headers['link'] ?? '')
    .split(', ')
    .filter((part) => part !== '');
  for (const part of parts)
    expect(part).toMatch(/^<[^>]+>; rel=(?:preload; as=(?:fetch|style)|modulepreload); crossorigin$/);
  return parts
    .filter((part) => part.includes(`>; rel=${kind};`))
    .map((part) => part.slice(1, part.indexOf('>')));
}
const preloads = (answer: Answer): string[] => linked(answer, 'preload; as=fetch');
const headOf = ({ bytes }: Answer): string => /<head>(.*)<\/head>/s.exec(bytes.toString('utf8'))?.[1] ?? '';
/** The largest script that the page names. */
async function scriptOf(page: Answer): Promise<string> {
  let largest = { path: 'the page has no script', length: 0 };
  for (const [, path = ''] of headOf(page).matchAll(/"(\/[^"]+\.js)"/g)) {
    const { length } = (await ask(path)).bytes;
    if (length > largest.length) largest = { path, length };
  }
  return largest.path;
}

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
    for (const path of ['/console', '/console/desk/x', await scriptOf(await ask('/'))])
      expect((await ask(path)).headers['link']).toBeUndefined();
    // antd writes style elements; no page of the site may.
    const policy = async (path: string): Promise<unknown> =>
      (await ask(path)).headers['content-security-policy'];
    for (const path of ['/', `/b/${id}`, '/studio'])
      expect(await policy(path)).toContain("style-src 'self';");
    for (const path of ['/console', '/console/desk/x'])
      expect(await policy(path)).toContain("style-src 'self' 'unsafe-inline'");
  });

  it('of the site names the files of its head too, before it is read', async () => {
    for (const path of ['/', '/studio']) {
      const page = await ask(path, 'gzip');
      const head = headOf(await ask(path));
      const [scripts, styles] = [linked(page, 'modulepreload'), linked(page, 'preload; as=style')];
      const named = [...head.matchAll(/"(\/assets\/[^"]+\.(?:js|css))"/g)].map(([, file]) => file);
      expect([...scripts, ...styles].sort()).toEqual([...new Set(named)].sort());
      expect([scripts.length > 1, styles.length]).toEqual([true, 1]);
      for (const file of [...scripts, ...styles]) expect((await ask(file)).status).toBe(200);
    }
  });

  it('gets the list of what is live compressed where it can take it so', async () => {
    const publisher = await signIn(service, 'demo-publisher');
    for (let i = 0; i < 3; i++) await createBroadcast(publisher);
    const mine = async (coding?: string): Promise<Answer> => ask('/api/broadcasts', coding, publisher.token);
    const [plain, gz, refused] = [await mine(), await mine('br, gzip'), await mine('gzip;q=0, identity')];
    expect(plain.bytes.length).toBeGreaterThan(1_200);
    expect(gz.headers['content-encoding']).toBe('gzip');
    expect(JSON.parse(gunzipSync(gz.bytes).toString())).toEqual(JSON.parse(plain.bytes.toString()));
    expect(gz.bytes.length).toBeLessThan(plain.bytes.length / 2);
    for (const { headers, bytes } of [plain, refused]) {
      expect(headers['content-encoding']).toBeUndefined();
      expect(bytes).toEqual(plain.bytes);
    }
    for (const { headers } of [plain, gz, refused]) expect(headers['vary']).toMatch(/accept-encoding/i);
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
      const path = await scriptOf(await ask(page));
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
    expect(await page.text()).toMatch(/<script[^>]* type="module"/);
    expect([problem.status, problem.headers.get('content-type')]).toEqual([
      404,
      'application/problem+json; charset=utf-8',
    ]);
  });
});
