import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, expect, test } from 'vitest';
import { type Api, ApiError, codeOf, createApi } from './api.ts';

let server: Server | undefined;

async function against(listener: RequestListener): Promise<Api> {
  server = createServer(listener);
  await new Promise<void>((done) => server?.listen(0, '127.0.0.1', done));
  return createApi(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
}

afterEach(() => {
  server?.close();
  server?.closeAllConnections();
});

const failure = async (call: Promise<unknown>): Promise<ApiError> => {
  const error = await call.then(() => undefined).catch((e: unknown) => e);
  expect(error).toBeInstanceOf(ApiError);
  return error as ApiError;
};

test('an answer is read as JSON, and an empty one as nothing', async () => {
  const api = await against((request, answer) =>
    request.method === 'DELETE' ? answer.writeHead(204).end() : answer.end('{"items":[1]}'),
  );
  expect(await api.get('/api/x')).toEqual({ items: [1] });
  expect(await api.delete('/api/x')).toBeUndefined();
});

test('problem details become an error with their code, detail and extensions', async () => {
  const api = await against((_, answer) =>
    answer
      .writeHead(409, { 'content-type': 'application/problem+json' })
      .end(
        '{"type":"about:blank","title":"x","status":409,"code":"broadcast_cut","detail":"why","edge":"1"}',
      ),
  );
  const error = await failure(api.put('/api/x', {}));
  expect(error).toMatchObject({ code: 'broadcast_cut', status: 409, detail: 'why', more: { edge: '1' } });
  expect(codeOf(error)).toBe('broadcast_cut');
});

test("a proxy's page is called unreadable, not shown", async () => {
  const api = await against((_, answer) => answer.writeHead(502).end('<html>Bad Gateway</html>'));
  expect(await failure(api.get('/api/x'))).toMatchObject({ code: 'unreadable', status: 502 });
});

test('no answer at all is a network error', async () => {
  const api = await against((request) => request.socket.destroy());
  expect(await failure(api.get('/api/x'))).toMatchObject({ code: 'network', status: 0 });
});

test('a call that the page gives up is no error of the service', async () => {
  const api = await against(() => undefined);
  const left = new AbortController();
  const call = api.get('/api/x', left.signal);
  left.abort();
  await expect(call).rejects.not.toBeInstanceOf(ApiError);
});

test('a call waits as long as it is told to, and ends as a timeout', async () => {
  const api = await against(
    (request, answer) => void setTimeout(() => answer.end('{}'), request.method === 'GET' ? 60_000 : 100),
  );
  expect(await failure(api.get('/api/x', undefined, 20))).toMatchObject({ code: 'timeout', status: 0 });
  expect(await api.post('/api/x', {}, 60_000)).toEqual({});
});
