import { createPrivateKey, createPublicKey, hash, type KeyObject, sign, verify } from 'node:crypto';

/** Ed25519 as a note's signature type (C2SP signed-note). */
const ED25519 = 1;
/** Signatures of one note at most, and bytes of one at most. */
const MAX_SIGNATURES = 16;
const MAX_NOTE_BYTES = 64 * 1024;
const NAME = /^[^\s+\p{Z}]+$/u;

/** Who may sign a note: name, key id and public key, as a `vkey` line says it. */
export type Verifier = { name: string; id: Buffer; key: KeyObject };
/** A key that signs notes under a name. */
export type NoteSigner = { name: string; vkey: string; sign(text: string): string };
/** A signature line, whoever made it. */
export type Signature = { name: string; id: Buffer; bytes: Buffer };

/**
 * Decodes standard base64 in its one canonical form (RFC 4648, section 4 and 3.5: padding there, unused bits zero).
 * Go's note reader takes others too; then one signed text has many files.
 * @throws Error where it has another form
 */
export function fromBase64(text: string): Buffer {
  const bytes = Buffer.from(text, 'base64');
  if (bytes.toString('base64') !== text) throw new Error('base64 is not in canonical form');
  return bytes;
}

/** The 32 bytes of an Ed25519 public key. */
export const rawOf = (key: KeyObject): Buffer =>
  Buffer.from(key.export({ format: 'jwk' }).x as string, 'base64url');

function idOf(name: string, type: number, raw: Buffer): Buffer {
  const text = Buffer.concat([Buffer.from(`${name}\n`), Buffer.from([type]), raw]);
  return hash('sha256', text, 'buffer').subarray(0, 4);
}

/**
 * A key that signs under a name, and the line by which others verify it; `type` says what it signs (C2SP signed-note,
 * Signature Types).
 * @throws Error where the name has spaces or `+`
 */
export function keyPairOf(
  name: string,
  type: number,
  pkcs8: Buffer,
): { id: Buffer; key: KeyObject; vkey: string } {
  if (!NAME.test(name)) throw new Error(`${name} cannot name a key`);
  const key = createPrivateKey({ key: pkcs8, format: 'der', type: 'pkcs8' });
  const raw = rawOf(createPublicKey(key));
  const id = idOf(name, type, raw);
  const vkey = `${name}+${id.toString('hex')}+${Buffer.concat([Buffer.from([type]), raw]).toString('base64')}`;
  return { id, key, vkey };
}

/** A signature line: name, key id and signature. */
export const signatureLine = (name: string, id: Buffer, signature: Buffer): string =>
  `— ${name} ${Buffer.concat([id, signature]).toString('base64')}\n`;

/** The signer of an Ed25519 private key in PKCS #8 (DER). @throws Error where the name has spaces or `+` */
export function signerOf(name: string, pkcs8: Buffer): NoteSigner {
  const { id, key, vkey } = keyPairOf(name, ED25519, pkcs8);
  return { name, vkey, sign: (text) => signatureLine(name, id, sign(null, Buffer.from(text), key)) };
}

/**
 * Reads a verifier line `NAME+ID+BASE64` of a key of one type, Ed25519 over the text unless told otherwise.
 * @throws Error where it is none, or names another id than its key has
 */
export function verifierOf(vkey: string, type: number = ED25519): Verifier {
  const [name = '', id = '', ...rest] = vkey.split('+');
  const bytes = fromBase64(rest.join('+'));
  if (!NAME.test(name) || bytes[0] !== type || bytes.length !== 33)
    throw new Error(`the verifier key is no Ed25519 key of type ${type}`);
  const raw = bytes.subarray(1);
  if (idOf(name, type, raw).toString('hex') !== id) throw new Error('the verifier key has another id');
  const key = createPublicKey({
    key: { kty: 'OKP', crv: 'Ed25519', x: raw.toString('base64url') },
    format: 'jwk',
  });
  return { name, id: Buffer.from(id, 'hex'), key };
}

/** Reads a signature line without its newline. @throws Error where it has another form */
export function parseSignature(line: string): Signature {
  const [dash, name = '', base64 = '', ...rest] = line.split(' ');
  if (dash !== '—' || !NAME.test(name) || rest.length > 0) throw new Error('a signature line is malformed');
  const bytes = fromBase64(base64);
  if (bytes.length <= 4) throw new Error('a signature is cut short');
  return { name, id: bytes.subarray(0, 4), bytes: bytes.subarray(4) };
}

/** Takes a note apart without judging its signatures. @throws Error where it has not the form of C2SP signed-note */
export function parseNote(note: string): { text: string; signatures: Signature[] } {
  if (Buffer.byteLength(note) > MAX_NOTE_BYTES) throw new Error('the note is too long');
  const split = note.lastIndexOf('\n\n');
  const text = note.slice(0, split + 1);
  const tail = note.slice(split + 2);
  // biome-ignore lint/suspicious/noControlCharactersInRegex: the specification forbids them
  if (split <= 0 || !note.isWellFormed() || /[\x00-\x09\x0b-\x1f\ufffd]/.test(note) || !tail.endsWith('\n'))
    throw new Error('this is no signed note');
  const signatures = tail.slice(0, -1).split('\n').map(parseSignature);
  if (signatures.length > MAX_SIGNATURES) throw new Error('the note has too many signatures');
  return { text, signatures };
}

/**
 * Opens a note: its text, if `verifier` signed it.
 * @throws Error where the signature is missing, doubled or wrong
 */
export function openNote(note: string, verifier: Verifier): { text: string; others: Signature[] } {
  const { text, signatures } = parseNote(note);
  const isOurs = ({ name, id }: Signature): boolean => name === verifier.name && id.equals(verifier.id);
  const ours = signatures.filter(isOurs);
  if (ours.length !== 1) throw new Error(`the note has ${ours.length} signatures of ${verifier.name}`);
  if (!verify(null, Buffer.from(text), verifier.key, ours[0]?.bytes as Buffer))
    throw new Error(`the signature of ${verifier.name} does not hold`);
  return { text, others: signatures.filter((signature) => !isOurs(signature)) };
}
