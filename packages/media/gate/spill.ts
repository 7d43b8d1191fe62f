import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import { constants } from 'node:fs';
import { type FileHandle, mkdir, open, unlink } from 'node:fs/promises';
import { join } from 'node:path';
import { newId, Problem } from '@weir/kit';

const CIPHER = 'aes-256-gcm';
const NONCE_BYTES = 12;
const SEAL_BYTES = 16;
/** A file takes so much and is then followed by another, so that room comes back while a long delay runs. */
const FILE_BYTES = 64 * 1024 * 1024;

type File = { handle: FileHandle; bytes: number; live: number; full: boolean };
/** Where a block lies. */
export type Place = {
  readonly file: File;
  readonly at: number;
  readonly bytes: number;
  readonly nonce: Buffer;
};

/**
 * Held media on disk: blocks sealed with AES-256-GCM under a key that lives in this object alone, in files that have
 * no name from the moment they are made. Whatever ends the process, nothing readable remains.
 */
export class Spill {
  readonly #dir: string;
  readonly #limitBytes: number;
  readonly #key = randomBytes(32);
  readonly #files = new Set<File>();
  #file: File | undefined;
  #blocks = 0;
  #writing = Promise.resolve();
  /** Bytes asked for and not yet given back, whole files while anything in them lives. */
  #bytes = 0;
  #destroyed = false;
  #gone: Promise<void> | undefined;

  constructor(dir: string, limitBytes: number) {
    this.#dir = dir;
    this.#limitBytes = limitBytes;
  }

  get bytes(): number {
    return this.#bytes;
  }

  /** True where a block of `bytes` is still within the bound. */
  hasRoom(bytes: number): boolean {
    return !this.#destroyed && this.#bytes + bytes + SEAL_BYTES <= this.#limitBytes;
  }

  /**
   * Seals and writes a block.
   * @throws Problem `storage_failed` where the disk or the bound refuses it, or after `destroy`
   */
  write(plain: Buffer): Promise<Place> {
    if (!this.hasRoom(plain.length))
      return Promise.reject(new Problem('storage_failed', 'The spill is full'));
    this.#bytes += plain.length + SEAL_BYTES;
    const done = this.#writing.then(() => this.#append(plain));
    this.#writing = done.then(
      () => {},
      () => {
        this.#bytes -= plain.length + SEAL_BYTES;
      },
    );
    return done;
  }

  /**
   * Reads a block back.
   * @throws Problem `storage_failed` where the disk fails, the block was altered, or after `destroy`
   */
  async read(place: Place): Promise<Buffer> {
    if (this.#destroyed) throw new Problem('storage_failed', 'The spill is destroyed');
    try {
      const sealed = Buffer.allocUnsafe(place.bytes);
      const { bytesRead } = await place.file.handle.read(sealed, 0, place.bytes, place.at);
      if (bytesRead !== place.bytes) throw new Error('the block is cut short');
      const open = createDecipheriv(CIPHER, this.#key, place.nonce);
      open.setAuthTag(sealed.subarray(place.bytes - SEAL_BYTES));
      return Buffer.concat([open.update(sealed.subarray(0, place.bytes - SEAL_BYTES)), open.final()]);
    } catch (why) {
      throw new Problem('storage_failed', (why as Error).message);
    }
  }

  /** Gives a block up. */
  free(place: Place): void {
    const file = place.file;
    file.live--;
    if (file.live > 0 || !file.full || !this.#files.delete(file)) return;
    this.#bytes -= file.bytes;
    this.#writing = this.#writing.then(() => file.handle.close()).catch(() => {});
  }

  /** Makes everything unreadable at once; resolves when the room is given back, however often it is called. */
  destroy(): Promise<void> {
    this.#destroyed = true;
    this.#key.fill(0);
    // A handle that is closing already says so at once: only the first call knows when it is closed.
    this.#gone ??= this.#writing.then(async () => {
      for (const file of this.#files) await file.handle.close().catch(() => {});
      this.#files.clear();
      this.#file = undefined;
    });
    return this.#gone;
  }

  async #append(plain: Buffer): Promise<Place> {
    try {
      if (this.#destroyed) throw new Error('the spill is destroyed');
      this.#file ??= await this.#open();
      const file = this.#file;
      if (this.#destroyed) throw new Error('the spill is destroyed');
      const nonce = Buffer.alloc(NONCE_BYTES);
      nonce.writeUIntBE(++this.#blocks, NONCE_BYTES - 6, 6);
      const seal = createCipheriv(CIPHER, this.#key, nonce);
      const sealed = Buffer.concat([seal.update(plain), seal.final(), seal.getAuthTag()]);
      const at = file.bytes;
      for (let written = 0; written < sealed.length; ) {
        const { bytesWritten } = await file.handle.write(
          sealed,
          written,
          sealed.length - written,
          at + written,
        );
        written += bytesWritten;
      }
      file.bytes += sealed.length;
      file.live++;
      if (file.bytes >= Math.min(FILE_BYTES, this.#limitBytes / 8)) {
        file.full = true;
        this.#file = undefined;
      }
      return { file, at, bytes: sealed.length, nonce };
    } catch (why) {
      throw new Problem('storage_failed', (why as Error).message);
    }
  }

  async #open(): Promise<File> {
    await mkdir(this.#dir, { recursive: true, mode: 0o700 });
    const path = join(this.#dir, `${newId()}.spill`);
    const handle = await open(path, constants.O_RDWR | constants.O_CREAT | constants.O_EXCL, 0o600);
    await unlink(path).catch(async (why) => {
      await handle.close();
      throw why;
    });
    const file: File = { handle, bytes: 0, live: 0, full: false };
    this.#files.add(file);
    return file;
  }
}
