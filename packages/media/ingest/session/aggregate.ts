import { Malformed } from '../refusal.ts';

const HEADER_BYTES = 11;
const BACK_POINTER_BYTES = 4;

/**
 * Takes an aggregate message apart (RTMP 1.0 section 7.1.6): FLV tags whose times are relative to the first one's.
 * @param take gets type, timestamp (32 bits) and body of each @throws Malformed
 */
export function splitAggregate(
  timestamp: number,
  payload: Buffer,
  take: (type: number, timestamp: number, body: Buffer) => void,
): void {
  let first: number | undefined;
  for (let at = 0; at < payload.length; ) {
    if (payload.length - at < HEADER_BYTES) throw new Malformed('aggregate cut short');
    const size = payload.readUIntBE(at + 1, 3);
    const time = (payload.readUIntBE(at + 4, 3) | ((payload[at + 7] as number) << 24)) >>> 0;
    const body = at + HEADER_BYTES;
    if (body + size > payload.length) throw new Malformed('tag past its aggregate');
    first ??= time;
    take(payload[at] as number, (timestamp + time - first) >>> 0, payload.subarray(body, body + size));
    at = body + size + BACK_POINTER_BYTES;
  }
}
