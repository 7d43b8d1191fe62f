import { createHash } from 'node:crypto';

/** SHA-256 as hex: how a stream key is known anywhere but at its owner. Keys are random, so no salt is needed. */
export const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');
