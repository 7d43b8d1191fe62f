import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from 'node:crypto';
import type { Order, Part } from './names.ts';

const MAGIC = Buffer.from('WEIRSEA1');
const SALT_AT = 20;
/** Bytes before the first chunk: magic 8, chunk size 4, length of the plaintext 8, salt 32; numbers big-endian. */
export const HEADER_BYTES = 52;
/** Bytes of plaintext in a chunk; the last one may be shorter. */
export const CHUNK_BYTES = 64 * 1024;
const TAG_BYTES = 16;
const KEY_BYTES = 32;

/** A sealed object cannot be read: it was altered, cut short, put in the place of another, or its key is another. */
export class SealBroken extends Error {}

/** A part in one order: what a sealed day's object is bound to. */
export type Sealing = Part & { order: Order };

/** What an object is bound to: its label, or the part whose label it has. */
type Bound = Sealing | string;

const labelOf = (bound: Bound): string =>
  typeof bound === 'string' ? bound : `${bound.log} ${bound.day} ${bound.first} ${bound.last} ${bound.order}`;

/** The key of one object: HKDF-SHA-256 (RFC 5869) of the day's `segment` key, salted by the object's header. */
const fileKey = (dayKey: Buffer, header: Buffer): Buffer =>
  Buffer.from(hkdfSync('sha256', dayKey, header.subarray(SALT_AT), 'weir-ledger sealed object', KEY_BYTES));

const nonceOf = (index: number): Buffer => {
  const nonce = Buffer.alloc(12);
  nonce.writeUInt32BE(index, 8);
  return nonce;
};

/** What each chunk is bound to: header, place and label, so that none can be moved, left out or taken from elsewhere. */
function boundTo(header: Buffer, sealing: Bound): Buffer {
  return Buffer.concat([header, Buffer.from(labelOf(sealing))]);
}

/** Encrypts an object of so many bytes piece by piece; its pieces are whole chunks, but for the last. */
export class Sealer {
  /** What the object begins with. */
  readonly header = Buffer.alloc(HEADER_BYTES);
  readonly #key: Buffer;
  readonly #bound: Buffer;
  #index = 0;

  /** @param key 32 bytes: the day's, or one of the object's own */
  constructor(length: number, key: Buffer, sealing: Bound) {
    MAGIC.copy(this.header);
    this.header.writeUInt32BE(CHUNK_BYTES, 8);
    this.header.writeBigUInt64BE(BigInt(length), 12);
    randomBytes(HEADER_BYTES - SALT_AT).copy(this.header, SALT_AT);
    this.#key = fileKey(key, this.header);
    this.#bound = boundTo(this.header, sealing);
  }

  /** Chunks of AES-256-GCM (NIST SP 800-38D), each followed by its tag; an empty object has one. */
  chunks(plain: Buffer): Buffer {
    const pieces: Buffer[] = [];
    for (let at = 0; at < plain.length || (at === 0 && this.#index === 0); at += CHUNK_BYTES) {
      const cipher = createCipheriv('aes-256-gcm', this.#key, nonceOf(this.#index++));
      cipher.setAAD(this.#bound);
      pieces.push(cipher.update(plain.subarray(at, at + CHUNK_BYTES)), cipher.final(), cipher.getAuthTag());
    }
    return Buffer.concat(pieces);
  }
}

/** Encrypts a whole object. */
export function encrypt(plain: Buffer, key: Buffer, sealing: Bound): Buffer {
  const sealer = new Sealer(plain.length, key, sealing);
  return Buffer.concat([sealer.header, sealer.chunks(plain)]);
}

/** Chunks of so many bytes of plaintext. */
export const chunksOf = (length: number): number => Math.max(1, Math.ceil(length / CHUNK_BYTES));

/** Bytes of an object with so many bytes of plaintext. */
export const sizeOf = (length: number): number => HEADER_BYTES + length + chunksOf(length) * TAG_BYTES;

/** Opens chunks of one object; its header has been read. */
export class Opener {
  readonly #key: Buffer;
  readonly #bound: Buffer;
  /** Bytes of plaintext. */
  readonly length: number;

  /** @throws SealBroken where `size` bytes are no object with this header */
  constructor(header: Buffer, size: number, dayKey: Buffer, sealing: Bound) {
    if (header.length !== HEADER_BYTES || !header.subarray(0, 8).equals(MAGIC))
      throw new SealBroken('this is no sealed object');
    this.length = Number(header.readBigUInt64BE(12));
    if (header.readUInt32BE(8) !== CHUNK_BYTES || sizeOf(this.length) !== size)
      throw new SealBroken('a sealed object has not its size');
    this.#key = fileKey(dayKey, header);
    this.#bound = boundTo(header, sealing);
  }

  /** Where chunks `from` to before `to` stand in the object. */
  rangeOf(from: number, to: number): { from: number; to: number } {
    const at = (index: number): number => HEADER_BYTES + index * (CHUNK_BYTES + TAG_BYTES);
    return { from: at(from), to: Math.min(at(to), sizeOf(this.length)) };
  }

  /** Decrypts chunks from number `first` on. @throws SealBroken where one was altered */
  open(bytes: Buffer, first: number): Buffer {
    const pieces: Buffer[] = [];
    for (let at = 0, index = first; at < bytes.length; at += CHUNK_BYTES + TAG_BYTES, index++) {
      const chunk = bytes.subarray(at, at + CHUNK_BYTES + TAG_BYTES);
      if (chunk.length < TAG_BYTES) throw new SealBroken('a sealed object is cut short');
      const decipher = createDecipheriv('aes-256-gcm', this.#key, nonceOf(index));
      decipher.setAAD(this.#bound);
      decipher.setAuthTag(chunk.subarray(-TAG_BYTES));
      try {
        pieces.push(decipher.update(chunk.subarray(0, -TAG_BYTES)), decipher.final());
      } catch {
        throw new SealBroken(`chunk ${index} of a sealed object was altered`);
      }
    }
    return Buffer.concat(pieces);
  }
}

/** Decrypts a whole object. @throws SealBroken */
export function decrypt(bytes: Buffer, dayKey: Buffer, sealing: Bound): Buffer {
  const opener = new Opener(bytes.subarray(0, HEADER_BYTES), bytes.length, dayKey, sealing);
  const plain = opener.open(bytes.subarray(HEADER_BYTES), 0);
  if (plain.length !== opener.length) throw new SealBroken('a sealed object is cut short');
  return plain;
}
