import { heardServer } from './clock.ts';

/** Codes that arise in the browser itself, beside those of the server's catalogue. */
export type LocalCode = 'network' | 'timeout' | 'unreadable';

/**
 * A call that did not succeed. `code` is a key of the text catalogues (`error.CODE`); `detail` and `more`
 * come from the server's problem+json; `status` is 0 where no answer came.
 */
export class ApiError extends Error {
  override readonly name = 'ApiError';
  readonly code: string;
  readonly status: number;
  readonly detail: string | undefined;
  readonly more: Readonly<Record<string, unknown>>;

  constructor(code: string, status: number, detail?: string, more: Record<string, unknown> = {}) {
    super(detail ? `${code}: ${detail}` : code);
    this.code = code;
    this.status = status;
    this.detail = detail;
    this.more = more;
  }
}

/** The code of anything thrown; what is no `ApiError` is a fault of the page. */
export function codeOf(error: unknown): string {
  return error instanceof ApiError ? error.code : 'page';
}

export type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
export type Api = {
  /** Calls `path` and reads the JSON answer; throws `ApiError`. An empty answer is undefined. */
  call<T>(method: Method, path: string, body?: unknown, signal?: AbortSignal, withinMs?: number): Promise<T>;
  get<T>(path: string, signal?: AbortSignal, withinMs?: number): Promise<T>;
  post<T>(path: string, body?: unknown, withinMs?: number): Promise<T>;
  put<T>(path: string, body: unknown): Promise<T>;
  patch<T>(path: string, body: unknown): Promise<T>;
  delete<T>(path: string, body?: unknown): Promise<T>;
};

const TIMEOUT_MS = 15_000;

/**
 * A client of the API at `base` (default: the page's own origin). The session travels as the cookie. A call that has no
 * answer `withinMs` (15 s) ends as `timeout`.
 * @example const api = createApi(); const { items } = await api.get<Page<Broadcast>>('/api/broadcasts');
 */
export function createApi(base = '', fetcher: typeof fetch = (...args) => fetch(...args)): Api {
  const call = async <T>(
    method: Method,
    path: string,
    body?: unknown,
    signal?: AbortSignal,
    withinMs = TIMEOUT_MS,
  ): Promise<T> => {
    const timeout = AbortSignal.timeout(withinMs);
    let answer: Response;
    try {
      answer = await fetcher(base + path, {
        method,
        credentials: 'same-origin',
        headers: {
          accept: 'application/json',
          ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
        signal: signal ? AbortSignal.any([signal, timeout]) : timeout,
      });
      heardServer(answer.headers.get('date'));
      const text = await answer.text();
      if (answer.ok) return (text === '' ? undefined : JSON.parse(text)) as T;
      throw problem(answer.status, text);
    } catch (error) {
      if (error instanceof ApiError || signal?.aborted) throw error;
      if (timeout.aborted) throw new ApiError('timeout', 0);
      throw new ApiError(error instanceof SyntaxError ? 'unreadable' : 'network', 0);
    }
  };
  return {
    call,
    get: (path, signal, withinMs) => call('GET', path, undefined, signal, withinMs),
    post: (path, body, withinMs) => call('POST', path, body, undefined, withinMs),
    put: (path, body) => call('PUT', path, body),
    patch: (path, body) => call('PATCH', path, body),
    delete: (path, body) => call('DELETE', path, body),
  };
}

/** Reads RFC 9457 problem details; a proxy's page in their place becomes `unreadable`. */
function problem(status: number, text: string): ApiError {
  try {
    const { code, detail, type: _type, title: _title, status: _status, ...more } = JSON.parse(text);
    if (typeof code === 'string')
      return new ApiError(code, status, typeof detail === 'string' ? detail : undefined, more);
  } catch {
    // Falls through: not JSON at all.
  }
  return new ApiError('unreadable', status);
}
