import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import {
  closeSync,
  existsSync,
  fdatasyncSync,
  fstatSync,
  openSync,
  readFileSync,
  readSync,
  writeSync,
} from 'node:fs';
import { dirname } from 'node:path';

/** The data keys' file in a store. */
export const SLOT_FILE = 'keys.slots';

/** Bytes of one slot: state 1, label 63 (padded with zeros), nonce 12, wrapped key 32, tag 16, unused 4. */
const SLOT_BYTES = 128;
const LABEL_BYTES = 63;
const NONCE_AT = 1 + LABEL_BYTES;
const KEY_AT = NONCE_AT + 12;
const TAG_AT = KEY_AT + 32;
export const KEY_BYTES = 32;
/** The file grows by so many slots at once, so that a key made or destroyed needs no space on a full disk. */
const GROW_SLOTS = 1_024;
/** 29 years of four logs, words and recordings, a key a day each; a bound, so that no clock gone wild fills memory. */
const MAX_SLOTS = 65_536;

const FREE = 0;
const LIVE = 1;
const DESTROYED = 2;

export type SlotOptions = {
  readOnly?: boolean;
  /** Where keys come from; a simulation makes them of its seed. */
  newKey?: (label: string) => Buffer;
};
const randomKey = (): Buffer => randomBytes(KEY_BYTES);

type Slot = { index: number; key: Buffer | undefined };

/**
 * Data keys in fixed slots of one file, each wrapped under a key-encryption key (AES-256-GCM, NIST SP 800-38D; the
 * label is authenticated). A key is destroyed by overwriting its slot in place; its label stays, so that a key that
 * is gone can be told from one that never was. All I/O is synchronous: a key a day and log.
 */
export class SlotFile {
  readonly #kek: Buffer;
  readonly #newKey: (label: string) => Buffer;
  readonly #slots = new Map<string, Slot>();
  /** How many keys of a label were destroyed, whether or not it has another one now. */
  readonly #gone = new Map<string, number>();
  #file: number;
  readonly #path: string;
  #free: number[] = [];
  #changes = 0;
  #count = 0;

