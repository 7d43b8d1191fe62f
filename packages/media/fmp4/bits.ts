import { Problem } from '@weir/kit';

/** Reads bits from the most significant end, as H.264 section 7.2 and AV1 section 4.10 have them. Never past the end. */
export class Bits {
  readonly #bytes: Uint8Array;
  #at = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  /** The next `count` bits (0 to 32) as an unsigned number. @throws Problem `bad_request` past the end */
  read(count: number): number {
    if (this.#at + count > this.#bytes.length * 8)
      throw new Problem('bad_request', 'The codec configuration ends too early');
    let value = 0;
    for (let i = 0; i < count; i++, this.#at++) {
      const byte = this.#bytes[this.#at >> 3] ?? 0;
      value = value * 2 + ((byte >> (7 - (this.#at & 7))) & 1);
    }
    return value;
  }

  flag(): boolean {
    return this.read(1) === 1;
  }

  skip(count: number): void {
    for (let left = count; left > 0; left -= 32) this.read(Math.min(32, left));
  }

  /** Unsigned Exp-Golomb, ue(v) of H.264 section 9.1; AV1's uvlc() is the same code. */
  ue(): number {
    let zeros = 0;
    while (!this.flag()) {
      if (++zeros > 31)
        throw new Problem('bad_request', 'The codec configuration holds an impossible number');
    }
    return 2 ** zeros - 1 + this.read(zeros);
  }

  /** Signed Exp-Golomb, se(v) of H.264 section 9.1.1. */
  se(): number {
    const code = this.ue();
    return code % 2 === 1 ? (code + 1) / 2 : -code / 2;
  }
}

/** A NAL unit's payload without its emulation prevention bytes (H.264 section 7.4.1, H.265 section 7.4.2). */
export function rawPayload(nal: Uint8Array): Uint8Array {
  const out = new Uint8Array(nal.length);
  let length = 0;
  let zeros = 0;
  for (const byte of nal) {
    if (zeros >= 2 && byte === 3) {
      zeros = 0;
      continue;
    }
    zeros = byte === 0 ? zeros + 1 : 0;
    out[length++] = byte;
  }
  return out.subarray(0, length);
}
