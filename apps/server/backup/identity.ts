import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';
import { generateX25519Identity, identityToRecipient } from 'age-encryption';
import { WrongUse } from '../cli/misuse.ts';
import { joinIdentity, splitIdentity } from './custody/share.ts';

/**
 * What opens backups lies outside the data directory and outside the target, for whoever names no other place: in the
 * operator's own configuration folder.
 */
const folder = (): string =>
  join(process.env['XDG_CONFIG_HOME'] || join(homedir() || '/root', '.config'), 'weir');
const identityPath = (): string => join(folder(), 'backup-identity');
/** Where a key-encryption key is kept apart from the store and from its backups. */
export const keptKekPath = (kekId: string): string => join(folder(), `kek-${kekId}`);

function writePrivate(path: string, text: string | Buffer): void {
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
  writeFileSync(path, text, { mode: 0o600, flag: 'wx', flush: true });
}

/** Keeps a key-encryption key beside the identity, once; gives its path. */
export function keepKek(kekId: string, kek: Buffer): string {
  const path = keptKekPath(kekId);
  if (!existsSync(path)) writePrivate(path, kek);
  return path;
}

/** The recipient of the operator's own identity, which is made where there is none; `made` says where. */
export async function ownRecipient(): Promise<{ recipient: string; made?: string }> {
  const path = identityPath();
  if (existsSync(path)) return { recipient: await identityToRecipient(identitiesIn(path)[0] as string) };
  const identity = await generateX25519Identity();
  const recipient = await identityToRecipient(identity);
  writePrivate(path, `# opens Weir's backups; public key: ${recipient}\n${identity}\n`);
  return { recipient, made: path };
}

/** The identities of a file as age writes it: a line each, comments aside. @throws WrongUse where there is none */
function identitiesIn(path: string): string[] {
  const lines = readFileSync(path, 'utf8').split('\n');
  const found = lines.map((line) => line.trim()).filter((line) => line !== '' && !line.startsWith('#'));
  if (found.length === 0) throw new WrongUse(`${path} has no age identity in it`);
  return found;
}

/**
 * What a restore opens a backup with: identity files, shares that are joined, or the operator's own.
 * @throws WrongUse where nothing is there
 */
export async function identitiesFrom(files: readonly string[], shares: readonly string[]): Promise<string[]> {
  const given = files.flatMap(identitiesIn);
  if (shares.length > 0) given.push(await joinIdentity(shares.flatMap((path) => identitiesIn(path))));
  if (given.length > 0) return given;
  if (existsSync(identityPath())) return identitiesIn(identityPath());
  throw new WrongUse('What opens the backup? --identity FILE, or --share FILE for each share');
}

/**
 * Makes an identity: into a new file, or split into shares, a file each in a new folder, of which `need` open a backup;
 * then the identity itself is nowhere. Gives its recipient.
 * @throws WrongUse where something is there already, BackupFault on bad names
 */
export async function makeIdentity(
  out: string,
  split: { names: readonly string[]; need: number } | undefined,
): Promise<string> {
  if (existsSync(out)) throw new WrongUse(`${out} is there already; nothing was made`);
  const identity = await generateX25519Identity();
  const recipient = await identityToRecipient(identity);
  if (!split) writePrivate(out, `# opens Weir's backups; public key: ${recipient}\n${identity}\n`);
  else {
    const shares = await splitIdentity(identity, split);
    for (const [index, share] of shares.entries())
      writePrivate(
        join(out, `${index + 1}.share`),
        `# ${split.need} of ${shares.length} open what is for ${recipient}\n${share}\n`,
      );
  }
  return recipient;
}