  /**
   * Opens or makes the file; with `readOnly` it must be there and nothing is written.
   * @throws Error where the file is no slot file, or its keys were wrapped under another key-encryption key
   */
  constructor(path: string, kek: Buffer, { readOnly = false, newKey = randomKey }: SlotOptions = {}) {
    this.#kek = kek;
    this.#path = path;
    this.#newKey = newKey;
    const isNew = !readOnly && !existsSync(path);
    this.#file = openSync(path, readOnly ? 'r' : isNew ? 'wx+' : 'r+', 0o600);
    try {
      this.#load(path, readOnly);
      if (isNew) {
        this.#grow();
        syncDirectory(dirname(path));
      }
    } catch (why) {
      closeSync(this.#file);
      throw why;
    }
  }

  /** The key of a label; undefined where it was destroyed or never made. */
  get(label: string): Buffer | undefined {
    return this.#slots.get(label)?.key;
  }

  /** True where the label had a key that was destroyed. */
  isDestroyed(label: string): boolean {
    const slot = this.#slots.get(label);
    return slot !== undefined && slot.key === undefined;
  }

  /** True where a key of the label was destroyed once: a clock set back may have given it another. */
  wasDestroyed(label: string): boolean {
    return this.#gone.has(label);
  }

  /** How many keys of the label were destroyed. */
  timesDestroyed(label: string): number {
    return this.#gone.get(label) ?? 0;
  }

  /** Grows with each key that is made or destroyed: who keeps a copy knows when it is old. */
  get changes(): number {
    return this.#changes;
  }

  /** The file as it is now, keys wrapped: for a copy that is overwritten when this one changes. */
  bytes(): Buffer {
    return readFileSync(this.#path);
  }

  /** Every label that has or had a key. */
  labels(): string[] {
    return [...this.#slots.keys()];
  }

  /**
   * Makes a key, durable when it returns; a given one is taken in as it is. A label whose key was destroyed may get a
   * new one: what lay under the old one stays lost.
   * @throws Error where the label has one, or the disk refuses
   */
  make(label: string, key: Buffer = this.#newKey(label)): Buffer {
    if (this.get(label)) throw new Error(`the key of ${label} exists`);
    if (Buffer.byteLength(label) > LABEL_BYTES || key.length !== KEY_BYTES) throw new Error('no such key');
    if (this.#free.length === 0) this.#grow();
    const index = this.#free[0] as number;
    const nonce = randomBytes(12);
    const cipher = createCipheriv('aes-256-gcm', this.#kek, nonce);
    cipher.setAAD(Buffer.from(label));
    const wrapped = Buffer.concat([cipher.update(key), cipher.final()]);
    const slot = Buffer.alloc(SLOT_BYTES);
    slot[0] = LIVE;
    slot.write(label, 1);
    nonce.copy(slot, NONCE_AT);
    wrapped.copy(slot, KEY_AT);
    cipher.getAuthTag().copy(slot, TAG_AT);
    this.#write(index, slot);
    this.#free.shift();
    this.#slots.set(label, { index, key });
    return key;
  }

  /** Overwrites a key in place, first with noise, then with zeros; durable when it returns. False where there is none. */
  destroy(label: string): boolean {
    const slot = this.#slots.get(label);
    if (!slot?.key) return false;
    const blank = Buffer.alloc(SLOT_BYTES);
    blank[0] = DESTROYED;
    blank.write(label, 1);
    const noise = Buffer.from(blank);
    randomBytes(SLOT_BYTES - NONCE_AT).copy(noise, NONCE_AT);
    this.#write(slot.index, noise);
    this.#write(slot.index, blank);
    this.#gone.set(label, this.timesDestroyed(label) + 1);
    slot.key.fill(0);
    slot.key = undefined;
    return true;
  }

  close(): void {
    closeSync(this.#file);
  }

  #load(path: string, readOnly: boolean): void {
    const { size } = fstatSync(this.#file);
    // A crash while growing leaves part of a slot, all zeros.
    this.#count = Math.floor(size / SLOT_BYTES);
    if (this.#count > MAX_SLOTS) throw new Error(`${path} is no slot file`);
    const all = Buffer.alloc(this.#count * SLOT_BYTES);
    for (let at = 0; at < all.length; ) {
      const got = readSync(this.#file, all, at, all.length - at, at);
      if (got === 0) throw new Error(`${path} is cut short`);
      at += got;
    }
    for (let index = 0; index < this.#count; index++) {
      const slot = all.subarray(index * SLOT_BYTES, (index + 1) * SLOT_BYTES);
      if (slot[0] === FREE) {
        if (slot.some((byte) => byte !== 0)) throw new Error(`${path} is damaged in slot ${index}`);
        this.#free.push(index);
        continue;
      }
      const text = slot.subarray(1, NONCE_AT);
      const end = text.indexOf(0);
      const label = text.toString('utf8', 0, end < 0 ? text.length : end);
      if (slot[0] === DESTROYED) {
        this.#gone.set(label, this.timesDestroyed(label) + 1);
        // A crash broke the overwriting off: whatever is left of the key goes now.
        if (!readOnly && slot.subarray(NONCE_AT).some((byte) => byte !== 0))
          this.#write(
            index,
            Buffer.concat([slot.subarray(0, NONCE_AT), Buffer.alloc(SLOT_BYTES - NONCE_AT)]),
          );
        if (!this.#slots.has(label)) this.#slots.set(label, { index, key: undefined });
      } else if (slot[0] === LIVE) this.#slots.set(label, { index, key: this.#unwrap(path, label, slot) });
      else throw new Error(`${path} is damaged in slot ${index}`);
    }
  }

  #unwrap(path: string, label: string, slot: Buffer): Buffer {
    const decipher = createDecipheriv('aes-256-gcm', this.#kek, slot.subarray(NONCE_AT, KEY_AT));
    decipher.setAAD(Buffer.from(label));
    decipher.setAuthTag(slot.subarray(TAG_AT, TAG_AT + 16));
    try {
      return Buffer.concat([decipher.update(slot.subarray(KEY_AT, TAG_AT)), decipher.final()]);
    } catch {
      throw new Error(`${path}: the key of ${label} is damaged, or wrapped under another key-encryption key`);
    }
  }

  #grow(): void {
    if (this.#count + GROW_SLOTS > MAX_SLOTS) throw new Error('the slot file holds as many keys as it may');
    this.#writeAt(this.#count * SLOT_BYTES, Buffer.alloc(GROW_SLOTS * SLOT_BYTES));
    for (let i = 0; i < GROW_SLOTS; i++) this.#free.push(this.#count + i);
    this.#count += GROW_SLOTS;
  }

  #write(index: number, slot: Buffer): void {
    this.#changes++;
    this.#writeAt(index * SLOT_BYTES, slot);
  }

  #writeAt(at: number, bytes: Buffer): void {
    for (let done = 0; done < bytes.length; )
      done += writeSync(this.#file, bytes, done, bytes.length - done, at + done);
    fdatasyncSync(this.#file);
  }
}

function syncDirectory(path: string): void {
  const handle = openSync(path, 'r');
  try {
    fdatasyncSync(handle);
  } finally {
    closeSync(handle);
  }
}
