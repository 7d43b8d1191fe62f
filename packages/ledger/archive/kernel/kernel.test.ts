import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { compileKernel } from '../../../../bin/compileKernel.ts';
import { rowsOf } from '../../testing/rows.ts';
import { Fingerprints } from '../fingerprints.ts';
import { Kernel } from './kernel.ts';

describe('the kernel that sealed days are verified with', () => {
  it('is what its source compiles to', async () => {
    const there = readFileSync(new URL('./kernel.wasm', import.meta.url));
    expect(there.equals(await compileKernel(new URL('./assembly/', import.meta.url)))).toBe(true);
  });

  it('keeps what it has while its memory grows, and refuses what no row group needs', () => {
    const kernel = new Kernel();
    const kept = kernel.keep(Buffer.from('kept'));
    const put = kernel.put(Buffer.from('put'));
    const before = kernel.buffer;
    kernel.take(10_000_000);
    expect(kernel.buffer).not.toBe(before);
    const textAt = (at: number, length: number) => Buffer.from(kernel.buffer, at, length).toString();
    expect([textAt(kept, 4), textAt(put, 3)]).toEqual(['kept', 'put']);
    kernel.clear();
    expect(kernel.take(3)).toBe(put);
    expect(() => kernel.take(2 ** 31)).toThrow('a row group is too large');
  });

  it('prints rows of a group that its memory had to grow for as those of a small one', () => {
    const fingerprints = new Fingerprints();
    const rows = [
      { n: 1, text: 'a' },
      { n: 2, text: 'b'.repeat(900) },
    ];
    const small = rowsOf(rows);
    const large = rowsOf([...rows, { n: 3, text: 'c'.repeat(3_000_000) }]);
    const printsOf = (of: typeof small) => [...fingerprints.of(of).a.subarray(0, 2)];
    const first = printsOf(small);
    expect(printsOf(large)).toEqual(first);
    expect(printsOf(small)).toEqual(first);
  });
});
