import { hash } from 'node:crypto';
import type { Cut } from '../tombstones.ts';

/**
 * What of a store is kept beside its backups and always current, since it must not be as old as they are: the data
 * keys as they are now (a key that was destroyed is in none of it), every cut that stands, every closed account.
 * `kek` is there only where somebody asked for it: with it, whoever opens the backup needs nothing else.
 */
export type KeyPart = {
  v: 1;
  /** Wall ms. */
  at: number;
  /** keys.slots and kek, base64. */
  slots: string;
  kek?: string;
  /** Names the key-encryption key under which the slots are wrapped, so that the right one is asked for. */
  kekId: string;
  cuts: Cut[];
  /** Ids of accounts that may not act. */
  closed: string[];
};

/** A name of a key-encryption key that tells nothing of it: the beginning of its SHA-256, hex. */
export const kekIdOf = (kek: Buffer): string => hash('sha256', kek, 'hex').slice(0, 16);

export const keyPartBytes = (part: KeyPart): Buffer => Buffer.from(JSON.stringify(part));

/** @throws Error where it is none */
export function parseKeyPart(bytes: Buffer): KeyPart {
  const part = JSON.parse(bytes.toString('utf8')) as KeyPart;
  if (
    part.v !== 1 ||
    typeof part.slots !== 'string' ||
    !Array.isArray(part.cuts) ||
    !Array.isArray(part.closed)
  )
    throw new Error('the key part has a form that is not known here');
  return part;
}
