import type { Service } from './service.ts';

/** A signed-in person's way to the API: throws on anything but 2xx, with the problem's code. */
export type Client = {
  readonly token: string;
  get<T>(path: string): Promise<T>;
  post<T>(path: string, body?: unknown): Promise<T>;
  put<T>(path: string, body?: unknown): Promise<T>;
  patch<T>(path: string, body: unknown): Promise<T>;
  delete<T>(path: string, body?: unknown): Promise<T>;
};

export type Broadcast = {
  id: string;
  number: number;
  title: string;
  state: string;
  viewers: number;
  gate: { media: { mode: string }; messages: { mode: string } };
  lastRefusal?: { code: string };
};
export type Created = Broadcast & { ingest: { url: string; key: string } };
export type Play = { flv: string; ws: string; hls: string; room: string; expiresAt: string };

export class ApiError extends Error {
  readonly status: number;
  readonly code: string;
  constructor(status: number, code: string, detail: string) {
    super(`${status} ${code}: ${detail}`);
    this.status = status;
    this.code = code;
  }
}

/** One call; `token` may be empty for nobody. */
export async function call<T>(
  service: Service,
  token: string,
  method: string,
  path: string,
  body?: unknown,
): Promise<T> {
  const answer = await fetch(new URL(path, service.url), {
    method,
    headers: {
      ...(token ? { authorization: `Bearer ${token}` } : {}),
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const text = await answer.text();
  const value = text ? JSON.parse(text) : undefined;
  if (!answer.ok) throw new ApiError(answer.status, value?.code ?? 'none', value?.detail ?? text);
  return value as T;
}

/** Signs a demo account in. */
export async function signIn(service: Service, account: string): Promise<Client> {
  const { token } = await call<{ token: string }>(service, '', 'POST', '/api/session', {
    account,
    password: service.password,
  });
  const by =
    (method: string) =>
    <T>(path: string, body?: unknown): Promise<T> =>
      call<T>(service, token, method, path, body);
  return {
    token,
    get: by('GET'),
    post: (path, body = {}) => by('POST')(path, body),
    put: by('PUT'),
    patch: by('PATCH'),
    delete: by('DELETE'),
  };
}

/** Creates a broadcast as the demo publisher. */
export function createBroadcast(publisher: Client, over: object = {}): Promise<Created> {
  return publisher.post<Created>('/api/broadcasts', {
    title: '试播',
    kind: 'video',
    category: 'chat',
    ...over,
  });
}
