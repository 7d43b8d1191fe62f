import { randomBytes } from 'node:crypto';
import { constants, zstdCompressSync, zstdDecompressSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { storedFrame } from './storedFrame.ts';

const SIZES = [1, 2, 13, 255, 256, 257, 8_000, 65_791, 65_792, 100_000];

/** What zstd says to it; undefined where it refuses, or says more or less. */
function unpacked(frame: Buffer, size: number): Buffer | undefined {
  try {
    const bytes = zstdDecompressSync(frame, { maxOutputLength: size + 1 });
    return bytes.length === size ? bytes : undefined;
  } catch {
    return undefined;
  }
}

describe('a zstd frame that packs nothing', () => {
  it.each(SIZES)('of %i bytes is read as zstd reads it', (size) => {
    for (const plain of [randomBytes(size), Buffer.alloc(size, 'a')]) {
      const frame = zstdCompressSync(plain, { pledgedSrcSize: size });
      const own = storedFrame(frame, size);
      if (own) expect(own.equals(plain)).toBe(true);
      expect(storedFrame(frame, size + 1)).toBeUndefined();
    }
    expect(storedFrame(zstdCompressSync(randomBytes(size), { pledgedSrcSize: size }), size)).toBeDefined();
  });

  it('is left to zstd where it is packed, or has a checksum', () => {
    const text = Buffer.from('again and again, '.repeat(50));
    expect(storedFrame(zstdCompressSync(text), text.length)).toBeUndefined();
    const plain = randomBytes(300);
    const params = { [constants.ZSTD_c_checksumFlag]: 1 };
    expect(storedFrame(zstdCompressSync(plain, { params, pledgedSrcSize: 300 }), 300)).toBeUndefined();
  });

  it('with a bit turned or a byte cut off is read as zstd reads it, or left to it', () => {
    for (const plain of [randomBytes(40), Buffer.alloc(40, 'a')]) {
      const frame = zstdCompressSync(plain, { pledgedSrcSize: 40 });
      for (let bit = 0; bit < 8 * frame.length; bit++) {
        const bent = Buffer.from(frame);
        bent[bit >> 3] = (bent[bit >> 3] as number) ^ (1 << (bit & 7));
        const own = storedFrame(bent, 40);
        if (own) expect(unpacked(bent, 40)?.equals(own), `bit ${bit}`).toBe(true);
      }
      for (let length = 0; length < frame.length; length++)
        expect(storedFrame(frame.subarray(0, length), 40)).toBeUndefined();
      expect(storedFrame(Buffer.concat([frame, Buffer.alloc(1)]), 40)).toBeUndefined();
    }
  });
});
