import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { brotliDecompressSync, gunzipSync } from 'node:zlib';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { compressFolder } from './compress.ts';

let dist: string;
beforeEach(() => {
  dist = mkdtempSync(join(tmpdir(), 'weir-compress-'));
  mkdirSync(join(dist, 'assets'));
});
afterEach(() => rmSync(dist, { recursive: true }));

test('texts worth it get a smaller twin in both codings, others none', () => {
  const text = 'export const gate = "review";\n'.repeat(200);
  writeFileSync(join(dist, 'assets', 'page.js'), text);
  writeFileSync(join(dist, 'assets', 'small.js'), 'export {};');
  writeFileSync(join(dist, 'picture.png'), Buffer.alloc(5_000));
  compressFolder(dist);
  expect(readdirSync(dist, { recursive: true }).sort()).toEqual(
    [
      'assets',
      'assets/page.js',
      'assets/page.js.br',
      'assets/page.js.gz',
      'assets/small.js',
      'picture.png',
    ].sort(),
  );
  const read = (end: string): Buffer => readFileSync(join(dist, 'assets', `page.js${end}`));
  expect(brotliDecompressSync(read('.br')).toString()).toBe(text);
  expect(gunzipSync(read('.gz')).toString()).toBe(text);
  expect(read('.br').length).toBeLessThan(text.length / 10);
});
