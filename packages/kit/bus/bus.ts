import { Problem } from '../problem.ts';

/** What every message carries besides its body. Media never passes the bus. */
export type Envelope = {
  /** Version of the message format. */
  readonly v: 1;
  readonly subject: string;
  /** Name of the sending process, e.g. `edge`. */
  readonly from: string;
  /** Id of the sender's boot: a restarted process is another sender. */
  readonly boot: string;
  /** Number of the message within the sender's boot, from 1, without gaps. */
  readonly n: number;
  /** Wall time in ms after which the message must be dropped unread. */
  readonly expiresAt: number;
};

export type Handler = (body: unknown, envelope: Envelope) => void;
export type Responder = (body: unknown, envelope: Envelope) => unknown | Promise<unknown>;

/**
 * How processes talk: subjects are dot-separated tokens, `*` stands for one token when subscribing
 * (the rules of NATS subjects). At most once; whoever needs more repeats until answered.
 */
export interface Bus {
  readonly name: string;
  readonly boot: string;
  /** Sends to all subscribers of `subject`; drops after `ttlMs` (default 5,000). */
  publish(subject: string, body: unknown, ttlMs?: number): void;
  /**
   * Asks the one that serves `subject`.
   * @throws Problem what the responder threw; `bus_timeout` after `timeoutMs`; `bus_no_responder` at once if nobody serves it
   */
  request<T = unknown>(subject: string, body: unknown, timeoutMs?: number): Promise<T>;
  /** Returns a function that ends the subscription. */
  subscribe(subject: string, handler: Handler): () => void;
  /** Answers requests; what it throws travels back as a problem. */
  serve(subject: string, responder: Responder): () => void;
  /** Called once when the transport is lost and will not come back. */
  onLost(run: () => void): void;
  close(): Promise<void>;
}

/** Largest message in bytes (one lease answer for 2,000 streams is about 400 kB). */
export const MAX_MESSAGE_BYTES = 4 * 1024 * 1024;

/**
 * A body as it travels. Media never passes the bus: bytes are refused where they are sent.
 * @throws TypeError on bytes; RangeError over MAX_MESSAGE_BYTES
 */
export function bytesOf(body: unknown): Buffer {
  const parts = typeof body === 'object' && body !== null ? [body, ...Object.values(body)] : [];
  if (parts.some((part) => ArrayBuffer.isView(part) || part instanceof ArrayBuffer))
    throw new TypeError('the bus carries no bytes');
  const bytes = Buffer.from(JSON.stringify(body ?? null));
  if (bytes.length > MAX_MESSAGE_BYTES)
    throw new RangeError(`bus message of ${bytes.length} bytes is over the bound`);
  return bytes;
}

/** True where `pattern` (with `*` tokens) covers `subject`. */
export function matches(pattern: string, subject: string): boolean {
  if (pattern === subject) return true;
  if (!pattern.includes('*')) return false;
  const want = pattern.split('.');
  const have = subject.split('.');
  return want.length === have.length && want.every((token, i) => token === '*' || token === have[i]);
}

export const timeoutProblem = (subject: string): Problem =>
  new Problem('bus_timeout', `Nobody answered ${subject} in time`);
export const noResponderProblem = (subject: string): Problem =>
  new Problem('bus_no_responder', `Nobody serves ${subject}`);
