import { hash } from 'node:crypto';

/** Bytes of one hash (SHA-256). */
export const HASH_BYTES = 32;

const LEAF = Buffer.from([0]);
const NODE = Buffer.from([1]);
const sha256 = (bytes: Buffer): Buffer => hash('sha256', bytes, 'buffer');

/** The hash of a leaf (RFC 6962, section 2.1). */
export const leafHash = (entry: Buffer): Buffer => sha256(Buffer.concat([LEAF, entry]));

/** The hash of an inner node (RFC 6962, section 2.1). */
export const nodeHash = (left: Buffer, right: Buffer): Buffer => sha256(Buffer.concat([NODE, left, right]));

/** The hash of a tree without leaves (RFC 6962, section 2.1). */
export const EMPTY_ROOT: Buffer = sha256(Buffer.alloc(0));

/** The largest power of two below `n` (n > 1): where RFC 6962 splits a tree. */
export function splitOf(n: number): number {
  let k = 1;
  while (k * 2 < n) k *= 2;
  return k;
}

/** The hash of a tree over leaf hashes, or over roots of full subtrees of one size. */
export function rootOf(hashes: readonly Buffer[]): Buffer {
  if (hashes.length === 0) return EMPTY_ROOT;
  if (hashes.length === 1) return hashes[0] as Buffer;
  const k = splitOf(hashes.length);
  return nodeHash(rootOf(hashes.slice(0, k)), rootOf(hashes.slice(k)));
}
