import { request } from 'node:http';
import { Problem } from '@weir/kit';

/** The service's API by its 0600 Unix socket: whoever can open it holds the machine. */
export type Operator = <T>(method: string, path: string, body?: object, withinMs?: number) => Promise<T>;

const WITHIN_MS = 15_000;
const MAX_ANSWER_BYTES = 64 * 1024 * 1024;

/**
 * With a `token` the calls are those of the person who has signed in with it, and no longer the operator's.
 * @throws Problem what the service answers; Error with the remedy where none runs on this data directory
 */
export function operatorOf(socketPath: string, dataDir: string, token?: string): Operator {
  return <T>(method: string, path: string, body?: object, withinMs: number = WITHIN_MS) =>
    new Promise<T>((resolve, reject) => {
      const text = body === undefined ? undefined : JSON.stringify(body);
      const call = request(
        {
          socketPath,
          method,
          path,
          timeout: withinMs,
          headers: {
            // Said in full: Node leaves the length out where the method is DELETE, and the service then reads no body.
            ...(text
              ? { 'content-type': 'application/json', 'content-length': Buffer.byteLength(text) }
              : {}),
            ...(token ? { authorization: `Bearer ${token}` } : {}),
          },
        },
        (answer) => {
          const parts: Buffer[] = [];
          let size = 0;
          answer.on('data', (part: Buffer) => {
            size += part.length;
            if (size > MAX_ANSWER_BYTES) call.destroy(new Error('The answer is too large; ask for less'));
            else parts.push(part);
          });
          answer.on('end', () => {
            const value: unknown = JSON.parse(Buffer.concat(parts).toString('utf8') || 'null');
            if ((answer.statusCode ?? 500) < 400) resolve(value as T);
            else reject(Problem.from(value));
          });
        },
      );
      call.on('timeout', () => call.destroy(new Error('The service did not answer in time')));
      call.on('error', (why: NodeJS.ErrnoException) =>
        reject(
          why.code === 'ENOENT' || why.code === 'ECONNREFUSED'
            ? new Error(
                `No Weir runs on ${dataDir}. Start it, or set WEIR_DATA_DIR to the directory of the one you mean.`,
              )
            : why,
        ),
      );
      call.end(text);
    });
}
