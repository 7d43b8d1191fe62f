import { createCipheriv, randomBytes } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Salts } from './block.ts';

describe('salts', () => {
  it('of a record are its 32 bytes of the keystream, however many are taken at once and in whatever order', () => {
    const key = randomBytes(32);
    const keystream = createCipheriv('aes-256-ctr', key, Buffer.alloc(16)).update(Buffer.alloc(32 * 2_000));
    const steps = fc.array(
      fc.record({ from: fc.nat(1_500), counts: fc.array(fc.integer({ min: 1, max: 90 })) }),
    );
    fc.assert(
      fc.property(steps, (all) => {
        const salts = new Salts(key);
        for (const { from, counts } of all) {
          let first = from;
          for (const count of counts.slice(0, 5)) {
            const taken = salts.take(first, count);
            expect(taken).toEqual(keystream.subarray(first * 32, (first + count) * 32));
            first += count;
          }
        }
      }),
    );
  });
});
