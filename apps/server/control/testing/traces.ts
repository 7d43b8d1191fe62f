import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join, relative } from 'node:path';
import { gunzipSync, zstdDecompressSync } from 'node:zlib';

/** The forms in which a text may lie in a file. Base64 has three, by where it falls; each less its first and last characters. */
function formsOf(text: string): Buffer[] {
  const utf8 = Buffer.from(text);
  const utf16 = Buffer.from(text, 'utf16le');
  const base64 = [0, 1, 2].map((shift) => {
    const padded = Buffer.concat([Buffer.alloc(shift), utf8]);
    return padded.toString('base64').slice(shift === 0 ? 0 : 4, -4);
  });
  const hex = utf8.toString('hex');
  const escaped = [...text]
    .map((c) => `\\u${(c.codePointAt(0) ?? 0).toString(16).padStart(4, '0')}`)
    .join('');
  return [
    utf8,
    utf16,
    Buffer.from(utf16).swap16(),
    ...base64.map((form) => Buffer.from(form)),
    ...base64.map((form) => Buffer.from(form.replaceAll('+', '-').replaceAll('/', '_'))),
    Buffer.from(hex),
    Buffer.from(hex.toUpperCase()),
    Buffer.from(escaped),
  ];
}

const GZIP = Buffer.from([0x1f, 0x8b, 0x08]);
const ZSTD = Buffer.from([0x28, 0xb5, 0x2f, 0xfd]);
/** Bytes behind a beginning that are tried as one compressed piece. */
const MAX_PIECE = 8 * 1024 * 1024;

/** A file's bytes, and what unpacks of every place in it at which gzip or zstd may begin. */
function* faces(bytes: Buffer): Generator<Buffer> {
  yield bytes;
  for (const [magic, unpack] of [
    [GZIP, gunzipSync],
    [ZSTD, zstdDecompressSync],
  ] as const) {
    for (let at = bytes.indexOf(magic); at >= 0; at = bytes.indexOf(magic, at + 1)) {
      try {
        yield unpack(bytes.subarray(at, at + MAX_PIECE), { maxOutputLength: 16 * MAX_PIECE });
      } catch {
        // It did not begin there, or more follows than belongs to it.
      }
    }
  }
}

/** Files below a directory in which one of the texts is found in any form, as `path: text`. */
export function tracesOf(dir: string, texts: readonly string[]): string[] {
  const forms = texts.map((text) => [text, formsOf(text)] as const);
  const found: string[] = [];
  for (const name of readdirSync(dir, { recursive: true, encoding: 'utf8' })) {
    const path = join(dir, name);
    let bytes: Buffer;
    try {
      if (!statSync(path).isFile()) continue;
      bytes = readFileSync(path);
    } catch {
      // Gone since it was listed.
      continue;
    }
    for (const face of faces(bytes))
      for (const [text, all] of forms)
        if (all.some((form) => face.includes(form))) found.push(`${relative(dir, path)}: ${text}`);
  }
  return [...new Set(found)];
}

/** Every file below a directory, relative to it. */
export const filesOf = (dir: string): string[] =>
  readdirSync(dir, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => relative(dir, join(entry.parentPath, entry.name)));
