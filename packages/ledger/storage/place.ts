/** An S3 bucket: `prefix` is empty or ends with a slash; `lock` where its objects are kept from deletion for `days`. */
export type S3Place = {
  kind: 's3';
  endpoint: string;
  bucket: string;
  prefix: string;
  region: string;
  accessKey: string;
  secretKey: string;
  lock?: { mode: 'GOVERNANCE' | 'COMPLIANCE'; days: number };
};

/** Where a storage is: plain data, so that another process can open the same one. */
export type StorageAt = { kind: 'directory'; dir: string } | S3Place;

/**
 * Reads `https://KEY:SECRET@HOST/BUCKET[/PREFIX][?region=R][&lock=governance|compliance&days=N]`.
 * @throws Error saying what is missing, without the secret
 */
export function s3PlaceOf(text: string): S3Place {
  const url = new URL(text);
  const [bucket = '', ...rest] = url.pathname.slice(1).split('/').filter(Boolean);
  if (bucket === '') throw new Error('the address of a bucket is https://KEY:SECRET@HOST/BUCKET');
  if (url.username === '' || url.password === '')
    throw new Error(
      'the address of a bucket has the key and the secret in it: https://KEY:SECRET@HOST/BUCKET',
    );
  const lock = url.searchParams.get('lock')?.toUpperCase();
  const days = Number(url.searchParams.get('days'));
  const isMode = lock === 'GOVERNANCE' || lock === 'COMPLIANCE';
  if (lock !== undefined && !(isMode && Number.isInteger(days) && days > 0))
    throw new Error('a bucket that locks says lock=governance or lock=compliance, and days=N');
  return {
    kind: 's3',
    endpoint: `${url.protocol}//${url.host}`,
    bucket,
    prefix: rest.map((part) => `${part}/`).join(''),
    region: url.searchParams.get('region') ?? 'us-east-1',
    accessKey: decodeURIComponent(url.username),
    secretKey: decodeURIComponent(url.password),
    ...(isMode ? { lock: { mode: lock, days } } : {}),
  };
}
