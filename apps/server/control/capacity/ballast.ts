import { open, rm, stat } from 'node:fs/promises';

const PIECE_BYTES = 1024 * 1024;

/**
 * A file that only takes up room. Given up when the disk is all but full, so that what frees space can run: a purge
 * writes receipts, PostgreSQL its log.
 */
export class Ballast {
  readonly #path: string;
  readonly #bytes: number;
  #isThere = false;

  constructor(path: string, bytes: number) {
    this.#path = path;
    this.#bytes = bytes;
  }

  get isThere(): boolean {
    return this.#isThere;
  }

  get bytes(): number {
    return this.#bytes;
  }

  /** Takes the room, where it has not; a half-written one is given up again. @throws Error where the disk refuses */
  async take(): Promise<void> {
    const there = await stat(this.#path).catch(() => undefined);
    if (there?.size !== this.#bytes) {
      try {
        const file = await open(this.#path, 'w', 0o600);
        try {
          // Written, not only sized: a hole takes up no room. Noise, since some file systems store no zeros.
          const piece = Buffer.alloc(PIECE_BYTES, 'weir ballast ');
          for (let at = 0; at < this.#bytes; at += piece.length)
            await file.write(piece.subarray(0, Math.min(piece.length, this.#bytes - at)));
          await file.datasync();
        } finally {
          await file.close();
        }
      } catch (why) {
        await rm(this.#path, { force: true });
        throw why;
      }
    }
    this.#isThere = true;
  }

  /** Gives the room back. */
  async release(): Promise<void> {
    await rm(this.#path, { force: true });
    this.#isThere = false;
  }
}
