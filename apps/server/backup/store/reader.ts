import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type Opener, openerFor } from '../age.ts';
import { BackupFault } from '../fault.ts';
import {
  type Entry,
  generationFolder,
  type Head,
  newestGeneration,
  type Part,
  readHead,
} from './generation.ts';
import { checkName, isGeneration, objectPath, ROOT } from './layout.ts';
import { objectId } from './objects.ts';
import { unpacked } from './zstd.ts';

/** Opened objects that stay in memory, so that the entries of a pack are not each a file read. */
const MAX_CACHED = 8;
/** A line of the manifest is longer only for an entry of more than 400 GB. */
const MAX_LINE_BYTES = 16 * 1024 * 1024;

/** What an object or entry suffers from. */
export type Fault = { entry?: string; object?: string; what: 'missing' | 'damaged' | 'expired' };

type Root = { v: 1 | 2; generation: string; namingKey: string; manifest: Part[]; facts: unknown };

/**
 * Opens a generation, the newest where none is named.
 * @throws BackupFault no_backup, not_a_target, wrong_identity, damaged, refused
 */
export async function openBackup(options: {
  dir: string;
  identities: readonly string[];
  generation?: string;
}): Promise<BackupReader> {
  const { dir, identities, generation } = options;
  const open = openerFor(identities);
  let head: Head | undefined;
  if (generation === undefined) {
    head = await newestGeneration(dir);
    if (!head) throw new BackupFault('no_backup', `${dir} holds no whole backup`);
  } else {
    head = isGeneration(generation) ? await readHead(dir, generation) : undefined;
    if (!head) throw new BackupFault('no_backup', `${dir} holds no whole backup ${generation}`);
  }
  const bytes = await open(await readFile(join(generationFolder(dir, head.generation), ROOT)));
  const root: Root = JSON.parse(bytes.toString('utf8'));
  if (root.v !== 1 && root.v !== 2)
    throw new BackupFault('refused', `${head.generation} was made by a newer Weir than this one`);
  if (root.generation !== head.generation)
    throw new BackupFault('damaged', `The root of ${head.generation} belongs to another backup`);
  return new BackupReader(dir, open, head, root);
}

/** One generation, opened. What it gives was decrypted and held against the hashes of the manifest. */
export class BackupReader {
  readonly head: Head;
  readonly facts: unknown;
  readonly #dir: string;
  readonly #open: Opener;
  readonly #namingKey: Buffer;
  readonly #manifest: Part[];
  readonly #cached = new Map<string, Buffer>();

  /** @internal `openBackup` makes it */
  constructor(dir: string, open: Opener, head: Head, root: Root) {
    this.#dir = dir;
    this.#open = open;
    this.head = head;
    this.facts = root.facts;
    this.#namingKey = Buffer.from(root.namingKey, 'base64');
    this.#manifest = root.manifest;
  }

