import { readFileSync } from 'node:fs';
import { brotliDecompressSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { make } from './make.ts';

test('characters.bin is what the packages it is made of give', async () => {
  const stored = brotliDecompressSync(readFileSync(new URL('characters.bin', import.meta.url)));
  expect(brotliDecompressSync(await make()).equals(stored)).toBe(true);
}, 180_000);
