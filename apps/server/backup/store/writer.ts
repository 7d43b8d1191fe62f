import { createHash, randomBytes } from 'node:crypto';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { readKek } from '@weir/ledger/keys/kek.ts';
import { type Sealer, sealerFor } from '../age.ts';
import { BackupFault } from '../fault.ts';
import { Catalogue } from './catalogue.ts';
import { storageFault, type TargetDisk, targetDisk } from './disk.ts';
import {
  type Entry,
  type Head,
  listedObjects,
  listLine,
  newestGeneration,
  type Part,
  sha256,
  targetId,
} from './generation.ts';
import {
  checkName,
  GENERATIONS,
  generationName,
  HEAD,
  LIST,
  NEW,
  OBJECT_BYTES,
  objectPath,
  ROOT,
  TEMPORARY,
  timeOfName,
} from './layout.ts';
import { lockTarget } from './lock.ts';
import { Objects } from './objects.ts';
import { prepareTarget, sweep } from './target.ts';

/** The naming key in the local folder: who has it can try guessed content against the names of objects. */
const NAMING = 'naming';
/** Groups that gather small entries at once; each up to 4 MiB. */
const MAX_OPEN_PACKS = 8;
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
};

export type Put = {
  bytes: number;
  sha256: string;
  /** False where the entry is as in the last generation, and its source was not asked. */
  read: boolean;
};

export type BackupOptions = {
  /** The target; made where it is missing. Holds many generations. */
  dir: string;
  /** A folder of the store for the naming key and what is known of the last generation; not to be backed up. */
  local: string;
  /** `age1…`; one of their identities opens the backup. */
  recipients: readonly string[];
  /** Wall time of the backup, ms. */
  now: number;
  signal?: AbortSignal;
  disk?: TargetDisk;
};

type Pack = {
  key: string;
  expiresAt: number | undefined;
  parts: Uint8Array[];
  bytes: number;
  entries: Entry[];
};

/**
 * Begins a generation in a target. What an earlier backup left half-written goes first. Nothing counts before `finish`.
 * @throws BackupFault busy, not_a_target, refused (recipients), storage_failed
 */
export async function createBackup(options: BackupOptions): Promise<BackupWriter> {
  const { dir, local, recipients, now, signal, disk = targetDisk } = options;
  const seal = sealerFor(recipients);
  // Recipients that cannot be encrypted for are found before anything is written.
  await seal(Buffer.alloc(0));
  await prepareTarget(dir, disk);
  const lock = await lockTarget(dir);
  let catalogue: Catalogue | undefined;
  try {
    await sweep(dir, disk);
    mkdirSync(local, { recursive: true, mode: 0o700 });
    const namingKey = readKek(join(local, NAMING));
    catalogue = Catalogue.open(local, await targetId(dir));
    const base = await newestGeneration(dir);
    if (base && catalogue.mirrors !== base.root.sha256) await catalogue.mirror(listedObjects(dir, base));
    if (!base) await catalogue.mirror(nothing());
    const generation = generationName(
      base ? Math.max(now, timeOfName(base.generation) + 1) : now,
      randomBytes(4).toString('hex'),
    );
    await disk.makeFolder(join(dir, GENERATIONS, NEW + generation));
    return new BackupWriter({ dir, disk, seal, catalogue, lock, generation, now, signal, namingKey });
  } catch (why) {
    catalogue?.close();
    await lock.release();
    throw storageFault(why, `A backup to ${dir} could not begin`);
  }
}

async function* nothing(): AsyncGenerator<never> {}

/**
 * A generation that is being written. States: open (`put`), then `finish` or `abort`, once; after an error only `abort`.
 * Memory is bounded whatever the sizes: a chunk an entry, 8 packs, 4 objects on their way.
 */
export class BackupWriter {
  readonly generation: string;
  readonly #dir: string;
  readonly #disk: TargetDisk;
  readonly #seal: Sealer;
  readonly #catalogue: Catalogue;
  readonly #objects: Objects;
  readonly #lock: { release(): Promise<void> };
  readonly #now: number;
  readonly #signal: AbortSignal | undefined;
  readonly #namingKey: Buffer;
  readonly #packs = new Map<string, Pack>();
  #state: 'open' | 'failed' | 'closed' = 'open';
  /** It has its name: nothing of it is taken away any more. */
  #isNamed = false;

