import { type Checkpoint, parseCheckpoint } from '../tree/checkpoint.ts';
import { EMPTY_ROOT } from '../tree/hash.ts';
import { openNote, parseNote, type Verifier } from '../tree/note.ts';
import { provesConsistency } from '../tree/proof.ts';
import { type Proposal, parseProposal } from './proposal.ts';

/** The latest checkpoint of an origin that a witness cosigned. */
export type Seen = { size: number; root: Buffer };

/** What a witness says to a proposal: a status of C2SP tlog-witness, add-checkpoint. */
export type Verdict = { status: 200; checkpoint: Checkpoint; text: string } | Refusal;
export type Refusal = { status: 400 | 403 | 404 | 422; why: string } | { status: 409; size: number };

/** A proposal whose log is known and has signed it. */
export type Heard = { proposal: Proposal; checkpoint: Checkpoint; text: string; log: Verifier };

/** Takes a request apart and checks who signed it; what was seen before plays no part yet. */
export function hear(body: string, logs: ReadonlyMap<string, Verifier>): Heard | Refusal {
  let proposal: Proposal;
  let checkpoint: Checkpoint;
  let text: string;
  try {
    proposal = parseProposal(body);
    text = parseNote(proposal.note).text;
    checkpoint = parseCheckpoint(text, { extended: true });
  } catch (why) {
    return { status: 400, why: (why as Error).message };
  }
  const log = logs.get(checkpoint.origin);
  if (!log) return { status: 404, why: 'this witness does not know the log' };
  try {
    openNote(proposal.note, log);
  } catch (why) {
    return { status: 403, why: (why as Error).message };
  }
  return { proposal, checkpoint, text, log };
}

/** Judges a checkpoint against the last one of its origin. */
export function judge({ proposal, checkpoint, text }: Heard, seen: Seen | undefined): Verdict {
  const { old, proof } = proposal;
  const { size, root } = checkpoint;
  const last = seen ?? { size: 0, root: EMPTY_ROOT };
  if (old > size) return { status: 400, why: 'the old size is above that of the checkpoint' };
  if (old !== last.size) return { status: 409, size: last.size };
  if (old === size) {
    if (!root.equals(last.root)) return { status: 409, size: last.size };
    if (proof.length > 0) return { status: 422, why: 'between equal sizes there is nothing to prove' };
  } else if (old === 0) {
    // Everything goes on from nothing: a proof from there would prove nothing.
    if (proof.length > 0) return { status: 422, why: 'from size 0 there is no proof' };
  } else if (!provesConsistency(proof, old, last.root, size, root))
    return { status: 422, why: `this tree does not go on from that of size ${old}` };
  return { status: 200, checkpoint, text };
}
