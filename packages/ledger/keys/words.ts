import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import type { Clock } from '@weir/kit';
import { dayOf } from './day.ts';
import type { SlotFile } from './slots.ts';

const NONCE_BYTES = 12;
const TAG_BYTES = 16;
const FORM = /^w1:(\d{4}-\d{2}-\d{2}):([A-Za-z0-9_-]+)$/;

const labelOf = (day: string): string => `words ${day}`;

/**
 * Words that people could read and that a database holds as present state: titles, nicknames. They lie there sealed
 * under a key of the day they were written (AES-256-GCM), so that with the key all old versions die, those in dead
 * rows and in a write-ahead log too. What is still in use by then is sealed again under another day's key.
 */
export class Words {
  readonly #slots: SlotFile;
  readonly #clock: Clock;

  constructor(slots: SlotFile, clock: Clock) {
    this.#slots = slots;
    this.#clock = clock;
  }

  /** Seals a text under today's key: `w1:DAY:base64url`. */
  seal(text: string): string {
    const day = dayOf(this.#clock.now());
    const label = labelOf(day);
    const nonce = randomBytes(NONCE_BYTES);
    const cipher = createCipheriv('aes-256-gcm', this.#slots.get(label) ?? this.#slots.make(label), nonce);
    cipher.setAAD(Buffer.from(label));
    const bytes = Buffer.concat([nonce, cipher.update(text, 'utf8'), cipher.final(), cipher.getAuthTag()]);
    return `w1:${day}:${bytes.toString('base64url')}`;
  }

  /** Opens what `seal` made; what was never sealed is itself. Undefined where the key is gone. @throws Error where it was altered */
  open(sealed: string): string | undefined {
    const [, day, text] = FORM.exec(sealed) ?? [];
    if (day === undefined || text === undefined) return sealed;
    const key = this.#slots.get(labelOf(day));
    if (!key) return undefined;
    const bytes = Buffer.from(text, 'base64url');
    const decipher = createDecipheriv('aes-256-gcm', key, bytes.subarray(0, NONCE_BYTES));
    decipher.setAAD(Buffer.from(labelOf(day)));
    decipher.setAuthTag(bytes.subarray(-TAG_BYTES));
    return Buffer.concat([
      decipher.update(bytes.subarray(NONCE_BYTES, -TAG_BYTES)),
      decipher.final(),
    ]).toString('utf8');
  }

  /** The day under whose key a text is sealed; undefined where it is not. */
  dayOf(sealed: string): string | undefined {
    return FORM.exec(sealed)?.[1];
  }

  /** Days whose keys live, the oldest first. */
  days(): string[] {
    return this.#slots
      .labels()
      .filter((label) => label.startsWith('words ') && this.#slots.get(label))
      .map((label) => label.slice('words '.length))
      .sort();
  }

  /** Destroys a day's key: whatever is sealed under it is gone. */
  destroy(day: string): void {
    this.#slots.destroy(labelOf(day));
  }
}
