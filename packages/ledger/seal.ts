import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { LedgerRecord, LogName } from './record.ts';

const KEY_BYTES = 32;
const NONCE_BYTES = 12;
const TAG_BYTES = 16;
const DAY = /^\d{4}-\d{2}-\d{2}$/;

/** A record sealed under its log's day key, as it may stand in PostgreSQL: day, nonce, ciphertext, tag. */
export type Sealed = { day: string; bytes: Buffer };

/** The day in Asia/Shanghai to which an instant (ms) belongs: keys live and die by it. */
export function dayOf(ts: number): string {
  return new Date(ts + 8 * 3_600_000).toISOString().slice(0, 10);
}

/** Keys of one log, a file a day in `keys/`, mode 0600: they are never in PostgreSQL. */
export class DayKeys {
  readonly #dir: string;
  readonly #name: LogName;
  readonly #keys = new Map<string, Buffer>();

  constructor(dir: string, name: LogName) {
    this.#dir = join(dir, 'keys');
    this.#name = name;
    mkdirSync(this.#dir, { recursive: true, mode: 0o700 });
  }

  /** Seals a record under the key of its own day (AES-256-GCM, NIST SP 800-38D). */
  seal(record: LedgerRecord): Sealed {
    const day = dayOf(record.ts);
    const nonce = randomBytes(NONCE_BYTES);
    const cipher = createCipheriv('aes-256-gcm', this.#key(day, true), nonce);
    cipher.setAAD(Buffer.from(`${this.#name} ${day}`));
    const text = Buffer.concat([cipher.update(JSON.stringify(record), 'utf8'), cipher.final()]);
    return { day, bytes: Buffer.concat([nonce, text, cipher.getAuthTag()]) };
  }

  /** @throws Error where the key is gone or the bytes were altered */
  open({ day, bytes }: Sealed): LedgerRecord {
    if (bytes.length < NONCE_BYTES + TAG_BYTES) throw new Error('a sealed record is cut short');
    const decipher = createDecipheriv('aes-256-gcm', this.#key(day, false), bytes.subarray(0, NONCE_BYTES));
    decipher.setAAD(Buffer.from(`${this.#name} ${day}`));
    decipher.setAuthTag(bytes.subarray(-TAG_BYTES));
    const text = Buffer.concat([decipher.update(bytes.subarray(NONCE_BYTES, -TAG_BYTES)), decipher.final()]);
    return JSON.parse(text.toString('utf8')) as LedgerRecord;
  }

  #key(day: string, make: boolean): Buffer {
    if (!DAY.test(day)) throw new Error('a day is written YYYY-MM-DD');
    const known = this.#keys.get(day);
    if (known) return known;
    const path = join(this.#dir, day);
    let key: Buffer;
    try {
      key = readFileSync(path);
    } catch (why) {
      if (!make || (why as NodeJS.ErrnoException).code !== 'ENOENT') throw why;
      key = randomBytes(KEY_BYTES);
      writeFileSync(path, key, { mode: 0o600, flag: 'wx', flush: true });
    }
    if (key.length !== KEY_BYTES) throw new Error(`the key of ${day} is damaged`);
    this.#keys.set(day, key);
    return key;
  }
}
