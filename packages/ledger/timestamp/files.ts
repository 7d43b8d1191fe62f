import { hash } from 'node:crypto';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { realDisk } from '../disk.ts';

/** The folder of a log's tokens. */
export const STAMPS_FOLDER = 'timestamps';
const NAME = /^(\d{16})-(\d{8}T\d{6}Z)-([0-9a-f]{16})\.tst$/;

/** A token's file: the size of the checkpoint that it is over, and the first bytes of the token's own SHA-256. */
export type StampFile = { name: string; size: number; digest: string };

const digestOf = (token: Buffer): string => hash('sha256', token, 'hex').slice(0, 16);

/** Keeps a token; durable when it resolves. `at` is what it says, ms. */
export function writeStamp(dir: string, size: number, at: number, token: Buffer): Promise<void> {
  const time = new Date(at).toISOString().replace(/[-:]|\.\d+/g, '');
  const name = `${String(size).padStart(16, '0')}-${time}-${digestOf(token)}.tst`;
  return realDisk.replace(join(dir, STAMPS_FOLDER, name), token, { sync: true });
}

/** A file's name taken apart; undefined where no token is called so. */
export function stampOf(name: string): StampFile | undefined {
  const found = NAME.exec(name);
  return found ? { name, size: Number(found[1]), digest: found[3] as string } : undefined;
}

/** Whether these are the bytes that the name is about. */
export const isWhole = ({ digest }: StampFile, token: Buffer): boolean => digestOf(token) === digest;

/** The tokens of a log, by size and time. */
export async function listStamps(dir: string): Promise<StampFile[]> {
  const names = await readdir(join(dir, STAMPS_FOLDER)).catch((why: NodeJS.ErrnoException) => {
    if (why.code === 'ENOENT') return [];
    throw why;
  });
  return names.sort().flatMap((name) => stampOf(name) ?? []);
}
