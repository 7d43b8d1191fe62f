import type { S3Client } from '@aws-sdk/client-s3';
import type { S3Place } from './place.ts';

export type Sdk = typeof import('@aws-sdk/client-s3');
/** `close` breaks off what is under way, and what would be tried again. */
export type Opened = { sdk: Sdk; client: S3Client; close(): void };

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
  let isClosed = false;
  // Inside of the tries: without it a call that was broken off is made once more, and waited for.
  client.middlewareStack.add(
    (next) => (args) => {
      if (isClosed) throw Object.assign(new Error('aborted'), { code: 'ABORT_ERR' });
      return next(args);
    },
    { step: 'deserialize', name: 'refuseWhenClosed' },
  );
  const close = (): void => {
    isClosed = true;
    client.destroy();
  };
  return { sdk, client, close };
}
