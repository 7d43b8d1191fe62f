import { randomFillSync } from 'node:crypto';
import { v7 } from 'uuid';

declare const brand: unique symbol;
/** A string that the compiler keeps apart from other strings. */
export type Brand<T, Name extends string> = T & { readonly [brand]: Name };

export type BroadcastId = Brand<string, 'BroadcastId'>;
export type UserId = Brand<string, 'UserId'>;
export type MessageId = Brand<string, 'MessageId'>;
export type SessionId = Brand<string, 'SessionId'>;
export type OrderId = Brand<string, 'OrderId'>;
export type BootId = Brand<string, 'BootId'>;

/** Random bytes of one id; drawn for many at once: each call of the system costs as much as 50 ids. */
const ID_BYTES = 16;
const pool = new Uint8Array(256 * ID_BYTES);
let drawn = pool.length;

function randomBytes(): Uint8Array {
  if (drawn === pool.length) {
    randomFillSync(pool);
    drawn = 0;
  }
  // A copy: what made an id is not used again, whoever keeps it.
  const bytes = pool.slice(drawn, drawn + ID_BYTES);
  pool.fill(0, drawn, drawn + ID_BYTES);
  drawn += ID_BYTES;
  return bytes;
}

let last = { msecs: Number.NEGATIVE_INFINITY, seq: 0 };

/** 31 random bits: a sequence of 32 has as many left to grow. */
const sequence = (random: Uint8Array): number =>
  (((random[6] as number) & 0x7f) << 24) |
  ((random[7] as number) << 16) |
  ((random[8] as number) << 8) |
  (random[9] as number);

/**
 * A new time-ordered identifier (UUIDv7, RFC 9562 section 5.7), lower case, 36 characters.
 * @example const id = newId<BroadcastId>();
 */
export function newId<T extends string = string>(): T {
  const random = randomBytes();
  const now = Date.now();
  if (now > last.msecs) last = { msecs: now, seq: sequence(random) };
  // Within a millisecond the sequence grows, so that ids stand in the order of their making (section 6.2, method 1).
  else last.seq++;
  return v7({ random, ...last }) as T;
}

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[1-8][0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;

/** True where `text` has the form of an identifier that `newId` makes. */
export function isId(text: string): boolean {
  return UUID.test(text);
}
