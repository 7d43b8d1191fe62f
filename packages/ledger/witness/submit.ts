import { readText } from '../body.ts';
import { parseSignature } from '../tree/note.ts';
import { type Cosigned, isOf, openCosignature, type Witness } from './cosignature.ts';
import { type Proposal, proposalText } from './proposal.ts';

/** An answer is waited for so long; commits never wait for it. */
const PATIENCE_MS = 3_000;
const MAX_ANSWER_BYTES = 16 * 1024;

/** Where a witness is reached, and its key. */
export type WitnessPlace = { url: string; witness: Witness };

/** What came of a proposal. `behind`: the witness knows a checkpoint of another size. */
export type Answer =
  | { kind: 'cosigned'; line: string; cosigned: Cosigned }
  | { kind: 'behind'; size: number }
  | { kind: 'refused'; status: number; why: string };

/**
 * Puts a checkpoint to a witness (C2SP tlog-witness, add-checkpoint).
 * @param text what the note says, without signatures
 * @throws Error where nothing came in time, or an answer that is none
 */
export async function submit(
  { url, witness }: WitnessPlace,
  proposal: Proposal,
  text: string,
): Promise<Answer> {
  const response = await fetch(`${url.replace(/\/+$/, '')}/add-checkpoint`, {
    method: 'POST',
    body: proposalText(proposal),
    headers: { 'content-type': 'text/plain; charset=utf-8' },
    redirect: 'error',
    signal: AbortSignal.timeout(PATIENCE_MS),
  });
  const body = response.body ? await readText(response.body, MAX_ANSWER_BYTES) : '';
  if (response.status === 409) {
    const size = /^(0|[1-9]\d*)\n$/.exec(body)?.[1];
    if (size === undefined || !Number.isSafeInteger(Number(size)))
      throw new Error(`${witness.name} answers 409 without a size`);
    return { kind: 'behind', size: Number(size) };
  }
  if (response.status === 429 || response.status >= 500)
    throw new Error(`${witness.name} answers ${response.status}`);
  if (response.status !== 200)
    return { kind: 'refused', status: response.status, why: body.slice(0, 200).trim() };
  for (const line of body.split('\n').slice(0, -1)) {
    const signature = parseSignature(line);
    if (isOf(signature, witness))
      return { kind: 'cosigned', line: `${line}\n`, cosigned: openCosignature(text, signature, witness) };
  }
  throw new Error(`${witness.name} answers without its cosignature`);
}
