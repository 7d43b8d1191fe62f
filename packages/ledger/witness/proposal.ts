import { HASH_BYTES } from '../tree/hash.ts';
import { fromBase64 } from '../tree/note.ts';

/** Hashes of a consistency proof at most (C2SP tlog-witness, add-checkpoint). */
const MAX_PROOF = 63;
/** Bytes of a proposal at most: 63 lines of 45 bytes, and a note of a few signatures. */
export const MAX_PROPOSAL_BYTES = 16 * 1024;

/** What a log sends to a witness: `note` is the signed checkpoint, `proof` leads to it from size `old`. */
export type Proposal = { old: number; proof: readonly Buffer[]; note: string };

/** The body of an add-checkpoint request. */
export const proposalText = ({ old, proof, note }: Proposal): string =>
  `old ${old}\n${proof.map((hash) => `${hash.toString('base64')}\n`).join('')}\n${note}`;

/** Reads the body of an add-checkpoint request. @throws Error where it is none */
export function parseProposal(body: string): Proposal {
  const split = body.indexOf('\n\n');
  const [head = '', ...lines] = body.slice(0, Math.max(0, split)).split('\n');
  const old = /^old (0|[1-9]\d*)$/.exec(head)?.[1];
  if (old === undefined || !Number.isSafeInteger(Number(old)))
    throw new Error('the first line says no old size');
  if (lines.length > MAX_PROOF) throw new Error(`a proof has ${MAX_PROOF} lines at most`);
  const proof = lines.map(fromBase64);
  if (proof.some((hash) => hash.length !== HASH_BYTES)) throw new Error('a line of the proof is no hash');
  return { old: Number(old), proof, note: body.slice(split + 2) };
}
