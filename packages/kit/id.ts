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

/**
 * A new time-ordered identifier (UUIDv7, RFC 9562 section 5.7), lower case, 36 characters.
 * @example const id = newId<BroadcastId>();
 */
export function newId<T extends string = string>(): T {
  return v7() as T;
}

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[1-8][0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;

/** True where `text` has the form of an identifier that `newId` makes. */
export function isId(text: string): boolean {
  return UUID.test(text);
}
