import { Problem } from '@weir/kit';

/** Why a bucket is of no use now: it does not answer, it refuses us, or there is none of its name. */
export type BucketTrouble = 'away' | 'refused' | 'missing';

/** An error as S3's client throws it. */
type S3Error = Error & { $metadata?: { httpStatusCode?: number }; Code?: string };

const REFUSED = new Set([
  'AccessDenied',
  'InvalidAccessKeyId',
  'SignatureDoesNotMatch',
  'ExpiredToken',
  'InvalidToken',
  'AccountProblem',
]);

const DETAIL: Record<BucketTrouble, string> = {
  away: 'The bucket does not answer; it is tried again by itself',
  refused: 'The bucket refuses this key: check key, secret and rights in WEIR_S3_URL',
  missing: 'There is no bucket of this name: check WEIR_S3_URL',
};

export const statusOf = (why: unknown): number | undefined => (why as S3Error).$metadata?.httpStatusCode;
export const isGone = (why: unknown): boolean =>
  statusOf(why) === 404 && (why as Error).name !== 'NoSuchBucket';
/** A lock or a legal hold forbids it (S3 says no more than `AccessDenied`). */
export const isForbidden = (why: unknown): boolean => (why as Error).name === 'AccessDenied';

/** What a network says; of what is not the client's own doing (a file that cannot be read) nothing is known here. */
const NETWORK = /^(E(CONN|PIPE|TIMEDOUT|NOTFOUND|AI_|HOST|NET)|ABORT)/;

const isOfBucket = (why: unknown): boolean => {
  const { $metadata, name, code, message } = why as S3Error & { code?: string };
  return (
    $metadata !== undefined || name === 'TimeoutError' || NETWORK.test(code ?? '') || message === 'aborted'
  );
};

/** What a failed call means to whoever asked: never with the secret, nor with an address in it. */
export function bucketProblem(why: unknown): unknown {
  if (why instanceof Problem || !isOfBucket(why)) return why;
  const { name } = why as S3Error;
  const status = statusOf(why);
  const trouble: BucketTrouble =
    name === 'NoSuchBucket'
      ? 'missing'
      : REFUSED.has(name) || status === 403 || status === 401
        ? 'refused'
        : 'away';
  const problem = new Problem('bucket_unavailable', DETAIL[trouble], { why: trouble, said: name });
  problem.cause = why;
  return problem;
}

/** Why the bucket is of no use, where an error says that it is. */
export function troubleOf(why: unknown): BucketTrouble | undefined {
  if (!(why instanceof Problem) || why.code !== 'bucket_unavailable') return undefined;
  return (why.more['why'] as BucketTrouble | undefined) ?? 'away';
}
