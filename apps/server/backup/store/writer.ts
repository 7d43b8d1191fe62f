import { createHash, createHmac, randomBytes } from 'node:crypto';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { readKek } from '@weir/ledger/keys/kek.ts';
import { type Sealer, sealerFor } from '../age.ts';
import { BackupFault } from '../fault.ts';
import { Catalogue } from './catalogue.ts';
import { storageFault, type TargetDisk, targetDisk } from './disk.ts';
import {
  allListed,
  type Entry,
  type Head,
  listedObjects,
  newestGeneration,
  type Part,
  sha256,
  targetId,
} from './generation.ts';
import { checkPlace, rememberTarget } from './known.ts';
import { checkName, GENERATIONS, generationName, NEW, objectPath, TEMPORARY, timeOfName } from './layout.ts';
import { lockTarget } from './lock.ts';
import { Objects } from './objects.ts';
import { type Pack, Packs } from './packs.ts';
import { Buffers, pieces } from './pieces.ts';
import { prepareTarget, sweep } from './target.ts';
import { manifestLines, writeWhole } from './whole.ts';
import { packed } from './zstd.ts';

/** The naming key in the local folder: who has it can try guessed content against the names of objects. */
const NAMING = 'naming';
/** What is at least this long gets objects of its own. */
const PACK_BELOW_BYTES = 256 * 1024;

export type PutOptions = {
  /** How long the source is; it must give exactly that. Needed to recognise what is unchanged. */
  bytes?: number;
  mtimeMs?: number;
  /** From then on this entry is to be destroyed in every generation (ms). */
  expiresAt?: number;
  /** Small entries of a group share objects, and so live as long as the last of them: only for what goes together. */
  group?: string;
  /** Its pieces are compressed where that is worth it: for text. */
  compress?: boolean;
};

export type Put = {
  bytes: number;
  sha256: string;
  /** False where the entry is as in the last generation, and its source was not asked. */
  read: boolean;
};

export type BackupOptions = {
  /** The target, which holds many generations; the folder is made where it is missing, those above it are not. */
  dir: string;
  /** A folder of the store for the naming key and what is known of the last generation; not to be backed up. */
  local: string;
  /** `age1…`; one of their identities opens the backup. */
  recipients: readonly string[];
  /** Wall time of the backup, ms. */
  now: number;
  /** Begins anew where backups of this store lay before, and makes the folders above the target too. */
  create?: boolean;
  signal?: AbortSignal;
  disk?: TargetDisk;
};

/**
 * Begins a generation in a target. What an earlier backup left half-written goes first. Nothing counts before `finish`.
 * @throws BackupFault busy, not_mounted, not_a_target, refused (recipients), storage_failed
 */
export async function createBackup(options: BackupOptions): Promise<BackupWriter> {
  const { dir, local, recipients, now, signal, disk = targetDisk, create = false } = options;
  const seal = sealerFor(recipients);
  // Recipients that cannot be encrypted for are found before anything is written.
  await seal(Buffer.alloc(0));
  if (!create) checkPlace(dir, local);
  await prepareTarget(dir, disk);
  const lock = await lockTarget(dir);
  let catalogue: Catalogue | undefined;
  try {
    await sweep(dir, disk);
    mkdirSync(local, { recursive: true, mode: 0o700 });
    const readers = sha256(
      Buffer.from(
        [...recipients]
          .map((one) => one.trim())
          .sort()
          .join('\n'),
      ),
    );
    // Names go by who can read, so that nothing is taken for there that is encrypted for others.
    const namingKey = createHmac('sha256', readKek(join(local, NAMING)))
      .update(readers)
      .digest();
    catalogue = Catalogue.open(local, await targetId(dir));
    const base = await newestGeneration(dir);
    if (base && (catalogue.mirrors !== base.root.sha256 || catalogue.recipients !== readers))
      await catalogue.mirror(listedObjects(dir, base));
    if (!base) await catalogue.mirror(nothing());
    const generation = generationName(
      base ? Math.max(now, timeOfName(base.generation) + 1) : now,
      randomBytes(4).toString('hex'),
    );
    await disk.makeFolder(join(dir, GENERATIONS, NEW + generation));
    return new BackupWriter({
      dir,
      local,
      disk,
      seal,
      catalogue,
      lock,
      generation,
      now,
      signal,
      namingKey,
      readers,
    });
  } catch (why) {
    catalogue?.close();
    await lock.release();
    throw storageFault(why, `A backup to ${dir} could not begin`);
  }
}

