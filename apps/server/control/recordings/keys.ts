import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';

const NONCE_BYTES = 12;
const TAG_BYTES = 16;
const KEY_BYTES = 32;

/** Where keys lie that can be destroyed (the ledger's `keys.slots`). */
export type Slots = {
  get(label: string): Buffer | undefined;
  make(label: string): Buffer;
  destroy(label: string): boolean;
  isDestroyed(label: string): boolean;
};

const labelOf = (slot: string): string => `media ${slot}`;

/** Keys of recordings in a bucket: one a file, wrapped (AES-256-GCM) under one a day. */
export class RecordingKeys {
  readonly #slots: Slots;

  constructor(slots: Slots) {
    this.#slots = slots;
  }

  /** The slot that takes what is wrapped on a day, none of `but` and none whose key was destroyed. */
  slotOf(day: string, but: ReadonlySet<string> = new Set()): string {
    for (let n = 1; ; n++) {
      const slot = n === 1 ? day : `${day}.${n}`;
      if (!but.has(slot) && !this.#slots.isDestroyed(labelOf(slot))) return slot;
    }
  }

  /** A new file's key. */
  make(): Buffer {
    return randomBytes(KEY_BYTES);
  }

  wrap(slot: string, path: string, key: Buffer): string {
    const label = labelOf(slot);
    const nonce = randomBytes(NONCE_BYTES);
    const cipher = createCipheriv('aes-256-gcm', this.#slots.get(label) ?? this.#slots.make(label), nonce);
    cipher.setAAD(Buffer.from(`${label} ${path}`));
    return Buffer.concat([nonce, cipher.update(key), cipher.final(), cipher.getAuthTag()]).toString('base64');
  }

  /** The key of a file; undefined where its slot's was destroyed. @throws Error where it was altered */
  unwrap({ slot, path, key }: { slot: string; path: string; key: string }): Buffer | undefined {
    const label = labelOf(slot);
    const own = this.#slots.get(label);
    if (!own) return undefined;
    const bytes = Buffer.from(key, 'base64');
    const decipher = createDecipheriv('aes-256-gcm', own, bytes.subarray(0, NONCE_BYTES));
    decipher.setAAD(Buffer.from(`${label} ${path}`));
    decipher.setAuthTag(bytes.subarray(-TAG_BYTES));
    return Buffer.concat([decipher.update(bytes.subarray(NONCE_BYTES, -TAG_BYTES)), decipher.final()]);
  }

  lives(slot: string): boolean {
    return this.#slots.get(labelOf(slot)) !== undefined;
  }

  /** True where it had a key that was destroyed; one that is not known here was not. */
  isDestroyed(slot: string): boolean {
    return this.#slots.isDestroyed(labelOf(slot));
  }

  /** Destroys a day's key: whatever is wrapped under it is gone. */
  destroy(slot: string): void {
    this.#slots.destroy(labelOf(slot));
  }
}
