import type { S3Client } from '@aws-sdk/client-s3';
import type { S3Place } from './place.ts';

export type Sdk = typeof import('@aws-sdk/client-s3');
export type Opened = { sdk: Sdk; client: S3Client };

/** A connection is waited for so long. */
const CONNECT_MS = 10_000;
/** Silence on a connection that is taken for an answer that will not come: twice that of a bucket that is slow. */
const SILENCE_MS = 60_000;
/** Tries of one call; who must not give up asks again itself, with back-off. */
const TRIES = 2;

/** Loads the client's code and makes a client for a place. */
export async function openClient(place: S3Place): Promise<Opened> {
  const sdk = await import('@aws-sdk/client-s3');
  const { endpoint, region, accessKey, secretKey } = place;
  const client = new sdk.S3Client({
    endpoint,
    region,
    forcePathStyle: true,
    credentials: { accessKeyId: accessKey, secretAccessKey: secretKey },
    maxAttempts: TRIES,
    // A checksum of our own goes with each object; others than Amazon's know no streamed ones.
    requestChecksumCalculation: 'WHEN_REQUIRED',
    responseChecksumValidation: 'WHEN_REQUIRED',
    requestHandler: { connectionTimeout: CONNECT_MS, socketTimeout: SILENCE_MS },
  });
  return { sdk, client };
}