  /** Every entry, by name. @throws BackupFault missing or damaged where the manifest is not whole */
  async *entries(): AsyncGenerator<Entry> {
    let rest: Buffer = Buffer.alloc(0);
    for (const part of this.#manifest) {
      rest = Buffer.concat([rest, await this.#plain(part, 'the manifest')]);
      let at = 0;
      for (let end = rest.indexOf(10); end >= 0; end = rest.indexOf(10, at)) {
        yield entryOf(rest.toString('utf8', at, end));
        at = end + 1;
      }
      rest = rest.subarray(at);
      if (rest.length > MAX_LINE_BYTES) throw new BackupFault('damaged', 'The manifest has no such lines');
    }
    if (rest.length > 0) throw new BackupFault('damaged', 'The manifest is cut short');
  }

  /**
   * The bytes of an entry, each piece checked before it is given and the whole at its end.
   * @throws BackupFault missing, damaged or expired, naming the entry and the object
   */
  async *read({ name, bytes, sha256, parts, expiresAt }: Entry): AsyncGenerator<Buffer> {
    const hash = createHash('sha256');
    let done = 0;
    for (const part of parts) {
      const piece = await this.#plain(part, name, expiresAt);
      hash.update(piece);
      done += piece.length;
      yield piece;
    }
    if (done !== bytes || hash.digest('hex') !== sha256)
      throw new BackupFault('damaged', `${name} is not as it was backed up`);
  }

  /** One entry by name; looks through the manifest. @throws BackupFault missing */
  async *get(name: string): AsyncGenerator<Buffer> {
    for await (const entry of this.entries()) {
      if (entry.name !== name) continue;
      yield* this.read(entry);
      return;
    }
    throw new BackupFault('missing', `The backup has no ${name}`);
  }

  /**
   * Decrypts and hashes everything; tells each fault and goes on. `onEntry` hears of every entry.
   * @throws BackupFault where the manifest itself is not whole
   */
  async *check({ onEntry }: { onEntry?: (entry: Entry) => void } = {}): AsyncGenerator<Fault> {
    // What was read before says nothing of what is there now.
    this.#cached.clear();
    for await (const entry of this.entries()) {
      try {
        for await (const _ of this.read(entry)) void _;
      } catch (why) {
        if (!(why instanceof ObjectFault)) {
          if (!(why instanceof BackupFault)) throw why;
          yield { entry: entry.name, what: 'damaged' };
        } else yield { entry: entry.name, object: why.object, what: why.what };
      }
      onEntry?.(entry);
    }
  }

  async #plain({ object, at, bytes, zstd }: Part, entry: string, expiresAt?: number): Promise<Buffer> {
    const name = zstd ? `${object} zstd` : object;
    let plain = this.#cached.get(name);
    this.#cached.delete(name);
    if (!plain) {
      plain = await this.#load(object, entry, expiresAt);
      if (zstd)
        plain = await unpacked(plain).catch((why: unknown) => {
          throw new ObjectFault('damaged', entry, object, why);
        });
    }
    if (at === 0 && bytes === plain.length) return plain;
    this.#cached.set(name, plain);
    const [oldest] = this.#cached.keys();
    if (this.#cached.size > MAX_CACHED && oldest !== undefined) this.#cached.delete(oldest);
    const piece = plain.subarray(at, at + bytes);
    if (piece.length !== bytes) throw new ObjectFault('damaged', entry, object);
    return piece;
  }

  async #load(object: string, entry: string, expiresAt: number | undefined): Promise<Buffer> {
    let sealed: Buffer;
    try {
      sealed = await readFile(objectPath(this.#dir, object));
    } catch (why) {
      if ((why as NodeJS.ErrnoException).code !== 'ENOENT') throw why;
      throw new ObjectFault(expiresAt === undefined ? 'missing' : 'expired', entry, object);
    }
    let plain: Buffer;
    try {
      plain = await this.#open(sealed);
    } catch (why) {
      throw new ObjectFault('damaged', entry, object, why);
    }
    if (objectId(this.#namingKey, plain) !== object) throw new ObjectFault('damaged', entry, object);
    return plain;
  }
}

/** Who made the backup chose the names: none leads out of where it is restored to. */
function entryOf(line: string): Entry {
  const entry = JSON.parse(line) as Entry;
  try {
    checkName(entry.name);
  } catch (why) {
    throw new BackupFault('damaged', (why as Error).message, { cause: why });
  }
  return entry;
}

const WORDS = {
  missing: 'is missing',
  damaged: 'is damaged',
  expired: 'was destroyed at the end of its term',
};

class ObjectFault extends BackupFault {
  readonly object: string;
  readonly what: keyof typeof WORDS;

  constructor(what: keyof typeof WORDS, entry: string, object: string, cause?: unknown) {
    super(what, `${entry}: object ${object} ${WORDS[what]}`, { cause });
    this.object = object;
    this.what = what;
  }
}
