import { createHash, createHmac } from 'node:crypto';
import { stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Sealer } from '../age.ts';
import type { Catalogue } from './catalogue.ts';
import type { TargetDisk } from './disk.ts';
import type { Listed } from './generation.ts';
import { objectPath, TEMPORARY } from './layout.ts';

/** Objects on their way to the disk at once: 4 × 4 MiB, sealed twice that. */
const MAX_IN_FLIGHT = 4;
/** Sizes of objects already asked for; packs are asked for once an entry. */
const MAX_SEEN = 4_096;

/** The name of an object: who has not the key learns nothing from it. */
export const objectId = (namingKey: Uint8Array, plain: Uint8Array): string =>
  createHmac('sha256', namingKey).update(plain).digest('hex');

/** Writes objects that are not there yet, several at once, each whole or not at all. */
export class Objects {
  readonly #dir: string;
  readonly #disk: TargetDisk;
  readonly #seal: Sealer;
  readonly #catalogue: Catalogue;
  readonly #namingKey: Buffer;
  readonly #older: () => AsyncIterable<Listed>;
  /** Filled with what earlier generations list, once something lies there that the last one does not. */
  #olderAdded: Promise<void> | undefined;
  readonly #inFlight = new Map<string, Promise<void>>();
  readonly #seen = new Set<string>();
  /** Folders with names that are not durable yet. */
  readonly #folders = new Set<string>();
  #failure: { why: unknown } | undefined;
  #count = 0;
  /** Bytes on disk that were added. */
  written = 0;

  constructor(
    dir: string,
    disk: TargetDisk,
    seal: Sealer,
    catalogue: Catalogue,
    namingKey: Buffer,
    older: () => AsyncIterable<Listed>,
  ) {
    this.#older = older;
    this.#dir = dir;
    this.#disk = disk;
    this.#seal = seal;
    this.#catalogue = catalogue;
    this.#namingKey = namingKey;
  }

  /** True where the object is known and a file of its size is there; then it belongs to this generation too. */
  async take(id: string, expiresAt: number | undefined): Promise<boolean> {
    const known = this.#catalogue.object(id) ?? (await this.#ofOlder(id));
    if (!known || !(await this.#isThere(id, known.bytes))) return false;
    this.#catalogue.addObject(id, known.bytes, known.sha256, expiresAt, false);
    return true;
  }

  /**
   * Takes the plaintext of an object over and tells its name; waits while too many are on their way. `plain` is not to be
   * changed before `done` is called: it was written, or is there already.
   */
  async add(plain: Uint8Array, expiresAt: number | undefined, done?: () => void): Promise<string> {
    const id = objectId(this.#namingKey, plain);
    await this.#inFlight.get(id);
    if (await this.take(id, expiresAt)) {
      done?.();
      return id;
    }
    while (this.#inFlight.size >= MAX_IN_FLIGHT) await Promise.race(this.#inFlight.values());
    this.#throwFailure();
    const writing = this.#write(id, plain, expiresAt)
      .then(done)
      .catch((why) => {
        this.#failure ??= { why };
      })
      .finally(() => this.#inFlight.delete(id));
    this.#inFlight.set(id, writing);
    return id;
  }

  /** Resolves when all that was added is durable. */
  async settle(): Promise<void> {
    await Promise.all(this.#inFlight.values());
    this.#throwFailure();
    for (const folder of this.#folders) await this.#disk.syncFolder(folder);
    this.#folders.clear();
  }

  /** Waits for what is on its way, whatever becomes of it. */
  async quiet(): Promise<void> {
    await Promise.all(this.#inFlight.values());
  }

  async #write(id: string, plain: Uint8Array, expiresAt: number | undefined): Promise<void> {
    const sealed = await this.#seal(plain);
    const path = objectPath(this.#dir, id);
    const folder = dirname(path);
    const temporary = join(this.#dir, TEMPORARY, String(this.#count++));
    const isFresh = (await sizeOf(path)) === undefined;
    const hash = createHash('sha256');
    let bytes = 0;
    for (const part of sealed) {
      hash.update(part);
      bytes += part.length;
    }
    // Noted first: an abort takes away what it finds of these.
    this.#catalogue.addObject(id, bytes, hash.digest('hex'), expiresAt, isFresh);
    await this.#disk.write(temporary, sealed);
    await this.#disk.makeFolder(folder);
    await this.#disk.move(temporary, path);
    this.#folders.add(folder);
    this.written += bytes;
  }

  /** Writing it anew would leave the generations that list it with another hash than what then lies there. */
  async #ofOlder(id: string): Promise<{ bytes: number; sha256: string } | undefined> {
    if ((await sizeOf(objectPath(this.#dir, id))) === undefined) return undefined;
    this.#olderAdded ??= this.#catalogue.addOlder(this.#older());
    await this.#olderAdded;
    return this.#catalogue.older(id);
  }

  async #isThere(id: string, bytes: number): Promise<boolean> {
    if (this.#seen.has(id)) return true;
    if ((await sizeOf(objectPath(this.#dir, id))) !== bytes) return false;
    if (this.#seen.size >= MAX_SEEN) this.#seen.clear();
    this.#seen.add(id);
    return true;
  }

  #throwFailure(): void {
    if (this.#failure) throw this.#failure.why;
  }
}

async function sizeOf(path: string): Promise<number | undefined> {
  try {
    return (await stat(path)).size;
  } catch (why) {
    if ((why as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw why;
  }
}
