import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { BackupFault } from '../fault.ts';
import { GENERATIONS, HEAD, isGeneration, isObject, LIST, MARKER, ROOT } from './layout.ts';

/** What anybody may read of a generation: no name and no content is in it. Times are ms since 1970, sizes bytes. */
export type Head = {
  v: 1;
  generation: string;
  createdAt: number;
  /** From then on the whole generation is to be destroyed: it holds text in clear within the age layer. */
  expiresAt: number;
  entries: number;
  /** Of all entries together. */
  bytes: number;
  /** Bytes on disk that this backup added. */
  written: number;
  root: { bytes: number; sha256: string };
  /** The list of objects: `count` lines. */
  objects: { bytes: number; sha256: string; count: number };
};

/**
 * A piece of an entry: `bytes` from `at` in the plaintext of an object; with `zstd` in what its plaintext, one frame, holds.
 */
export type Part = { object: string; at: number; bytes: number; zstd?: true };

/** A file in a backup, or what stands for one. */
export type Entry = {
  name: string;
  bytes: number;
  /** Of the whole, hex. */
  sha256: string;
  mtimeMs?: number;
  /** From then on it is to be destroyed, in every generation. */
  expiresAt?: number;
  parts: Part[];
};

/** An object as the plain list has it: size and SHA-256 (hex) of the age file, and when its last entry expires, if ever. */
export type Listed = { id: string; bytes: number; sha256: string; expiresAt: number | undefined };

export const sha256 = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');

/** A line of the list: `ID BYTES SHA256 EXPIRES`, `-` where it does not. */
export const listLine = ({ id, bytes, sha256, expiresAt }: Listed): string =>
  `${id} ${bytes} ${sha256} ${expiresAt ?? '-'}\n`;

function parseLine(line: string): Listed {
  const [id = '', bytes = '', hash = '', expires = ''] = line.split(' ');
  if (!isObject(id) || !isObject(hash) || !/^\d+$/.test(bytes) || !/^(-|\d+)$/.test(expires))
    throw new BackupFault('damaged', 'The list of objects has a line that is none');
  return { id, bytes: Number(bytes), sha256: hash, expiresAt: expires === '-' ? undefined : Number(expires) };
}

export const generationFolder = (dir: string, generation: string): string =>
  join(dir, GENERATIONS, generation);

/** The objects a generation names, in order of their names; a line at a time, however many. @throws BackupFault damaged */
export async function* listedObjects(dir: string, { generation, objects }: Head): AsyncGenerator<Listed> {
  const file = createReadStream(join(generationFolder(dir, generation), LIST));
  const hash = createHash('sha256');
  file.on('data', (chunk) => hash.update(chunk));
  let count = 0;
  for await (const line of createInterface({ input: file, crlfDelay: Number.POSITIVE_INFINITY })) {
    yield parseLine(line);
    count++;
  }
  if (count !== objects.count || hash.digest('hex') !== objects.sha256)
    throw new BackupFault('damaged', `The list of objects of ${generation} is not as it was written`);
}

/**
 * The generations that are whole, oldest first; needs no identity. One whose head, root or list is not as it was
 * written is left out, whatever cut it short.
 * @throws BackupFault not_a_target, no_backup where there is no such folder
 */
export async function listGenerations(dir: string): Promise<Head[]> {
  await targetId(dir);
  const heads: Head[] = [];
  for (const name of (await readdir(join(dir, GENERATIONS))).filter(isGeneration).sort()) {
    const head = await readHead(dir, name);
    if (head) heads.push(head);
  }
  return heads;
}

/** The objects of every generation that is whole, of the oldest first; those that several share come as often. */
export async function* allListed(dir: string): AsyncGenerator<Listed> {
  for (const head of await listGenerations(dir)) yield* listedObjects(dir, head);
}

/** The newest generation that is whole; undefined where there is none. @throws BackupFault as `listGenerations` */
export async function newestGeneration(dir: string): Promise<Head | undefined> {
  await targetId(dir);
  for (const name of (await readdir(join(dir, GENERATIONS))).filter(isGeneration).sort().reverse()) {
    const head = await readHead(dir, name);
    if (head) return head;
  }
  return undefined;
}

/** The head of a generation that is whole; undefined where it is not. */
export async function readHead(dir: string, generation: string): Promise<Head | undefined> {
  const folder = generationFolder(dir, generation);
  try {
    const head: Head = JSON.parse(await readFile(join(folder, HEAD), 'utf8'));
    if (head.v !== 1 || head.generation !== generation) return undefined;
    if (sha256(await readFile(join(folder, ROOT))) !== head.root.sha256) return undefined;
    const hash = createHash('sha256');
    for await (const piece of createReadStream(join(folder, LIST))) hash.update(piece);
    return hash.digest('hex') === head.objects.sha256 ? head : undefined;
  } catch (why) {
    const { code } = why as NodeJS.ErrnoException;
    if (why instanceof SyntaxError || why instanceof TypeError || code === 'ENOENT') return undefined;
    throw why;
  }
}

/**
 * The name of a target: 32 hex digits from its marker.
 * @throws BackupFault no_backup, or not_a_target where the folder holds something else
 */
export async function targetId(dir: string): Promise<string> {
  let text: string;
  try {
    text = await readFile(join(dir, MARKER), 'utf8');
  } catch (why) {
    if ((why as NodeJS.ErrnoException).code !== 'ENOENT') throw why;
    throw new BackupFault('no_backup', `${dir} holds no backup of Weir`);
  }
  const id = /^\{"format":"weir-backup","v":1,"id":"([0-9a-f]{32})"\}\n$/.exec(text)?.[1];
  if (!id)
    throw new BackupFault('not_a_target', `${dir} was written by another version of Weir, or is damaged`);
  return id;
}

export const markerText = (id: string): string => `${JSON.stringify({ format: 'weir-backup', v: 1, id })}\n`;
