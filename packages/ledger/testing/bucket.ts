import { hash } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { BucketObjects, type Lock } from './bucketObjects.ts';

const PAGE = 3;
const inXml = (text: string): string => text.replace(/&/g, '&amp;').replace(/</g, '&lt;');
const of = (name: string, value: unknown): string => `<${name}>${inXml(String(value))}</${name}>`;

/** What ails a bucket for a while. */
export type Ailment = {
  /** Each answer comes so late. */
  delayMs?: number;
  /** Each call is refused with 503 `SlowDown`. */
  slowDown?: boolean;
  /** The connection breaks when so many bytes of a body have come. */
  breakAfter?: number;
  /** Only calls of this method and on, where one is named. */
  method?: string;
  /** Only calls of keys that contain this. */
  key?: string;
  isMissing?: boolean;
  isRefused?: boolean;
  /** It says no checksum of what it has. */
  isSilent?: boolean;
  /** What it takes in is altered on the way to its disk. */
  isCorrupting?: boolean;
};

type Call = { method: string; key: string; query: URLSearchParams; request: IncomingMessage; body: Buffer };
type Answer = {
  status?: number;
  code?: string;
  xml?: string;
  bytes?: Buffer;
  headers?: Record<string, string>;
};

/**
 * A bucket over HTTP as S3 answers, addressed by path, with versions and Object Lock where it is `locking`; pages are
 * three long, so that every listing of more has several.
 */
export class TestBucket {
  readonly #isLocking: boolean;
  readonly objects: BucketObjects;
  ails: Ailment = {};
  /** Calls that came, `METHOD key`. */
  readonly calls: string[] = [];
  /** Now, for the locks. */
  now = Date.now();
  #server: Server | undefined;
  #port = 0;

  constructor(isLocking = false) {
    this.#isLocking = isLocking;
    this.objects = new BucketObjects(isLocking);
  }

