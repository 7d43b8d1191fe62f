import { createHmac } from 'node:crypto';

/**
 * Addresses of segments, parts and maps that nobody can guess: a keyed hash of what they name. Whoever may no longer
 * read the playlist cannot go on by counting.
 */
export type Names = (what: string) => string;

/** @param secret at least 16 random bytes, new for each epoch */
export function namesUnder(secret: Buffer): Names {
  return (what) => createHmac('sha256', secret).update(what).digest('base64url').slice(0, 22);
}
