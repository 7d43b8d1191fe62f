import { hash } from 'node:crypto';
import { Integer, Null, OctetString } from 'asn1js';
import { AlgorithmIdentifier, MessageImprint, TimeStampReq } from 'pkijs';

/** SHA-256 (RFC 5754, section 2.2). */
export const SHA256_OID = '2.16.840.1.101.3.4.2.1';

/** The SHA-256 of what is stamped, which alone the authority sees. */
export const imprintOf = (text: string): Buffer => hash('sha256', text, 'buffer');

/** What is asked: `nonce` is a positive integer in its shortest form, `policy` an OID. */
export type Question = { imprint: Buffer; nonce: Buffer; policy?: string | undefined };

/** A time-stamp request in DER (RFC 3161, section 2.4.1); the authority is to send its certificate. */
export function requestOf({ imprint, nonce, policy }: Question): Buffer {
  const request = new TimeStampReq({
    version: 1,
    messageImprint: new MessageImprint({
      hashAlgorithm: new AlgorithmIdentifier({ algorithmId: SHA256_OID, algorithmParams: new Null() }),
      hashedMessage: new OctetString({ valueHex: new Uint8Array(imprint) }),
    }),
    nonce: new Integer({ valueHex: new Uint8Array(nonce) }),
    certReq: true,
    ...(policy ? { reqPolicy: policy } : {}),
  });
  return Buffer.from(request.toSchema().toBER());
}
