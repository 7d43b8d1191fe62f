import { hash } from 'node:crypto';
import { type Block, blockOf, parseEntry } from '../block.ts';
import { lineOf } from '../line.ts';
import type { Written } from '../record.ts';
import { type Checkpoint, parseCheckpoint } from '../tree/checkpoint.ts';
import { HASH_BYTES, leafHash } from '../tree/hash.ts';
import { fromBase64, openNote, rawOf, verifierOf } from '../tree/note.ts';
import { provesInclusion } from '../tree/proof.ts';
import { type Cosigned, isOf, openCosignature, type Witness } from '../witness/cosignature.ts';
import type { BlockProof, LogProof, ShownRecord } from './proof.ts';

/** What a proof holds once every hash was made again: the records, and which of the named witnesses signed the head. */
export type Proved = { checkpoint: Checkpoint; records: Written[]; cosigned: Cosigned[] };

/**
 * Checks a proof of records from itself alone. Whose log it is, is the caller's question: compare `vkey` with the one
 * that was published.
 * @throws Error naming what does not hold
 */
export function checkProof(
  { v, vkey, checkpoint: note, blocks }: LogProof,
  witnesses: readonly Witness[] = [],
): Proved {
  if (v !== 1) throw new Error('the proof has a form that is not known here');
  const { text, others } = openNote(note, verifierOf(vkey));
  const checkpoint = parseCheckpoint(text);
  if (checkpoint.origin !== verifierOf(vkey).name) throw new Error('the checkpoint is of another log');
  const own = rawOf(verifierOf(vkey).key);
  const cosigned = witnesses.flatMap((witness) => {
    if (rawOf(witness.key).equals(own)) throw new Error(`${witness.name} is the key of the log itself`);
    const signature = others.find((one) => isOf(one, witness));
    return signature ? [openCosignature(text, signature, witness)] : [];
  });
  return { checkpoint, records: blocks.flatMap((block) => checkBlockProof(block, checkpoint)), cosigned };
}

/** The records of one block, once they are proved to lie under `checkpoint`. @throws Error naming what does not hold */
export function checkBlockProof(proof: BlockProof, { size, root }: Checkpoint): Written[] {
  const entry = Buffer.from(proof.entry);
  const path = proof.path.map(hashFrom);
  if (!provesInclusion(path, leafHash(entry), proof.leaf, size, root))
    throw new Error(`leaf ${proof.leaf} does not lie under the checkpoint`);
  return checkShown(proof).records;
}

/** What a block shows: its own data, the commitments to all of its records (binary strings), and the records shown. */
export type Shown = { block: Block; commitments: string[]; records: Written[] };

/** Checks that the records shown are those of the entry; the caller checks that the entry is under a signed head. */
export function checkShown({ entry, records, others }: Omit<BlockProof, 'leaf' | 'path'>): Shown {
  const block = parseEntry(Buffer.from(entry));
  const shown = new Map(records.map((record) => [record.n, record]));
  const rest = others.map(hashFrom).values();
  if (shown.size !== records.length || records.length + others.length !== block.count)
    throw new Error(`the block of record ${block.first} has not ${block.count} records`);
  const commitments = Array.from({ length: block.count }, (_, i) => {
    const record = shown.get(block.first + i);
    const one = record ? commitmentOf(record) : rest.next().value;
    if (!one) throw new Error(`the block of record ${block.first} shows a record that is not in it`);
    return one.toString('latin1');
  });
  if (!blockOf(block.day, block.first, commitments).digest.equals(block.digest))
    throw new Error(`the block of record ${block.first} is not what its leaf says`);
  return { block, commitments, records: records.map(({ n, line }) => recordOf(n, line)) };
}

const commitmentOf = ({ line, salt }: ShownRecord): Buffer =>
  hash('sha256', Buffer.concat([hashFrom(salt), Buffer.from(line)]), 'buffer');

function recordOf(n: number, line: string): Written {
  const { v: _v, n: _n, ...record } = JSON.parse(line) as Written;
  if (!line.startsWith(lineOf(n, '{').slice(0, -1))) throw new Error(`record ${n} bears another number`);
  return { v: 1, n, ...record } as Written;
}

function hashFrom(base64: string): Buffer {
  const bytes = fromBase64(base64);
  if (bytes.length !== HASH_BYTES) throw new Error('a hash or salt has 32 bytes');
  return bytes;
}
