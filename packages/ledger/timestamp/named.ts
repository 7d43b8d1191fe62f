import { join } from 'node:path';
import { readIfThere, realDisk } from '../disk.ts';
import { Authority } from './authority.ts';

/** Every certificate under which a store had checkpoints stamped, in PEM. */
const AUTHORITY_FILE = 'tsa.pem';

/** Adds an authority's certificates to a store's: tokens under earlier ones stay to be checked. */
export async function nameAuthority(dir: string, { pem }: Authority): Promise<void> {
  const path = join(dir, AUTHORITY_FILE);
  const there = (await readIfThere(path))?.toString('utf8') ?? '';
  if (!there.includes(pem)) await realDisk.replace(path, there + pem, { sync: true });
}

/** The authorities that a store names; undefined without one. @throws Error where the file is damaged */
export async function readAuthority(dir: string): Promise<Authority | undefined> {
  const text = (await readIfThere(join(dir, AUTHORITY_FILE)))?.toString('utf8');
  return text === undefined ? undefined : new Authority(text);
}