  /** Begins to answer, at the same port as before; gives its address. */
  async listen(): Promise<string> {
    const server = createServer((request, response) => this.#take(request, response));
    this.#server = server;
    await new Promise<void>((resolve) => server.listen(this.#port, '127.0.0.1', resolve));
    this.#port = (server.address() as AddressInfo).port;
    return `http://key:secret@127.0.0.1:${this.#port}/bucket/pre/fix`;
  }

  /** Ends: connections are refused from now on. */
  close(): Promise<void> {
    this.#server?.closeAllConnections();
    return new Promise((resolve) => (this.#server ? this.#server.close(() => resolve()) : resolve()));
  }

  /** Versions of an object that are left, deletion markers among them. */
  versions(key: string): number {
    return this.objects.versions(key).length;
  }

  #take(request: IncomingMessage, response: ServerResponse): void {
    const pieces: Buffer[] = [];
    let bytes = 0;
    const { method = request.method, key = '' } = this.ails;
    const ails = method === request.method && request.url?.includes(key) ? this.ails : {};
    request.on('error', () => {});
    request.on('data', (piece: Buffer) => {
      pieces.push(piece);
      bytes += piece.length;
      if (ails.breakAfter !== undefined && bytes >= ails.breakAfter) request.socket.destroy();
    });
    request.on('end', () => {
      const answer = (): void => this.#send(request, Buffer.concat(pieces), ails, response);
      if (ails.delayMs) setTimeout(answer, ails.delayMs).unref();
      else answer();
    });
  }

  #send(request: IncomingMessage, body: Buffer, ails: Ailment, response: ServerResponse): void {
    const url = new URL(request.url ?? '/', 'http://bucket');
    const [, bucket, ...rest] = decodeURIComponent(url.pathname).split('/');
    const call = {
      method: request.method ?? '',
      key: rest.join('/'),
      query: url.searchParams,
      request,
      body,
    };
    this.calls.push(`${call.method} ${call.key}`);
    const isOurs = request.headers.authorization?.includes('Credential=key/') === true;
    const { status, code, xml, bytes, headers } = !isOurs
      ? { status: 403, code: 'InvalidAccessKeyId' }
      : ails.slowDown
        ? { status: 503, code: 'SlowDown' }
        : ails.isRefused
          ? { status: 403, code: 'AccessDenied' }
          : ails.isMissing || bucket !== 'bucket'
            ? { status: 404, code: 'NoSuchBucket' }
            : this.#answer(call);
    response.statusCode = status ?? 200;
    for (const [name, value] of Object.entries(headers ?? {}))
      if (!(ails.isSilent && name.includes('checksum'))) response.setHeader(name, value);
    const text = code ? of('Error', '').replace('><', `>${of('Code', code)}${of('Message', code)}<`) : xml;
    if (text === undefined) return void response.end(bytes);
    response.setHeader('content-type', 'application/xml');
    const said = ails.isSilent ? text.replace(/<Checksum.*?<\/Checksum\w+>/g, '') : text;
    response.end(`<?xml version="1.0"?>${said}`);
  }

  #answer(call: Call): Answer {
    const { method, query } = call;
    if (method === 'PUT') return this.#put(call);
    if (method === 'POST') return this.#post(call);
    if (method === 'DELETE') return this.#delete(call);
    if (method === 'HEAD') return this.#head(call);
    if (query.has('versions')) return this.#listVersions(query);
    if (query.has('uploads')) return this.#listUploads(query);
    if (query.has('list-type')) return this.#list(query);
    return this.#get(call);
  }

  #put({ key, query, request, body }: Call): Answer {
    if (query.has('legal-hold')) {
      const there = this.objects.latest(key);
      if (!this.#isLocking) return { status: 400, code: 'InvalidRequest' };
      if (!there) return { status: 404, code: 'NoSuchKey' };
      there.isHeld = body.includes('<Status>ON</Status>');
      return {};
    }
    const checksum = hash('sha256', body, 'base64');
    if (request.headers['x-amz-checksum-sha256'] !== checksum) return { status: 400, code: 'BadDigest' };
    const kept = this.ails.isCorrupting ? Buffer.from(body).fill(0, 0, 1) : body;
    const answer = { headers: { 'x-amz-checksum-sha256': hash('sha256', kept, 'base64'), etag: '"e"' } };
    const upload = query.get('uploadId');
    if (upload !== null) {
      const to = this.objects.uploads.get(upload);
      if (!to) return { status: 404, code: 'NoSuchUpload' };
      to.parts.set(Number(query.get('partNumber')), kept);
      return answer;
    }
    const lock = this.#lockOf(request);
    if (!lock) return { status: 400, code: 'InvalidRequest' };
    this.objects.put(key, kept, lock, hash('sha256', kept, 'base64'));
    return answer;
  }

  #post({ key, query, request }: Call): Answer {
    if (query.has('uploads')) {
      const lock = this.#lockOf(request);
      if (!lock) return { status: 400, code: 'InvalidRequest' };
      return {
        xml: `<InitiateMultipartUploadResult>${of('UploadId', this.objects.begin(key, lock))}</InitiateMultipartUploadResult>`,
      };
    }
    const checksum = this.objects.complete(query.get('uploadId') ?? '');
    if (checksum === undefined) return { status: 404, code: 'NoSuchUpload' };
    return {
      xml: `<CompleteMultipartUploadResult>${of('ChecksumSHA256', checksum)}</CompleteMultipartUploadResult>`,
    };
  }

  #delete({ key, query }: Call): Answer {
    const upload = query.get('uploadId');
    if (upload !== null) return this.objects.uploads.delete(upload) ? { status: 204 } : { status: 404 };
    const id = query.get('versionId');
    if (id === null) this.objects.hide(key);
    else {
      const version = this.objects.versions(key).find((one) => one.id === id);
      if (version && (version.isHeld || version.until > this.now))
        return { status: 403, code: 'AccessDenied' };
      if (version) this.objects.remove(key, version);
    }
    return { status: 204 };
  }

