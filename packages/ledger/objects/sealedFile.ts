import { CHUNK_BYTES, HEADER_BYTES, Opener, SealBroken } from '../sealed/cipher.ts';
import type { Storage } from '../storage/storage.ts';

/** Chunks that are fetched at once: a reader goes forward. */
const AHEAD_CHUNKS = 32;

/** An object that `upload` put, read in parts: what it fetched last stays in memory, 2 MiB at most. */
export class SealedFile {
  readonly #storage: Storage;
  readonly #object: { name: string; size: number; key: Buffer; label: string };
  #opener: Opener | undefined;
  #window = { from: 0, bytes: Buffer.alloc(0) as Buffer };

  constructor(storage: Storage, object: { name: string; size: number; key: Buffer; label: string }) {
    this.#storage = storage;
    this.#object = object;
  }

  /**
   * Up to `count` bytes of plaintext from `at` on; fewer at the end, none behind it.
   * @throws SealBroken where it was altered; ENOENT where it is gone; Problem bucket_unavailable
   */
  async read(at: number, count: number): Promise<Buffer> {
    const opener = await this.#open();
    const end = Math.min(at + count, opener.length);
    if (at >= end) return Buffer.alloc(0);
    const pieces: Buffer[] = [];
    for (let next = at; next < end; ) {
      if (next < this.#window.from || next >= this.#window.from + this.#window.bytes.length)
        await this.#fetch(opener, Math.floor(next / CHUNK_BYTES));
      const { from, bytes } = this.#window;
      const piece = bytes.subarray(next - from, Math.min(end - from, bytes.length));
      pieces.push(piece);
      next += piece.length;
    }
    return pieces.length === 1 ? (pieces[0] as Buffer) : Buffer.concat(pieces);
  }

  async close(): Promise<void> {
    this.#window = { from: 0, bytes: Buffer.alloc(0) };
  }

  async #open(): Promise<Opener> {
    if (this.#opener) return this.#opener;
    const { size, key, label } = this.#object;
    // The beginning comes with the header: most read from there.
    const bytes = await this.#get(0, Math.min(size, HEADER_BYTES + AHEAD_CHUNKS * (CHUNK_BYTES + 16)));
    const opener = new Opener(bytes.subarray(0, HEADER_BYTES), size, key, label);
    this.#window = { from: 0, bytes: opener.open(bytes.subarray(HEADER_BYTES), 0) };
    this.#opener = opener;
    return opener;
  }

  async #fetch(opener: Opener, chunk: number): Promise<void> {
    const { from, to } = opener.rangeOf(chunk, chunk + AHEAD_CHUNKS);
    const bytes = opener.open(await this.#get(from, to), chunk);
    if (bytes.length === 0) throw new SealBroken('a sealed object is cut short');
    this.#window = { from: chunk * CHUNK_BYTES, bytes };
  }

  async #get(from: number, to: number): Promise<Buffer> {
    const bytes = await this.#storage.get(this.#object.name, { from, to });
    if (!bytes) throw Object.assign(new Error('the object is gone'), { code: 'ENOENT' });
    return bytes;
  }
}