async function* nothing(): AsyncGenerator<never> {}

/**
 * A generation that is being written. States: open (`put`), then `finish` or `abort`, once; after an error only `abort`.
 * Memory is bounded whatever the sizes: a piece of 4 MiB, 8 packs, 4 objects on their way, 6 buffers to serve again.
 */
export class BackupWriter {
  readonly generation: string;
  readonly #dir: string;
  readonly #local: string;
  readonly #disk: TargetDisk;
  readonly #seal: Sealer;
  readonly #catalogue: Catalogue;
  readonly #objects: Objects;
  readonly #lock: { release(): Promise<void> };
  readonly #now: number;
  readonly #signal: AbortSignal | undefined;
  readonly #namingKey: Buffer;
  readonly #readers: string;
  readonly #packs = new Packs((pack) => this.#flush(pack));
  readonly #buffers = new Buffers();
  #state: 'open' | 'failed' | 'closed' = 'open';
  /** It has its name: nothing of it is taken away any more. */
  #isNamed = false;

  /** @internal `createBackup` makes it */
  constructor(parts: {
    dir: string;
    local: string;
    disk: TargetDisk;
    seal: Sealer;
    catalogue: Catalogue;
    lock: { release(): Promise<void> };
    generation: string;
    now: number;
    signal: AbortSignal | undefined;
    namingKey: Buffer;
    readers: string;
  }) {
    this.generation = parts.generation;
    this.#dir = parts.dir;
    this.#local = parts.local;
    this.#disk = parts.disk;
    this.#seal = parts.seal;
    this.#catalogue = parts.catalogue;
    this.#lock = parts.lock;
    this.#now = parts.now;
    this.#signal = parts.signal;
    this.#namingKey = parts.namingKey;
    this.#readers = parts.readers;
    this.#objects = new Objects(parts.dir, parts.disk, parts.seal, parts.catalogue, parts.namingKey, () =>
      allListed(parts.dir),
    );
  }

  /**
   * Takes an entry in, one after the other. `source` is called where the entry is not as in the last generation (same
   * name, bytes and mtimeMs).
   * @throws BackupFault refused on a bad or double name or a source of another length, storage_failed; whatever the source throws
   */
  async put(name: string, source: () => AsyncIterable<Uint8Array>, options: PutOptions = {}): Promise<Put> {
    return this.#step(async () => {
      checkName(name);
      const { bytes, mtimeMs, expiresAt } = options;
      const before = this.#catalogue.file(name);
      if (before && bytes === before.bytes && mtimeMs !== undefined && mtimeMs === before.mtimeMs) {
        const entry = withTimes({ ...before, parts: before.parts }, mtimeMs, expiresAt);
        if (await this.#takeAll(entry)) {
          this.#catalogue.addFile(entry);
          return { bytes: entry.bytes, sha256: entry.sha256, read: false };
        }
      }
      const entry = await this.#read(name, source(), options);
      if (bytes !== undefined && entry.bytes !== bytes)
        throw new BackupFault('refused', `${name} has ${entry.bytes} bytes, not ${bytes} as announced`);
      return { bytes: entry.bytes, sha256: entry.sha256, read: true };
    });
  }

  /**
   * Makes the generation whole and durable: objects, then list, root and head in a folder of its own, which gets its
   * name last. `facts` (JSON) travel encrypted. `expiresAt` (ms): when the whole is to be destroyed.
   * @throws BackupFault; then nothing of it counts
   */
  async finish({ facts, expiresAt }: { facts: unknown; expiresAt: number }): Promise<Head> {
    try {
      return await this.#step(async () => {
        await this.#packs.end();
        await this.#objects.settle();
        const manifest: Part[] = [];
        for await (const piece of pieces(manifestLines(this.#catalogue.files()), this.#buffers))
          manifest.push(await this.#add(piece, undefined, true));
        await this.#objects.settle();
        const folder = join(this.#dir, GENERATIONS, NEW + this.generation);
        const head = await writeWhole({
          disk: this.#disk,
          seal: this.#seal,
          catalogue: this.#catalogue,
          folder,
          generation: this.generation,
          now: this.#now,
          expiresAt,
          namingKey: this.#namingKey,
          manifest,
          facts,
          written: this.#objects.written,
        });
        this.#isNamed = true;
        await this.#disk.move(folder, join(this.#dir, GENERATIONS, this.generation));
        await this.#disk.syncFolder(join(this.#dir, GENERATIONS));
        await this.#remember(head);
        await this.#close();
        return head;
      });
    } catch (why) {
      await this.abort();
      throw why;
    }
  }

  /** Gives the generation up; what it put on the disk goes. */
  async abort(): Promise<void> {
    if (this.#state === 'closed') return;
    await this.#objects.quiet();
    try {
      if (!this.#isNamed) {
        for (const id of this.#catalogue.fresh()) await this.#disk.remove(objectPath(this.#dir, id));
        await this.#disk.remove(join(this.#dir, TEMPORARY));
        // Last: while it is there, the next backup sweeps what is left.
        await this.#disk.remove(join(this.#dir, GENERATIONS, NEW + this.generation));
      }
    } catch {
      // The next backup sweeps.
    }
    await this.#close();
  }

  /** Where the local disk refuses, the next backup reads every file again. */
  async #remember(head: Head): Promise<void> {
    try {
      this.#catalogue.keep(head.root.sha256, this.#readers);
      await rememberTarget(this.#local, this.#dir);
    } catch {
      // Closing takes back what was half done.
    }
  }

  async #close(): Promise<void> {
    this.#state = 'closed';
    this.#catalogue.close();
    await this.#lock.release();
  }

  async #step<T>(work: () => Promise<T>): Promise<T> {
    if (this.#state !== 'open') throw new BackupFault('refused', 'This backup is over');
    try {
      this.#signal?.throwIfAborted();
      return await work();
    } catch (why) {
      if (this.#state === 'open') this.#state = 'failed';
      throw storageFault(why, `The backup to ${this.#dir} failed`);
    }
  }

  async #takeAll(entry: Entry): Promise<boolean> {
    for (const { object } of entry.parts)
      if (!(await this.#objects.take(object, entry.expiresAt))) return false;
    return true;
  }

  async #read(
    name: string,
    source: AsyncIterable<Uint8Array>,
    { mtimeMs, expiresAt, group, bytes: expected, compress = false }: PutOptions,
  ): Promise<Entry> {
    const hash = createHash('sha256');
    const parts: Part[] = [];
    let bytes = 0;
    for await (const piece of pieces(source, this.#buffers)) {
      this.#signal?.throwIfAborted();
      hash.update(piece);
      bytes += piece.length;
      if (expected !== undefined && bytes > expected)
        throw new BackupFault('refused', `${name} is longer than the ${expected} bytes announced`);
      if (group !== undefined && bytes === piece.length && bytes < PACK_BELOW_BYTES) {
        const entry = withTimes({ name, bytes, sha256: hash.digest('hex'), parts: [] }, mtimeMs, expiresAt);
        await this.#packs.add(group, entry, piece, compress);
        return entry;
      }
      parts.push(await this.#add(piece, expiresAt, compress));
    }
    const entry = withTimes({ name, bytes, sha256: hash.digest('hex'), parts }, mtimeMs, expiresAt);
    this.#catalogue.addFile(entry);
    return entry;
  }

  /** Makes a piece an object, and takes it over. */
  async #add(piece: Buffer, expiresAt: number | undefined, compress: boolean): Promise<Part> {
    const bytes = piece.length;
    const frame = compress ? await packed(piece) : undefined;
    if (!frame) {
      const object = await this.#objects.add(piece, expiresAt, () => this.#buffers.give(piece));
      return { object, at: 0, bytes };
    }
    this.#buffers.give(piece);
    return { object: await this.#objects.add(frame, expiresAt), at: 0, bytes, zstd: true };
  }

  async #flush({ parts, expiresAt, compress, entries }: Pack): Promise<void> {
    const { object, zstd } = await this.#add(Buffer.concat(parts), expiresAt, compress);
    for (const entry of entries) {
      for (const part of entry.parts) Object.assign(part, { object, ...(zstd ? { zstd } : {}) });
      this.#catalogue.addFile(entry);
    }
  }
}

const withTimes = (
  { name, bytes, sha256, parts }: Entry,
  mtimeMs: number | undefined,
  expiresAt: number | undefined,
): Entry => ({
  name,
  bytes,
  sha256,
  ...(mtimeMs !== undefined && { mtimeMs }),
  ...(expiresAt !== undefined && { expiresAt }),
  parts,
});
