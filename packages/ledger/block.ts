import { createCipheriv, hash } from 'node:crypto';
import { HASH_BYTES } from './tree/hash.ts';
import { entryOfEpoch, epochOf, type LogEpoch } from './tree/logEpoch.ts';
import { fromBase64 } from './tree/note.ts';

/** Bytes of a record's salt. */
const SALT_BYTES = 32;
const AES_BLOCK_BYTES = 16;
/** Bytes of each commitment that a block shows, to tell which of its records was altered. */
const MARK_BYTES = 2;
/** Records of one block at most: the entry stays below the 65,535 bytes of a bundle. */
export const MAX_BLOCK = 1_024;

/**
 * What a leaf says: records `first` to `first + count - 1`, salted under `day`'s key, and what binds them. The leaf that
 * begins an epoch has `epoch`, and no record: `count` is 0, `first` the next record's number.
 */
export type Block = {
  day: string;
  first: number;
  count: number;
  digest: Buffer;
  marks: Buffer;
  epoch?: LogEpoch;
};

/** Salts that are made at once: the cipher is called once in so many records that come one by one. */
const SALTS_AHEAD = 64;

/**
 * Salts of one log's day: 32 bytes for record n, bytes 32n to 32n+31 of the AES-256-CTR keystream (NIST SP 800-38A)
 * of the day's salt key, counter from zero. Derived, so that none is stored; gone with the key.
 */
export class Salts {
  readonly #key: Buffer;
  #cipher: ReturnType<typeof createCipheriv> | undefined;
  /** Salts that are made, of records from `first` on; the keystream goes on behind them. */
  #first = 0;
  #made = Buffer.alloc(0);

  constructor(key: Buffer) {
    this.#key = key;
  }

  /** Salts of `count` records from `first` on; in order they come from one running keystream. */
  take(first: number, count: number): Buffer {
    const at = (first - this.#first) * SALT_BYTES;
    const bytes = count * SALT_BYTES;
    if (at >= 0 && at + bytes <= this.#made.length) return this.#made.subarray(at, at + bytes);
    const isNext = at >= 0 && at <= this.#made.length;
    const cipher = (isNext ? this.#cipher : undefined) ?? this.#cipherAt(first);
    const rest = isNext ? this.#made.subarray(at) : Buffer.alloc(0);
    const more = Math.max(bytes - rest.length, SALTS_AHEAD * SALT_BYTES);
    const fresh = cipher.update(Buffer.alloc(more));
    this.#cipher = cipher;
    this.#first = first;
    this.#made = rest.length > 0 ? Buffer.concat([rest, fresh]) : fresh;
    return this.#made.subarray(0, bytes);
  }

  #cipherAt(first: number): ReturnType<typeof createCipheriv> {
    const counter = Buffer.alloc(AES_BLOCK_BYTES);
    counter.writeBigUInt64BE(BigInt(first) * BigInt(SALT_BYTES / AES_BLOCK_BYTES), 8);
    return createCipheriv('aes-256-ctr', this.#key, counter);
  }
}

/**
 * Commitments to lines that stand in `bytes` one after another, each with its newline, `lengths` bytes long: SHA-256 of
 * salt and line without newline. As binary strings, which cost a third of what buffers do.
 */
export function commitmentsOf(bytes: Buffer, lengths: readonly number[], salts: Buffer): string[] {
  const scratch = Buffer.allocUnsafe(SALT_BYTES + Math.max(0, ...lengths));
  let at = 0;
  return lengths.map((length, i) => {
    salts.copy(scratch, 0, i * SALT_BYTES, (i + 1) * SALT_BYTES);
    bytes.copy(scratch, SALT_BYTES, at, at + length - 1);
    at += length;
    return hash('sha256', scratch.subarray(0, SALT_BYTES + length - 1), 'binary');
  });
}

/** The block over commitments of records from `first` on. */
export function blockOf(day: string, first: number, commitments: readonly string[]): Block {
  const all = Buffer.from(commitments.join(''), 'latin1');
  return {
    day,
    first,
    count: commitments.length,
    digest: hash('sha256', all, 'buffer'),
    marks: Buffer.from(commitments.map((one) => one.slice(0, MARK_BYTES)).join(''), 'latin1'),
  };
}

/** The first record whose commitment is not what the block says; undefined where all are, or where none can be told. */
export function firstAltered(block: Block, commitments: readonly string[]): number | undefined {
  const there = blockOf(block.day, block.first, commitments).marks;
  for (let i = 0; i < block.count; i++) {
    const mark = (from: Buffer): Buffer => from.subarray(i * MARK_BYTES, (i + 1) * MARK_BYTES);
    if (!mark(there).equals(mark(block.marks))) return block.first + i;
  }
  return undefined;
}

/** The leaf that begins an epoch. */
export const epochBlock = (epoch: LogEpoch): Block => ({
  day: epoch.after.day ?? '',
  first: epoch.after.record + 1,
  count: 0,
  digest: Buffer.alloc(0),
  marks: Buffer.alloc(0),
  epoch,
});

/** A block as a tree entry: canonical JSON (RFC 8785) with schema version; nothing in it needs an escape. */
export function entryOf({ day, first, count, digest, marks, epoch }: Block): Buffer {
  if (epoch) return entryOfEpoch(epoch);
  const [d, m] = [digest.toString('base64'), marks.toString('base64')];
  return Buffer.from(
    `{"count":${count},"day":"${day}","digest":"${d}","first":${first},"marks":"${m}","v":1}`,
    'latin1',
  );
}

/** Reads an entry. @throws Error where it is none, or not in its canonical form */
export function parseEntry(entry: Buffer): Block {
  const value = JSON.parse(entry.toString('utf8')) as Record<string, unknown>;
  if (value['v'] === 2) {
    const begun = epochBlock(epochOf(value));
    if (!entryOf(begun).equals(entry)) throw new Error('this is no entry of an epoch');
    return begun;
  }
  const { v, day, first, count, digest, marks } = value;
  const block = {
    day: String(day),
    first: Number(first),
    count: Number(count),
    digest: fromBase64(String(digest)),
    marks: fromBase64(String(marks)),
  };
  if (
    v !== 1 ||
    !/^\d{4}-\d{2}-\d{2}$/.test(block.day) ||
    !(Number.isSafeInteger(block.first) && block.first > 0) ||
    !(Number.isInteger(block.count) && block.count > 0 && block.count <= MAX_BLOCK) ||
    block.digest.length !== HASH_BYTES ||
    block.marks.length !== block.count * MARK_BYTES ||
    !entryOf(block).equals(entry)
  )
    throw new Error('this is no entry of a block');
  return block;
}
