import { randomBytes } from 'node:crypto';
import { closeSync, fsyncSync, openSync, readFileSync, writeSync } from 'node:fs';
import { dirname } from 'node:path';
import { KEY_BYTES } from './slots.ts';

/** The key-encryption key's file, where nobody names another. */
export const KEK_FILE = 'kek';

/**
 * The key-encryption key of a store, 32 random bytes in a file of mode 0600, made where it is missing unless
 * `readOnly`. Whoever copies the store without this file copies no key.
 * @throws Error where it is no key, or must be there and is not
 */
export function readKek(path: string, { readOnly = false } = {}): Buffer {
  let kek: Buffer;
  try {
    kek = readFileSync(path);
  } catch (why) {
    if (readOnly || (why as NodeJS.ErrnoException).code !== 'ENOENT') throw why;
    kek = randomBytes(KEY_BYTES);
    const file = openSync(path, 'wx', 0o600);
    try {
      writeSync(file, kek);
      fsyncSync(file);
    } finally {
      closeSync(file);
    }
    const directory = openSync(dirname(path), 'r');
    fsyncSync(directory);
    closeSync(directory);
  }
  if (kek.length !== KEY_BYTES) throw new Error(`${path} is no key of ${KEY_BYTES} bytes`);
  return kek;
}
