import { generateKeyPairSync, randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { readIfThere, realDisk } from '../disk.ts';
import { fromBase64 } from '../tree/note.ts';
import { Cosigner } from './cosignature.ts';

const KEY_FILE = 'key';

type KeyFile = { name: string; key: string };

/**
 * The key of a witness, made with its directory; a name (a URL without scheme) is taken then, and must be the same
 * later.
 * @throws Error where the file is damaged, or the key has another name
 */
export async function loadCosigner(dir: string, name?: string): Promise<Cosigner> {
  const path = join(dir, KEY_FILE);
  let text = (await readIfThere(path))?.toString('utf8');
  if (text === undefined) {
    const { privateKey } = generateKeyPairSync('ed25519');
    const key = privateKey.export({ format: 'der', type: 'pkcs8' }).toString('base64');
    const own: KeyFile = { name: name ?? `weir-witness-${randomBytes(8).toString('hex')}`, key };
    // A name that cannot be is refused before it is written.
    new Cosigner(own.name, fromBase64(key));
    text = `${JSON.stringify(own)}\n`;
    await realDisk.replace(path, text, { sync: true });
  }
  const file = JSON.parse(text) as KeyFile;
  if (name !== undefined && name !== file.name)
    throw new Error(`the witness in ${dir} is called ${file.name}, not ${name}`);
  return new Cosigner(file.name, fromBase64(file.key));
}
