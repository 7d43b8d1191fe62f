import { randomBytes } from 'node:crypto';
import { PKIStatus, TimeStampResp } from 'pkijs';
import { readBytes } from '../body.ts';
import type { Authority } from './authority.ts';
import { imprintOf, requestOf } from './request.ts';
import { openToken, type Stamped } from './token.ts';

const PATIENCE_MS = 10_000;
const MAX_ANSWER_BYTES = 64 * 1024;
const NONCE_BYTES = 16;

/** Where an authority is reached, whom it is trusted by, and under which policy (an OID), where it matters. */
export type StampPlace = { url: string; authority: Authority; policy?: string | undefined };

/**
 * Has a text stamped (RFC 3161 over HTTP, section 3.4): a token over its SHA-256, in DER, opened and checked.
 * @throws Error where nothing came in time, it was refused, or the token is not over this
 */
export async function askForStamp(
  { url, authority, policy }: StampPlace,
  text: string,
): Promise<{ token: Buffer; stamped: Stamped }> {
  const nonce = randomBytes(NONCE_BYTES);
  // A positive INTEGER in its shortest form.
  nonce[0] = ((nonce[0] as number) & 0x7f) | 0x40;
  const question = { imprint: imprintOf(text), nonce, policy };
  const response = await fetch(url, {
    method: 'POST',
    body: new Uint8Array(requestOf(question)),
    headers: { 'content-type': 'application/timestamp-query', accept: 'application/timestamp-reply' },
    redirect: 'error',
    signal: AbortSignal.timeout(PATIENCE_MS),
  });
  if (response.status !== 200) throw new Error(`the authority answers ${response.status}`);
  const answer = response.body ? await readBytes(response.body, MAX_ANSWER_BYTES) : Buffer.alloc(0);
  const { status, timeStampToken } = TimeStampResp.fromBER(new Uint8Array(answer));
  const isGranted = status.status === PKIStatus.granted || status.status === PKIStatus.grantedWithMods;
  if (!isGranted || !timeStampToken) throw new Error(`the authority refuses: status ${status.status}`);
  const token = Buffer.from(timeStampToken.toSchema().toBER());
  return { token, stamped: openToken(token, question, authority) };
}
