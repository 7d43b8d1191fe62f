import { hash } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

type Version = { id: string; bytes: Buffer; isMarker: boolean; until: number; mode: string; isHeld: boolean };
const PAGE = 3;
const inXml = (text: string): string => text.replace(/&/g, '&amp;').replace(/</g, '&lt;');

/**
 * A bucket over HTTP as S3 answers, addressed by path, with versions and Object Lock where it is `locking`; pages are
 * three long, so that every listing of more has several.
 */
export class TestBucket {
  readonly #isLocking: boolean;
  readonly #objects = new Map<string, Version[]>();
  #count = 0;
  /** Now, for the locks. */
  now = Date.now();
  readonly #server = createServer((request, response) => {
    const pieces: Buffer[] = [];
    request.on('data', (piece: Buffer) => pieces.push(piece));
    request.on('end', () => this.#answer(request, Buffer.concat(pieces), response));
  });

  constructor(isLocking = false) {
    this.#isLocking = isLocking;
  }

  async listen(): Promise<string> {
    await new Promise<void>((resolve) => this.#server.listen(0, '127.0.0.1', resolve));
    return `http://key:secret@127.0.0.1:${(this.#server.address() as AddressInfo).port}/bucket/pre/fix`;
  }

  close(): Promise<void> {
    this.#server.closeAllConnections();
    return new Promise((resolve) => this.#server.close(() => resolve()));
  }

  /** Versions of an object that are left, deletion markers among them. */
  versions(key: string): number {
    return this.#objects.get(key)?.length ?? 0;
  }

  #answer(request: IncomingMessage, body: Buffer, response: ServerResponse): unknown {
    const url = new URL(request.url ?? '/', 'http://bucket');
    const [, bucket, ...rest] = decodeURIComponent(url.pathname).split('/');
    const key = rest.join('/');
    const fail = (status: number, code: string): unknown => {
      response.statusCode = status;
      response.setHeader('content-type', 'application/xml');
      return response.end(
        `<?xml version="1.0"?><Error><Code>${code}</Code><Message>${code}</Message></Error>`,
      );
    };
    const xml = (text: string): unknown => {
      response.setHeader('content-type', 'application/xml');
      return response.end(`<?xml version="1.0"?>${text}`);
    };
    if (!request.headers.authorization?.includes('Credential=key/')) return fail(403, 'AccessDenied');
    if (bucket !== 'bucket') return fail(404, 'NoSuchBucket');
    const query = url.searchParams;
    const all = this.#objects.get(key) ?? [];
    const latest = all.at(-1);
    const there = latest && !latest.isMarker ? latest : undefined;

    if (request.method === 'PUT' && query.has('legal-hold')) {
      if (!this.#isLocking) return fail(400, 'InvalidRequest');
      if (!there) return fail(404, 'NoSuchKey');
      there.isHeld = body.includes('<Status>ON</Status>');
      return response.end();
    }
    if (request.method === 'PUT') {
      const mode = request.headers['x-amz-object-lock-mode'] as string | undefined;
      if (request.headers['x-amz-checksum-sha256'] !== hash('sha256', body, 'base64'))
        return fail(400, 'BadDigest');
      if (mode && !this.#isLocking) return fail(400, 'InvalidRequest');
      const until = Date.parse((request.headers['x-amz-object-lock-retain-until-date'] as string) ?? '') || 0;
      const version = { bytes: body, isMarker: false, until, mode: mode ?? '', isHeld: false };
      const id = this.#isLocking ? `v${++this.#count}` : 'null';
      this.#objects.set(key, [...(this.#isLocking ? all : []), { id, ...version }]);
      return response.end();
    }
    if (request.method === 'DELETE') {
      const id = query.get('versionId');
      if (id === null && this.#isLocking) {
        // Hidden, not gone.
        const marker = { bytes: Buffer.alloc(0), isMarker: true, until: 0, mode: '', isHeld: false };
        this.#objects.set(key, [...all, { id: `v${++this.#count}`, ...marker }]);
      } else {
        const version = all.find((one) => one.id === (id ?? 'null'));
        if (version && (version.isHeld || version.until > this.now)) return fail(403, 'AccessDenied');
        this.#objects.set(
          key,
          all.filter((one) => one !== version),
        );
      }
      response.statusCode = 204;
      return response.end();
    }
    if (query.has('versions')) {
      const after = query.get('key-marker') ?? '';
      const keys = this.#keys(query.get('prefix') ?? '').filter((one) => one > after);
      const page = keys.slice(0, PAGE);
      const items = page.flatMap((one) =>
        (this.#objects.get(one) ?? []).map(({ id, isMarker, bytes }) => {
          const name = isMarker ? 'DeleteMarker' : 'Version';
          return `<${name}><Key>${inXml(one)}</Key><VersionId>${id}</VersionId><Size>${bytes.length}</Size></${name}>`;
        }),
      );
      const more = keys.length > PAGE;
      const next = more ? `<NextKeyMarker>${inXml(page.at(-1) ?? '')}</NextKeyMarker>` : '';
      return xml(
        `<ListVersionsResult><IsTruncated>${more}</IsTruncated>${next}${items.join('')}</ListVersionsResult>`,
      );
    }
    if (query.has('list-type')) {
      const after = query.get('continuation-token') ?? '';
      const keys = this.#keys(query.get('prefix') ?? '').filter(
        (one) => one > after && this.#objects.get(one)?.at(-1)?.isMarker === false,
      );
      const page = keys.slice(0, PAGE);
      const items = page.map((one) => {
        const size = this.#objects.get(one)?.at(-1)?.bytes.length;
        return `<Contents><Key>${inXml(one)}</Key><Size>${size}</Size></Contents>`;
      });
      const more = keys.length > PAGE;
      const next = more ? `<NextContinuationToken>${inXml(page.at(-1) ?? '')}</NextContinuationToken>` : '';
      return xml(
        `<ListBucketResult><IsTruncated>${more}</IsTruncated>${next}${items.join('')}</ListBucketResult>`,
      );
    }
    if (!there) return fail(404, 'NoSuchKey');
    const range = /^bytes=(\d+)-(\d+)$/.exec(request.headers.range ?? '');
    if (!range) return response.end(there.bytes);
    if (Number(range[1]) >= there.bytes.length) return fail(416, 'InvalidRange');
    response.statusCode = 206;
    return response.end(there.bytes.subarray(Number(range[1]), Number(range[2]) + 1));
  }

  #keys(prefix: string): string[] {
    return [...this.#objects]
      .filter(([key, versions]) => key.startsWith(prefix) && versions.length > 0)
      .map(([key]) => key)
      .sort();
  }
}
