import { createHash } from 'node:crypto';
import { open, readdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { constants, zstdCompressSync, zstdDecompressSync } from 'node:zlib';
import { Problem } from '@weir/kit';
import { readIfThere, realDisk } from '@weir/ledger/disk.ts';
import type { LexiconPiece } from '../wire.ts';

/** Bytes of one lexicon: half a million terms with all their columns. */
export const MAX_LEXICON_BYTES = 64 * 1024 * 1024;
/** Bytes of one piece as it travels over the bus, before base64. */
const PIECE_BYTES = 256 * 1024;

const HASH = /^[0-9a-f]{64}$/;

/** Characters of the base's hash, before what differs from it. */
const HASH_CHARS = 64;
/** A window that holds two of the largest lexicons: the base is the dictionary. */
const WINDOW_LOG = 27;
const PATCH = {
  [constants.ZSTD_c_windowLog]: WINDOW_LOG,
  [constants.ZSTD_c_enableLongDistanceMatching]: 1,
};

const unfold = (folded: Buffer, dictionary: Buffer): Buffer =>
  zstdDecompressSync(folded.subarray(HASH_CHARS), {
    dictionary,
    params: { [constants.ZSTD_d_windowLogMax]: WINDOW_LOG },
    maxOutputLength: MAX_LEXICON_BYTES,
  });

const hashOf = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');

/** Lexicons as canonical CSV in one folder, each under the SHA-256 of its bytes: written once, never changed. */
export class LexiconFiles {
  readonly #dir: string;

  constructor(dir: string) {
    this.#dir = dir;
  }

  /**
   * Writes a lexicon; resolves with its name when it is on the medium, or with undefined, nothing written, where it is
   * not the one that `expected` names.
   * @throws RangeError too large
   */
  async put(bytes: Buffer, expected?: string): Promise<string | undefined> {
    if (bytes.length > MAX_LEXICON_BYTES)
      throw new RangeError(`a lexicon has at most ${MAX_LEXICON_BYTES} bytes`);
    const hash = hashOf(bytes);
    if (expected !== undefined && expected !== hash) return undefined;
    await realDisk.replace(this.#path(hash), bytes, { sync: true });
    return hash;
  }

  async has(hash: string): Promise<boolean> {
    return (await stat(this.#path(hash)).catch(() => undefined)) !== undefined;
  }

  /** @throws Problem `storage_failed` where the file is missing or no longer what it was */
  async read(hash: string): Promise<Buffer> {
    const bytes = (await readIfThere(this.#path(hash))) ?? (await this.#unfolded(hash));
    if (!bytes || hashOf(bytes) !== hash)
      throw new Problem('storage_failed', 'The lexicon of this version is missing or damaged on disk');
    return bytes;
  }

  /**
   * Keeps a lexicon as what it differs in from `base`, which has its file: a version that has had its time takes some
   * kilobytes. It is read back before its own file goes.
   */
  async fold(hash: string, base: string): Promise<void> {
    if (hash === base || !(await this.has(hash))) return;
    const [bytes, dictionary] = [await this.read(hash), await this.read(base)];
    const folded = Buffer.concat([Buffer.from(base), zstdCompressSync(bytes, { dictionary, params: PATCH })]);
    if (!unfold(folded, dictionary).equals(bytes)) return;
    await realDisk.replace(this.#folded(hash), folded, { sync: true });
    await rm(this.#path(hash), { force: true });
  }

  /** Gives a folded lexicon its own file again. */
  async whole(hash: string): Promise<void> {
    if (await this.has(hash)) return;
    await this.put(await this.read(hash), hash);
    await rm(this.#folded(hash), { force: true });
  }

  async #unfolded(hash: string): Promise<Buffer | undefined> {
    const folded = await readIfThere(this.#folded(hash));
    if (!folded) return undefined;
    const base = folded.toString('latin1', 0, HASH_CHARS);
    return unfold(folded, await this.read(base));
  }

  /** One piece of a file, for the bus. @throws Problem `not_found` */
  async piece(hash: string, at: number): Promise<LexiconPiece> {
    const file = await open(this.#path(hash), 'r').catch(() => undefined);
    if (!file) throw new Problem('not_found', 'No lexicon has this hash');
    try {
      const { bytesRead, buffer } = await file.read(Buffer.alloc(PIECE_BYTES), 0, PIECE_BYTES, at);
      const next = at + bytesRead;
      const { size } = await file.stat();
      return { base64: buffer.toString('base64', 0, bytesRead), next: next < size ? next : null };
    } finally {
      await file.close();
    }
  }

  /** Deletes every lexicon but those in `keep`. */
  async prune(keep: ReadonlySet<string>): Promise<void> {
    for (const name of await readdir(this.#dir).catch(() => []))
      if (name.endsWith('.csv') && !keep.has(name.slice(0, -4)))
        await rm(join(this.#dir, name), { force: true });
  }

  #folded(hash: string): string {
    return `${this.#path(hash).slice(0, -4)}.zst`;
  }

  #path(hash: string): string {
    if (!HASH.test(hash)) throw new Problem('not_found', 'No lexicon has this hash');
    return join(this.#dir, `${hash}.csv`);
  }
}
