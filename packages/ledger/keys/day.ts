import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from 'node:crypto';
import { bodyOf } from '../line.ts';
import type { LedgerRecord, LogName } from '../record.ts';
import { KEY_BYTES, type SlotFile } from './slots.ts';

const NONCE_BYTES = 12;
const TAG_BYTES = 16;
const DAY = /^\d{4}-\d{2}-\d{2}$/;

/** A record sealed under its log's day key, as it may stand in PostgreSQL: day, nonce, ciphertext, tag. */
export type Sealed = { day: string; bytes: Buffer };

const DAY_MS = 24 * 3_600_000;
/** The day that was asked for last: days of the epoch, and how it is written. */
let last = { count: Number.NaN, day: '' };

/** The day in Asia/Shanghai to which an instant (ms) belongs: keys live and die by it. */
export function dayOf(ts: number): string {
  const shifted = ts + 8 * 3_600_000;
  const count = Math.floor(shifted / DAY_MS);
  if (count !== last.count) last = { count, day: new Date(shifted).toISOString().slice(0, 10) };
  return last.day;
}

/** The label under which a day's key of a log has its slot. */
export const labelOf = (log: LogName, day: string): string => `${log} ${day}`;

/** Keys of one log, one a day; what is sealed, salted or encrypted under a day's key dies with it. */
export class DayKeys {
  readonly #slots: SlotFile;
  readonly #log: LogName;
  readonly #derived = new Map<string, Buffer>();

  constructor(slots: SlotFile, log: LogName) {
    this.#slots = slots;
    this.#log = log;
  }

  /** Seals a record under the key of its own day (AES-256-GCM). */
  seal(record: LedgerRecord): Sealed {
    const day = dayOf(record.ts);
    const nonce = randomBytes(NONCE_BYTES);
    const cipher = createCipheriv('aes-256-gcm', this.#key(day, true), nonce);
    cipher.setAAD(Buffer.from(labelOf(this.#log, day)));
    const text = Buffer.concat([cipher.update(bodyOf(record), 'utf8'), cipher.final()]);
    return { day, bytes: Buffer.concat([nonce, text, cipher.getAuthTag()]) };
  }

  /** @throws Error where the key is gone or the bytes were altered */
  open({ day, bytes }: Sealed): LedgerRecord {
    if (bytes.length < NONCE_BYTES + TAG_BYTES) throw new Error('a sealed record is cut short');
    const decipher = createDecipheriv('aes-256-gcm', this.#key(day, false), bytes.subarray(0, NONCE_BYTES));
    decipher.setAAD(Buffer.from(labelOf(this.#log, day)));
    decipher.setAuthTag(bytes.subarray(-TAG_BYTES));
    const text = Buffer.concat([decipher.update(bytes.subarray(NONCE_BYTES, -TAG_BYTES)), decipher.final()]);
    return JSON.parse(text.toString('utf8')) as LedgerRecord;
  }

  /**
   * A key for one purpose, derived from the day's (HKDF-SHA-256, RFC 5869, no salt; info `weir-ledger PURPOSE LABEL`).
   * The day's key is made where there is none yet and `make` says so.
   * @throws Error where the day's key is gone
   */
  derive(day: string, purpose: 'salt' | 'segment', make: boolean): Buffer {
    const info = `weir-ledger ${purpose} ${labelOf(this.#log, day)}`;
    let key = this.#derived.get(info);
    if (!key) {
      key = Buffer.from(hkdfSync('sha256', this.#key(day, make), '', info, KEY_BYTES));
      this.#derived.set(info, key);
    }
    return key;
  }

  /** The key of a day's sealed objects; undefined where the day's key is gone. */
  sealKey(day: string): Buffer | undefined {
    return this.#slots.get(labelOf(this.#log, day)) && this.derive(day, 'segment', false);
  }

  /** True where the day had a key that was destroyed. */
  isDestroyed(day: string): boolean {
    return this.#slots.isDestroyed(labelOf(this.#log, day));
  }

  /** True where a key of the day was destroyed once. */
  wasDestroyed(day: string): boolean {
    return this.#slots.wasDestroyed(labelOf(this.#log, day));
  }

  /** How many keys of the day were destroyed. */
  timesDestroyed(day: string): number {
    return this.#slots.timesDestroyed(labelOf(this.#log, day));
  }

  /** Destroys a day's key and everything derived from it; false where there was none. */
  destroy(day: string): boolean {
    for (const [info, key] of this.#derived) {
      if (!info.endsWith(` ${labelOf(this.#log, day)}`)) continue;
      key.fill(0);
      this.#derived.delete(info);
    }
    return this.#slots.destroy(labelOf(this.#log, day));
  }

  #key(day: string, make: boolean): Buffer {
    if (!DAY.test(day)) throw new Error('a day is written YYYY-MM-DD');
    const label = labelOf(this.#log, day);
    const key = this.#slots.get(label) ?? (make ? this.#slots.make(label) : undefined);
    if (!key) throw new Error(`the key of ${label} is gone`);
    return key;
  }
}
