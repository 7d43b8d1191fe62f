import { get } from 'node:http';

/** An independent reader of HTTP-FLV: counts bytes and remembers when each piece came. */
export type Reader = {
  readonly status: number;
  bytes(): number;
  /** Wall ms of the last byte. */
  lastAt(): number;
  /** Bytes that came at or after a wall time. */
  bytesSince(at: number): number;
  ended(): boolean;
  close(): void;
};

/** Opens `url` and reads on until it ends. */
export function read(url: string): Promise<Reader> {
  return new Promise((resolve, reject) => {
    const request = get(url, (response) => {
      const arrivals: { at: number; bytes: number }[] = [];
      let ended = false;
      response.on('data', (part: Buffer) => arrivals.push({ at: Date.now(), bytes: part.length }));
      response.on('error', () => {});
      response.on('close', () => {
        ended = true;
      });
      const sum = (from: number): number =>
        arrivals.reduce((total, { at, bytes }) => total + (at >= from ? bytes : 0), 0);
      resolve({
        status: response.statusCode ?? 0,
        bytes: () => sum(0),
        lastAt: () => arrivals.at(-1)?.at ?? 0,
        bytesSince: sum,
        ended: () => ended,
        close: () => request.destroy(),
      });
    });
    request.on('error', reject);
  });
}
