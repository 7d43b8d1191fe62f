import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { readIfThere } from '../disk.ts';
import { type Checkpoint, parseCheckpoint } from '../tree/checkpoint.ts';
import { openNote, verifierOf } from '../tree/note.ts';
import { VKEY_FILE } from '../tree/signer.ts';
import { CHECKPOINT_FILE } from '../tree/tree.ts';

/** What a log's folder says of its tree: the signed note, its checkpoint, and the line it verifies by. */
export type Signed = { vkey: string; note: string; checkpoint: Checkpoint };

/** The signed tree head of a log as its files say it: what proofs lead to. @throws Error where nothing is signed yet */
export async function readHeadNote(dir: string): Promise<Signed> {
  const vkey = (await readFile(join(dir, VKEY_FILE), 'utf8')).trimEnd();
  const note = await readFile(join(dir, CHECKPOINT_FILE), 'utf8');
  return { vkey, note, checkpoint: parseCheckpoint(openNote(note, verifierOf(vkey)).text) };
}

/** The latest checkpoint of a log's folder; undefined where nothing was signed yet. @throws Error where it does not hold */
export async function readSigned(dir: string): Promise<Signed | undefined> {
  return (await readIfThere(join(dir, CHECKPOINT_FILE))) ? readHeadNote(dir) : undefined;
}
