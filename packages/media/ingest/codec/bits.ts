import { Malformed } from '../refusal.ts';

/** Reads bits, most significant first, never past the end (ISO/IEC 14496-10 section 7.2). */
export class BitReader {
  readonly #bytes: Buffer;
  #at = 0;

  constructor(bytes: Buffer) {
    this.#bytes = bytes;
  }

  bit(): number {
    const byte = this.#bytes[this.#at >> 3];
    if (byte === undefined) throw new Malformed('parameter set cut short');
    return (byte >> (7 - (this.#at++ & 7))) & 1;
  }

  flag(): boolean {
    return this.bit() === 1;
  }

  /** @param count 0 to 32 */
  bits(count: number): number {
    let value = 0;
    for (let i = 0; i < count; i++) value = value * 2 + this.bit();
    return value;
  }

  skip(count: number): void {
    this.#at += count;
    if (this.#at > this.#bytes.length * 8) throw new Malformed('parameter set cut short');
  }

  /** Exp-Golomb, unsigned (section 9.1), at most 32 bits. */
  ue(): number {
    let zeros = 0;
    while (this.bit() === 0) if (++zeros > 31) throw new Malformed('Exp-Golomb code too long');
    return 2 ** zeros - 1 + this.bits(zeros);
  }

  /** Exp-Golomb, signed (section 9.1.1). */
  se(): number {
    const code = this.ue();
    return code % 2 === 1 ? (code + 1) / 2 : -code / 2;
  }
}

/** A NAL unit without its emulation prevention bytes (ISO/IEC 14496-10 section 7.4.1.1). */
export function unescapeNal(nal: Buffer): Buffer {
  const out = Buffer.allocUnsafe(nal.length);
  let size = 0;
  let zeros = 0;
  for (const byte of nal) {
    if (zeros >= 2 && byte === 3) {
      zeros = 0;
      continue;
    }
    out[size++] = byte;
    zeros = byte === 0 ? zeros + 1 : 0;
  }
  return out.subarray(0, size);
}

/** Width and height of a picture, pixels. */
export type Size = { readonly width: number; readonly height: number };

/** Largest side that a level of H.264, HEVC or AV1 allows. */
const MAX_SIDE = 16_384;

/** @throws Malformed where no encoder could mean it */
export function checkedSize(width: number, height: number): Size {
  if (width < 2 || height < 2 || width > MAX_SIDE || height > MAX_SIDE)
    throw new Malformed(`picture of ${width} × ${height}`);
  return { width, height };
}
