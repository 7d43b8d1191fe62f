import { hash } from 'node:crypto';
import { type AsnType, ObjectIdentifier, OctetString, Sequence } from 'asn1js';
import { type Attribute, id_eContentType_TSTInfo } from 'pkijs';

const CONTENT_TYPE = '1.2.840.113549.1.9.3';
const MESSAGE_DIGEST = '1.2.840.113549.1.9.4';
const SIGNING_CERTIFICATE = '1.2.840.113549.1.9.16.2.12';
const SIGNING_CERTIFICATE_V2 = '1.2.840.113549.1.9.16.2.47';

/** Digests by OID (RFC 5754, section 2). */
export const DIGESTS: Readonly<Record<string, string>> = {
  '2.16.840.1.101.3.4.2.1': 'sha256',
  '2.16.840.1.101.3.4.2.2': 'sha384',
  '2.16.840.1.101.3.4.2.3': 'sha512',
};

/** The bytes of an OCTET STRING. */
export const bytesOf = (value: OctetString): Buffer => Buffer.from(value.valueBlock.valueHexView);

/** The parts of a SEQUENCE; none where it is another thing. */
const partsOf = (value: unknown): AsnType[] => (value instanceof Sequence ? value.valueBlock.value : []);

function oneOf(attributes: readonly Attribute[], type: string): unknown {
  const [attribute, second] = attributes.filter((one) => one.type === type);
  if (!attribute || second || attribute.values.length !== 1)
    throw new Error(`the token has not one attribute ${type}`);
  return attribute.values[0];
}

/**
 * Checks what a signer signs beside the content (RFC 5652, section 5.4 and 11; RFC 5816, section 2.2.1): that it is a
 * time-stamp, its digest, and the signer's own certificate (DER), so that none of the same key takes its place.
 * @throws Error saying what does not hold
 */
export function checkAttributes(
  attributes: readonly Attribute[],
  content: Buffer,
  digest: string,
  certificate: Buffer,
): void {
  const type = oneOf(attributes, CONTENT_TYPE);
  if (!(type instanceof ObjectIdentifier) || type.valueBlock.toString() !== id_eContentType_TSTInfo)
    throw new Error('the signed attributes are of another content');
  const inside = oneOf(attributes, MESSAGE_DIGEST);
  if (!(inside instanceof OctetString) || !bytesOf(inside).equals(hash(digest, content, 'buffer')))
    throw new Error('the token was altered');
  if (!isBound(attributes, certificate))
    throw new Error('the signature is not bound to the certificate of the signer');
}

/**
 * Whether the attributes name this certificate as the signer's: ESSCertID with SHA-1 (RFC 2634, section 5.4) or
 * ESSCertIDv2, by default with SHA-256 (RFC 5035, section 4). Only the first of a list is the signer's.
 */
function isBound(attributes: readonly Attribute[], certificate: Buffer): boolean {
  const bound = attributes.filter(({ type }) => [SIGNING_CERTIFICATE, SIGNING_CERTIFICATE_V2].includes(type));
  return (
    bound.length > 0 &&
    bound.every(({ type, values }) => {
      const [list] = partsOf(values[0]);
      const [first] = partsOf(list);
      const parts = partsOf(first);
      const [algorithm] = partsOf(parts[0]);
      const named = algorithm instanceof ObjectIdentifier ? algorithm.valueBlock.toString() : undefined;
      const digest = type === SIGNING_CERTIFICATE ? 'sha1' : named === undefined ? 'sha256' : DIGESTS[named];
      const value = parts.find((part) => part instanceof OctetString);
      return (
        digest !== undefined &&
        value !== undefined &&
        bytesOf(value).equals(hash(digest, certificate, 'buffer'))
      );
    })
  );
}
