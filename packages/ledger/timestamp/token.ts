import { verify, X509Certificate } from 'node:crypto';
import { OctetString } from 'asn1js';
import {
  Certificate,
  ContentInfo,
  ExtKeyUsage,
  IssuerAndSerialNumber,
  id_ContentType_SignedData,
  id_eContentType_TSTInfo,
  SignedData,
  type SignerInfo,
  TSTInfo,
} from 'pkijs';
import { bytesOf, checkAttributes, DIGESTS } from './attributes.ts';
import type { Authority } from './authority.ts';
import { type Question, SHA256_OID } from './request.ts';

const EXTENDED_KEY_USAGE = '2.5.29.37';
const TIME_STAMPING = '1.3.6.1.5.5.7.3.8';
/** Signature algorithms by OID: over which digest; undefined where the signer's digest algorithm says it. */
const SIGNATURES: Readonly<Record<string, string | undefined>> = {
  '1.2.840.113549.1.1.1': undefined,
  '1.2.840.113549.1.1.11': 'sha256',
  '1.2.840.113549.1.1.12': 'sha384',
  '1.2.840.113549.1.1.13': 'sha512',
  '1.2.840.10045.4.3.2': 'sha256',
  '1.2.840.10045.4.3.3': 'sha384',
  '1.2.840.10045.4.3.4': 'sha512',
};

/** What an authority says: that the imprint was there at `at` (ms), give or take `accuracyMs`. */
export type Stamped = { by: string; at: number; accuracyMs: number; policy: string };

/** What a token must be about; without a nonce it was checked when it came. */
export type Expected = Omit<Question, 'nonce'> & { nonce?: Buffer };

/**
 * Opens a time-stamp token in DER (RFC 3161, section 2.4.2; RFC 5816): signed data of one signer, who may only stamp
 * time, whom the authority vouches for, over this imprint.
 * @throws Error saying what does not hold
 */
export function openToken(token: Buffer, expected: Expected, authority: Authority): Stamped {
  const { contentType, content } = ContentInfo.fromBER(new Uint8Array(token));
  if (contentType !== id_ContentType_SignedData) throw new Error('the token is no signed data');
  const signed = new SignedData({ schema: content });
  const [signer, second] = signed.signerInfos;
  const { eContentType, eContent } = signed.encapContentInfo;
  if (!signer || second) throw new Error('a token has one signer');
  if (eContentType !== id_eContentType_TSTInfo || !(eContent instanceof OctetString))
    throw new Error('the signed data says no time');
  const bytes = Buffer.from(eContent.getValue());
  const said = TSTInfo.fromBER(new Uint8Array(bytes));
  checkAnswer(said, expected);

  const others = (signed.certificates ?? []).flatMap((one) =>
    one instanceof Certificate ? [new X509Certificate(Buffer.from(one.toSchema().toBER()))] : [],
  );
  const certificate = signerOf(signer, [...others, ...authority.certificates]);
  checkSignature(signer, bytes, certificate);
  checkPurpose(certificate);
  if (!authority.vouchesFor(certificate, others, said.genTime))
    throw new Error('nobody who is trusted vouches for the signer');
  const { seconds = 0, millis = 0, micros = 0 } = said.accuracy ?? {};
  return {
    by: /(?:^|\n)CN=(.*)/.exec(certificate.subject)?.[1] ?? certificate.subject,
    at: said.genTime.getTime(),
    accuracyMs: seconds * 1_000 + millis + Math.ceil(micros / 1_000),
    policy: said.policy,
  };
}

/** The answer must be to what was asked (RFC 3161, section 2.4.2). */
function checkAnswer({ version, messageImprint, nonce, policy }: TSTInfo, expected: Expected): void {
  const { hashAlgorithm, hashedMessage } = messageImprint;
  if (version !== 1) throw new Error(`there is no version ${version} of a token`);
  if (hashAlgorithm.algorithmId !== SHA256_OID || !bytesOf(hashedMessage).equals(expected.imprint))
    throw new Error('the token is over something else');
  if (expected.nonce && !(nonce && Buffer.from(nonce.valueBlock.valueHexView).equals(expected.nonce)))
    throw new Error('the token has another nonce');
  if (expected.policy && policy !== expected.policy) throw new Error(`the token is under policy ${policy}`);
}

const parse = ({ raw }: X509Certificate): Certificate => Certificate.fromBER(new Uint8Array(raw));

function signerOf({ sid }: SignerInfo, certificates: readonly X509Certificate[]): X509Certificate {
  if (!(sid instanceof IssuerAndSerialNumber))
    throw new Error('the signer is not named by issuer and number');
  const found = certificates.find((one) => {
    const { issuer, serialNumber } = parse(one);
    return issuer.isEqual(sid.issuer) && serialNumber.isEqual(sid.serialNumber);
  });
  if (!found) throw new Error('the certificate of the signer is not there');
  return found;
}

/** The signature over the signed attributes (RFC 5652, section 5.4 and 5.6). */
function checkSignature(signer: SignerInfo, content: Buffer, certificate: X509Certificate): void {
  const digest = DIGESTS[signer.digestAlgorithm.algorithmId];
  const { algorithmId } = signer.signatureAlgorithm;
  if (!digest || !(algorithmId in SIGNATURES))
    throw new Error('the token is signed in a way that is not known');
  if (!signer.signedAttrs) throw new Error('a token has signed attributes');
  checkAttributes(signer.signedAttrs.attributes, content, digest, certificate.raw);
  // Carried as [0] IMPLICIT, signed as a SET: which is how they are kept.
  const attributes = Buffer.from(signer.signedAttrs.encodedValue);
  const over = SIGNATURES[algorithmId] ?? digest;
  if (!verify(over, attributes, certificate.publicKey, bytesOf(signer.signature)))
    throw new Error('the signature of the token does not hold');
}

/** The signer's certificate is for stamping time alone, and says so as critical (RFC 3161, section 2.3). */
function checkPurpose(certificate: X509Certificate): void {
  const use = parse(certificate).extensions?.find(({ extnID }) => extnID === EXTENDED_KEY_USAGE);
  const purposes = use?.parsedValue instanceof ExtKeyUsage ? use.parsedValue.keyPurposes : [];
  if (!use?.critical || purposes.length !== 1 || purposes[0] !== TIME_STAMPING)
    throw new Error('the certificate of the signer is not for stamping time alone');
}
