import { type KeyObject, sign, verify } from 'node:crypto';
import { keyPairOf, type Signature, signatureLine, type Verifier, verifierOf } from '../tree/note.ts';

/** Ed25519 with a time, as a note's signature type (C2SP tlog-cosignature). */
const COSIGNATURE = 4;
const TIME_BYTES = 8;
const SIGNATURE_BYTES = TIME_BYTES + 64;

/** A witness as its `vkey` line says it. */
export type Witness = Verifier & { vkey: string };
/** That a witness saw a checkpoint: `at` is its own time, ms (whole seconds). */
export type Cosigned = { name: string; vkey: string; at: number };

/** Reads the `vkey` line of a witness, of signature type 4. @throws Error where it is none */
export const witnessOf = (vkey: string): Witness => ({ ...verifierOf(vkey, COSIGNATURE), vkey });

/** What is signed: two lines before the text of the checkpoint (C2SP tlog-cosignature, Ed25519 signed message). */
const messageOf = (text: string, seconds: number | bigint): Buffer =>
  Buffer.from(`cosignature/v1\ntime ${seconds}\n${text}`);

/** A key that cosigns checkpoints. */
export class Cosigner {
  readonly vkey: string;
  readonly #name: string;
  readonly #id: Buffer;
  readonly #key: KeyObject;

  /** @throws Error where the name has spaces or `+`, or the key (PKCS #8, DER) is no Ed25519 key */
  constructor(name: string, pkcs8: Buffer) {
    const { id, key, vkey } = keyPairOf(name, COSIGNATURE, pkcs8);
    this.#name = name;
    this.#id = id;
    this.#key = key;
    this.vkey = vkey;
  }

  /** The signature line over a checkpoint's text, at a time in whole seconds. */
  cosign(text: string, seconds: number): string {
    const time = Buffer.alloc(TIME_BYTES);
    time.writeBigUInt64BE(BigInt(seconds));
    const signature = sign(null, messageOf(text, seconds), this.#key);
    return signatureLine(this.#name, this.#id, Buffer.concat([time, signature]));
  }
}

/** True where a signature line says it is of this witness. */
export const isOf = ({ name, id }: Signature, witness: Verifier): boolean =>
  name === witness.name && id.equals(witness.id);

/** Opens a witness's signature over a checkpoint's text. @throws Error where it does not hold */
export function openCosignature(text: string, { bytes }: Signature, witness: Witness): Cosigned {
  const seconds = bytes.length === SIGNATURE_BYTES ? bytes.readBigUInt64BE() : 0n;
  const message = messageOf(text, seconds);
  if (seconds === 0n || !verify(null, message, witness.key, bytes.subarray(TIME_BYTES)))
    throw new Error(`the cosignature of ${witness.name} does not hold`);
  return { name: witness.name, vkey: witness.vkey, at: Number(seconds) * 1_000 };
}
