import { generateKeyPairSync, randomBytes } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type Disk, readIfThere } from '../disk.ts';
import { checkpointText } from './checkpoint.ts';
import { fromBase64, type NoteSigner, signerOf, verifierOf } from './note.ts';

/** The private file of a log's signing key: name and Ed25519 key (PKCS #8, base64). */
export const KEY_FILE = 'signer';
/** The public line by which others verify. */
export const VKEY_FILE = 'vkey';
/** The lines by which earlier epochs verify, the oldest first; not there before the first restore. */
export const FORMER_FILE = 'former';

type KeyFile = { name: string; key: string };
const textOf = (file: KeyFile): string => `${JSON.stringify(file)}\n`;

const SIMULATED = 'weir-simulated-';

/** True where a log's origin says that its times are simulated: every checkpoint that was ever signed says so too. */
export const isSimulatedOrigin = (name: string): boolean => name.startsWith(SIMULATED);

/**
 * The signing key of a log, made with the log: `weir-STORE/LOG`, STORE random, so that no two stores share an origin;
 * `weir-simulated-STORE/LOG` where its times are simulated, so that no log passes from one to the other.
 * @throws Error where the file is damaged, or the log was made for the other kind of clock
 */
export async function loadSigner(
  dir: string,
  log: string,
  disk: Disk,
  simulated: boolean,
): Promise<NoteSigner> {
  const path = join(dir, KEY_FILE);
  if (!(await readIfThere(path))) {
    const { privateKey } = generateKeyPairSync('ed25519');
    const key = privateKey.export({ format: 'der', type: 'pkcs8' }).toString('base64');
    const name = `${simulated ? SIMULATED : 'weir-'}${randomBytes(8).toString('hex')}/${log}`;
    await disk.replace(path, textOf({ name, key }), { sync: true });
  }
  const signer = await readSigner(dir);
  if (isSimulatedOrigin(signer.name) !== simulated)
    throw new Error(
      `${dir} was made ${simulated ? 'with the real clock' : 'with a simulated clock'} and keeps to it`,
    );
  const vkey = await readIfThere(join(dir, VKEY_FILE));
  if (!vkey) await disk.replace(join(dir, VKEY_FILE), `${signer.vkey}\n`, { sync: true });
  else if (vkey.toString() !== `${signer.vkey}\n`)
    throw new Error(`${join(dir, VKEY_FILE)} is not of the key that signs this log`);
  return signer;
}

/** The signer in a log's folder. @throws Error where there is none, or it is damaged */
export async function readSigner(dir: string): Promise<NoteSigner> {
  const path = join(dir, KEY_FILE);
  const text = await readFile(path, 'utf8');
  const { name, key } = JSON.parse(text) as KeyFile;
  if (text !== textOf({ name, key })) throw new Error(`${path} is damaged`);
  return signerOf(name, fromBase64(key));
}

/** The `vkey` lines of a log's earlier epochs, the oldest first. @throws Error where the file is damaged */
export async function readFormer(dir: string): Promise<string[]> {
  const text = (await readIfThere(join(dir, FORMER_FILE)))?.toString('utf8') ?? '';
  const lines = text.split('\n');
  if (lines.pop() !== '') throw new Error(`${join(dir, FORMER_FILE)} is cut short`);
  for (const line of lines) verifierOf(line);
  return lines;
}

/**
 * Signs checkpoints of one log, each above the last: a tree that shrank or was written anew must not get a signature.
 */
export class CheckpointSigner {
  readonly #signer: NoteSigner;
  #last: number;

  constructor(signer: NoteSigner, last: number) {
    this.#signer = signer;
    this.#last = last;
  }

  /** The name under which it signs. */
  get origin(): string {
    return this.#signer.name;
  }

  /** The size that was signed last; 0 before the first. */
  get last(): number {
    return this.#last;
  }

  /** @throws Error where `size` is not above the last that was signed */
  sign(size: number, root: Buffer): string {
    if (size <= this.#last)
      throw new Error(`a checkpoint of size ${size} after one of ${this.#last} would fork the log`);
    const note = this.again(size, root);
    this.#last = size;
    return note;
  }

  /** The note of the checkpoint that was signed last, once more: Ed25519 gives the same bytes. */
  again(size: number, root: Buffer): string {
    const text = checkpointText({ origin: this.#signer.name, size, root });
    return `${text}\n${this.#signer.sign(text)}`;
  }
}