  #head({ key, query }: Call): Answer {
    const id = query.get('versionId');
    const there = id ? this.objects.versions(key).find((one) => one.id === id) : this.objects.latest(key);
    if (!there) return { status: 404 };
    return {
      bytes: Buffer.alloc(0),
      headers: {
        'content-length': String(there.bytes.length),
        ...(there.checksum ? { 'x-amz-checksum-sha256': there.checksum } : {}),
        ...(there.isHeld ? { 'x-amz-object-lock-legal-hold': 'ON' } : {}),
        ...(there.mode
          ? {
              'x-amz-object-lock-mode': there.mode,
              'x-amz-object-lock-retain-until-date': new Date(there.until).toISOString(),
            }
          : {}),
      },
    };
  }

  #get({ key, request }: Call): Answer {
    const there = this.objects.latest(key);
    if (!there) return { status: 404, code: 'NoSuchKey' };
    const range = /^bytes=(\d+)-(\d+)$/.exec(request.headers.range ?? '');
    if (!range) return { bytes: there.bytes };
    if (Number(range[1]) >= there.bytes.length) return { status: 416, code: 'InvalidRange' };
    return { status: 206, bytes: there.bytes.subarray(Number(range[1]), Number(range[2]) + 1) };
  }

  #listVersions(query: URLSearchParams): Answer {
    const { page, more, next } = this.#page(query, query.get('key-marker') ?? '', () => true);
    const items = page.flatMap((key) =>
      this.objects.versions(key).map(({ id, isMarker, bytes }) => {
        const name = isMarker ? 'DeleteMarker' : 'Version';
        return `<${name}>${of('Key', key)}${of('VersionId', id)}${of('Size', bytes.length)}</${name}>`;
      }),
    );
    const marker = more ? of('NextKeyMarker', next) : '';
    return {
      xml: `<ListVersionsResult>${of('IsTruncated', more)}${marker}${items.join('')}</ListVersionsResult>`,
    };
  }

  #list(query: URLSearchParams): Answer {
    const isThere = (key: string): boolean => this.objects.latest(key) !== undefined;
    const { page, more, next } = this.#page(query, query.get('continuation-token') ?? '', isThere);
    const items = page.map(
      (key) => `<Contents>${of('Key', key)}${of('Size', this.objects.latest(key)?.bytes.length)}</Contents>`,
    );
    const token = more ? of('NextContinuationToken', next) : '';
    return {
      xml: `<ListBucketResult>${of('IsTruncated', more)}${token}${items.join('')}</ListBucketResult>`,
    };
  }

  #listUploads(query: URLSearchParams): Answer {
    const prefix = query.get('prefix') ?? '';
    const items = [...this.objects.uploads]
      .filter(([, { key }]) => key.startsWith(prefix))
      .map(([id, { key }]) => `<Upload>${of('Key', key)}${of('UploadId', id)}</Upload>`);
    return {
      xml: `<ListMultipartUploadsResult><IsTruncated>false</IsTruncated>${items.join('')}</ListMultipartUploadsResult>`,
    };
  }

  #page(
    query: URLSearchParams,
    after: string,
    isThere: (key: string) => boolean,
  ): { page: string[]; more: boolean; next: string } {
    const keys = this.objects.keys(query.get('prefix') ?? '').filter((key) => key > after && isThere(key));
    const page = keys.slice(0, PAGE);
    return { page, more: keys.length > PAGE, next: page.at(-1) ?? '' };
  }

  /** The lock that a call asks for; undefined where it asks for one that the bucket does not know. */
  #lockOf({ headers }: IncomingMessage): Lock | undefined {
    const mode = headers['x-amz-object-lock-mode'];
    if (mode !== undefined && !this.#isLocking) return undefined;
    const until = Date.parse(String(headers['x-amz-object-lock-retain-until-date'] ?? '')) || 0;
    return { mode: String(mode ?? ''), until };
  }
}