  /** @internal `createBackup` makes it */
  constructor(parts: {
    dir: string;
    disk: TargetDisk;
    seal: Sealer;
    catalogue: Catalogue;
    lock: { release(): Promise<void> };
    generation: string;
    now: number;
    signal: AbortSignal | undefined;
    namingKey: Buffer;
  }) {
    this.generation = parts.generation;
    this.#dir = parts.dir;
    this.#disk = parts.disk;
    this.#seal = parts.seal;
    this.#catalogue = parts.catalogue;
    this.#lock = parts.lock;
    this.#now = parts.now;
    this.#signal = parts.signal;
    this.#namingKey = parts.namingKey;
    this.#objects = new Objects(parts.dir, parts.disk, parts.seal, parts.catalogue, parts.namingKey);
  }

  /**
   * Takes an entry in, one after the other. `source` is called where the entry is not as in the last generation (same
   * name, bytes and mtimeMs).
   * @throws BackupFault refused on a bad or double name or a source of another length, storage_failed; whatever the source throws
   */
  async put(name: string, source: () => AsyncIterable<Uint8Array>, options: PutOptions = {}): Promise<Put> {
    return this.#step(async () => {
      checkName(name);
      const { bytes, mtimeMs, expiresAt, group } = options;
      const before = this.#catalogue.file(name);
      if (before && bytes === before.bytes && mtimeMs !== undefined && mtimeMs === before.mtimeMs) {
        const entry = withTimes({ ...before, parts: before.parts }, mtimeMs, expiresAt);
        if (await this.#takeAll(entry)) {
          this.#catalogue.addFile(entry);
          return { bytes: entry.bytes, sha256: entry.sha256, read: false };
        }
      }
      const entry = await this.#read(name, source(), { mtimeMs, expiresAt, group, bytes });
      if (bytes !== undefined && entry.bytes !== bytes)
        throw new BackupFault('refused', `${name} has ${entry.bytes} bytes, not ${bytes} as announced`);
      return { bytes: entry.bytes, sha256: entry.sha256, read: true };
    });
  }

  putBytes(name: string, bytes: Uint8Array, options: Omit<PutOptions, 'bytes'> = {}): Promise<Put> {
    return this.put(name, () => one(bytes), { ...options, bytes: bytes.length });
  }

  /**
   * Makes the generation whole and durable: objects, then list, root and head in a folder of its own, which gets its
   * name last. `facts` (JSON) travel encrypted. `expiresAt` (ms): when the whole is to be destroyed.
   * @throws BackupFault; then nothing of it counts
   */
  async finish({ facts, expiresAt }: { facts: unknown; expiresAt: number }): Promise<Head> {
    try {
      return await this.#step(async () => {
        for (const pack of [...this.#packs.values()]) await this.#flush(pack);
        await this.#objects.settle();
        const { entries, bytes } = this.#catalogue.count();
        const manifest: Part[] = [];
        for await (const chunk of chunks(lines(this.#catalogue.files())))
          manifest.push({ object: await this.#objects.add(chunk, undefined), at: 0, bytes: chunk.length });
        await this.#objects.settle();
        const folder = join(this.#dir, GENERATIONS, NEW + this.generation);
        const root = await this.#seal(
          Buffer.from(
            JSON.stringify({
              v: 1,
              generation: this.generation,
              createdAt: this.#now,
              expiresAt,
              namingKey: this.#namingKey.toString('base64'),
              manifest,
              facts,
            }),
          ),
        );
        await this.#disk.write(join(folder, ROOT), [root]);
        const list = listOf(this.#catalogue);
        await this.#disk.write(join(folder, LIST), list.parts());
        const head: Head = {
          v: 1,
          generation: this.generation,
          createdAt: this.#now,
          expiresAt,
          entries,
          bytes,
          written: this.#objects.written + root.length,
          root: { bytes: root.length, sha256: sha256(root) },
          objects: list.facts(),
        };
        await this.#disk.write(join(folder, HEAD), [Buffer.from(`${JSON.stringify(head)}\n`)]);
        await this.#disk.syncFolder(folder);
        this.#isNamed = true;
        await this.#disk.move(folder, join(this.#dir, GENERATIONS, this.generation));
        await this.#disk.syncFolder(join(this.#dir, GENERATIONS));
        this.#remember(head);
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
  #remember(head: Head): void {
    try {
      this.#catalogue.keep(head.root.sha256);
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
    { mtimeMs, expiresAt, group, bytes: expected }: { [K in keyof PutOptions]-?: PutOptions[K] | undefined },
  ): Promise<Entry> {
    const hash = createHash('sha256');
    const parts: Part[] = [];
    let bytes = 0;
    for await (const chunk of chunks(source)) {
      this.#signal?.throwIfAborted();
      hash.update(chunk);
      bytes += chunk.length;
      if (expected !== undefined && bytes > expected)
        throw new BackupFault('refused', `${name} is longer than the ${expected} bytes announced`);
      if (group !== undefined && bytes === chunk.length && bytes < PACK_BELOW_BYTES) {
        const entry = withTimes({ name, bytes, sha256: hash.digest('hex'), parts: [] }, mtimeMs, expiresAt);
        await this.#pack(group, entry, chunk);
        return entry;
      }
      parts.push({ object: await this.#objects.add(chunk, expiresAt), at: 0, bytes: chunk.length });
    }
    const entry = withTimes({ name, bytes, sha256: hash.digest('hex'), parts }, mtimeMs, expiresAt);
    this.#catalogue.addFile(entry);
    return entry;
  }

  async #pack(group: string, entry: Entry, bytes: Uint8Array): Promise<void> {
    const key = `${entry.expiresAt ?? '-'} ${group}`;
    let pack = this.#packs.get(key);
    if (pack && pack.bytes + bytes.length > OBJECT_BYTES) {
      await this.#flush(pack);
      pack = undefined;
    }
    if (!pack) {
      const [oldest] = this.#packs.values();
      if (oldest && this.#packs.size >= MAX_OPEN_PACKS) await this.#flush(oldest);
      pack = { key, expiresAt: entry.expiresAt, parts: [], bytes: 0, entries: [] };
      this.#packs.set(key, pack);
    }
    entry.parts = [{ object: '', at: pack.bytes, bytes: bytes.length }];
    pack.entries.push(entry);
    pack.parts.push(bytes);
    pack.bytes += bytes.length;
  }

  async #flush(pack: Pack): Promise<void> {
    this.#packs.delete(pack.key);
    const object = await this.#objects.add(Buffer.concat(pack.parts), pack.expiresAt);
    for (const entry of pack.entries) {
      for (const part of entry.parts) part.object = object;
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

async function* one(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  if (bytes.length > 0) yield bytes;
}

/**
 * Cuts a stream into buffers of 4 MiB, the last one shorter; each is the taker's own. Fixed places: what is large here
 * only grows at its end or never changes, so cutting by content would find nothing more.
 */
async function* chunks(source: AsyncIterable<Uint8Array> | Iterable<Uint8Array>): AsyncGenerator<Buffer> {
  let buffer: Buffer | undefined;
  let used = 0;
  for await (let rest of source) {
    while (rest.length > 0) {
      buffer ??= Buffer.allocUnsafe(OBJECT_BYTES);
      const taken = Math.min(rest.length, OBJECT_BYTES - used);
      buffer.set(rest.subarray(0, taken), used);
      used += taken;
      rest = rest.subarray(taken);
      if (used < OBJECT_BYTES) continue;
      yield buffer;
      buffer = undefined;
      used = 0;
    }
  }
  if (buffer && used > 0)
    yield used * 2 < OBJECT_BYTES ? Buffer.from(buffer.subarray(0, used)) : buffer.subarray(0, used);
}

function* lines(entries: Iterable<Entry>): Generator<Buffer> {
  for (const entry of entries) yield Buffer.from(`${JSON.stringify(entry)}\n`);
}

/** The plain list, made a piece at a time; its facts are known when all of it was taken. */
function listOf(catalogue: Catalogue): { parts(): Generator<Buffer>; facts(): Head['objects'] } {
  const hash = createHash('sha256');
  let bytes = 0;
  let count = 0;
  return {
    *parts() {
      let text = '';
      for (const object of catalogue.objects()) {
        text += listLine(object);
        count++;
        if (text.length < 65_536) continue;
        yield take(text);
        text = '';
      }
      yield take(text);
    },
    facts: () => ({ bytes, sha256: hash.digest('hex'), count }),
  };
  function take(text: string): Buffer {
    const piece = Buffer.from(text);
    hash.update(piece);
    bytes += piece.length;
    return piece;
  }
}
