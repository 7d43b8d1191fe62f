import canonicalize from 'canonicalize';
import { parseCheckpoint } from './checkpoint.ts';
import { openNote, verifierOf } from './note.ts';

/**
 * What the first leaf of a log epoch says: the log was restored from a backup, and is signed by another key from here
 * on. `of` is the `vkey` line of the epoch before; `checkpoint` the newest signed tree head of it that was known,
 * with its cosignatures (null where nothing was signed). `after`: the leaves that were restored and the last record
 * under them, with its day. `kept` is the last record that was restored; what came after it is lost. `lost`: leaves
 * that the checkpoint counts and that are not here, and since when (ISO 8601) records may be missing.
 */
export type LogEpoch = {
  epoch: number;
  at: string;
  of: string;
  checkpoint: string | null;
  after: { leaves: number; record: number; day: string | null };
  kept: number;
  lost: { leaves: number; since: string };
};

/** Bytes of a checkpoint that an entry takes in: a bundle's entry has 65,535 at most. */
const MAX_CHECKPOINT_BYTES = 16 * 1024;
const DAY = /^\d{4}-\d{2}-\d{2}$/;
const isCount = (value: unknown): value is number => Number.isSafeInteger(value) && (value as number) >= 0;
const isTime = (value: unknown): value is string =>
  typeof value === 'string' && new Date(value).toISOString() === value;

/** An epoch as a tree entry: canonical JSON (RFC 8785), schema version 2. */
export const entryOfEpoch = (epoch: LogEpoch): Buffer =>
  Buffer.from(canonicalize({ v: 2, ...epoch }) as string);

/** Reads an epoch's entry from its parsed JSON. @throws Error where it is none, or its parts do not fit one another */
export function epochOf(value: Record<string, unknown>): LogEpoch {
  const { epoch, at, of, checkpoint, kept } = value as LogEpoch;
  const { leaves, record, day } = (value['after'] ?? {}) as LogEpoch['after'];
  const lost = (value['lost'] ?? {}) as LogEpoch['lost'];
  const read: LogEpoch = {
    epoch,
    at,
    of,
    checkpoint,
    after: { leaves, record, day },
    kept,
    lost: { leaves: lost.leaves, since: lost.since },
  };
  if (
    !(isCount(epoch) && epoch >= 2) ||
    !(isCount(leaves) && isCount(record) && isCount(kept) && kept >= record) ||
    !(day === null ? record === 0 : DAY.test(day)) ||
    !(isTime(at) && isTime(lost.since)) ||
    lost.leaves !== lostLeaves(read)
  )
    throw new Error('this is no entry of an epoch');
  return read;
}

/** Leaves that the named checkpoint counts and that were not restored. @throws Error where it does not hold for `of` */
export function lostLeaves({ of, checkpoint, after }: Pick<LogEpoch, 'of' | 'checkpoint' | 'after'>): number {
  const size = checkpoint === null ? 0 : namedCheckpoint(of, checkpoint).size;
  return Math.max(0, size - after.leaves);
}

/** A checkpoint of the epoch before, opened. @throws Error where its key has not signed it, or it is of another log */
export function namedCheckpoint(of: string, note: string): ReturnType<typeof parseCheckpoint> {
  if (Buffer.byteLength(note) > MAX_CHECKPOINT_BYTES) throw new Error('the checkpoint is too long');
  const verifier = verifierOf(of);
  const checkpoint = parseCheckpoint(openNote(note, verifier).text);
  if (checkpoint.origin !== verifier.name) throw new Error(`the checkpoint is not of ${verifier.name}`);
  return checkpoint;
}
