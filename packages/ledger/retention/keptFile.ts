import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { type FileHandle, mkdir, open, rename } from 'node:fs/promises';
import { basename, dirname } from 'node:path';
import { zstdCompressSync, zstdDecompressSync } from 'node:zlib';
import { NEXT } from '../disk.ts';
import { KEY_BYTES } from '../keys/slots.ts';
import { Fault } from '../verify/fault.ts';

/**
 * A file of records that outlived their day: frames `length (uint32, big-endian) | nonce 12 | ciphertext | tag 16`,
 * AES-256-GCM over zstd over JSON. The key is HKDF-SHA-256 of the slot's (no salt, info `weir-ledger kept LABEL`); the
 * frame's place, `FILE NAME|index`, is authenticated, and the last frame counts them: none is moved, lost or doubled.
 */
const NONCE_BYTES = 12;
const TAG_BYTES = 16;
/** Bytes of one frame at most, sealed and opened. */
const MAX_FRAME_BYTES = 16 * 1024 * 1024;

const placeOf = (path: string, index: number): Buffer => Buffer.from(`${basename(path)}|${index}`);

/** The key of a file's frames from the key in the slot of `label`. */
export const frameKey = (key: Buffer, label: string): Buffer =>
  Buffer.from(hkdfSync('sha256', key, '', `weir-ledger kept ${label}`, KEY_BYTES));

/** Writes a file of frames; nobody sees it before `close`. */
export class FrameWriter {
  readonly #path: string;
  readonly #key: Buffer;
  readonly #file: FileHandle;
  #frames = 0;
  /** Bytes written so far. */
  bytes = 0;

  private constructor(path: string, key: Buffer, file: FileHandle) {
    this.#path = path;
    this.#key = key;
    this.#file = file;
  }

  static async open(path: string, key: Buffer): Promise<FrameWriter> {
    await mkdir(dirname(path), { recursive: true, mode: 0o700 });
    return new FrameWriter(path, key, await open(`${path}${NEXT}`, 'w', 0o600));
  }

  async write(value: object): Promise<void> {
    await this.#frame(zstdCompressSync(Buffer.from(JSON.stringify(value))));
  }

  /** Bytes that are no JSON, e.g. of a recording; they are not compressed. */
  async writeBytes(bytes: Buffer): Promise<void> {
    await this.#frame(bytes);
  }

  /** Makes the file durable under its name. */
  async close(): Promise<void> {
    await this.write({ end: this.#frames });
    await this.#file.sync();
    await this.#file.close();
    await rename(`${this.#path}${NEXT}`, this.#path);
    for (let folder = dirname(this.#path), up = 0; up < 3; folder = dirname(folder), up++)
      await syncFolder(folder);
  }

  /** Lets go of a file that will not be finished. */
  async abandon(): Promise<void> {
    await this.#file.close();
  }

  async #frame(plain: Buffer): Promise<void> {
    if (plain.length > MAX_FRAME_BYTES) throw new RangeError('a frame is too large');
    const nonce = randomBytes(NONCE_BYTES);
    const cipher = createCipheriv('aes-256-gcm', this.#key, nonce);
    cipher.setAAD(placeOf(this.#path, this.#frames++));
    const sealed = Buffer.concat([nonce, cipher.update(plain), cipher.final(), cipher.getAuthTag()]);
    const length = Buffer.alloc(4);
    length.writeUInt32BE(sealed.length);
    await this.#file.writev([length, sealed]);
    this.bytes += length.length + sealed.length;
  }
}

async function syncFolder(path: string): Promise<void> {
  const folder = await open(path, 'r');
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
}

/** The frames of a file in order, opened. @throws Fault where one was altered, moved or is missing */
export async function* readFrames(path: string, key: Buffer): AsyncGenerator<Buffer> {
  const fault = (what: string): Fault => new Fault(basename(path), what);
  let rest: Buffer = Buffer.alloc(0);
  let frames = 0;
  let last: Buffer | undefined;
  for await (const piece of createReadStream(path) as AsyncIterable<Buffer>) {
    rest = rest.length === 0 ? piece : Buffer.concat([rest, piece]);
    for (;;) {
      if (rest.length < 4) break;
      const length = rest.readUInt32BE(0);
      if (length < NONCE_BYTES + TAG_BYTES || length > MAX_FRAME_BYTES + NONCE_BYTES + TAG_BYTES)
        throw fault('is no file of frames');
      if (rest.length < 4 + length) break;
      const sealed = rest.subarray(4, 4 + length);
      rest = rest.subarray(4 + length);
      if (last) yield last;
      last = opened(sealed, key, placeOf(path, frames++), fault);
    }
  }
  if (rest.length > 0 || !last) throw fault('is cut short');
  let end: unknown;
  try {
    end = (parseFrame(last) as { end?: unknown }).end;
  } catch {
    // A frame of bytes: the last one is missing.
  }
  if (end !== frames - 1) throw fault('is cut short');
}

function opened(sealed: Buffer, key: Buffer, place: Buffer, fault: (what: string) => Fault): Buffer {
  const decipher = createDecipheriv('aes-256-gcm', key, sealed.subarray(0, NONCE_BYTES));
  decipher.setAAD(place);
  decipher.setAuthTag(sealed.subarray(-TAG_BYTES));
  try {
    return Buffer.concat([decipher.update(sealed.subarray(NONCE_BYTES, -TAG_BYTES)), decipher.final()]);
  } catch {
    throw fault('was altered, or is under another key');
  }
}

/** A frame that holds JSON. */
export const parseFrame = (frame: Buffer): unknown =>
  JSON.parse(zstdDecompressSync(frame, { maxOutputLength: 4 * MAX_FRAME_BYTES }).toString('utf8'));
