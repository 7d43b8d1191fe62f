import { connect, type Socket } from 'node:net';
import type { Clock } from '../clock.ts';
import { realClock } from '../clock.ts';
import { newId } from '../id.ts';
import { Problem } from '../problem.ts';
import {
  type Bus,
  bytesOf,
  type Envelope,
  type Handler,
  matches,
  noResponderProblem,
  type Responder,
  timeoutProblem,
} from './bus.ts';
import { decoder, encode, type Header } from './frame.ts';

type Waiting = {
  subject: string;
  resolve: (body: unknown) => void;
  reject: (why: Error) => void;
  cancel(): void;
};

/** Requests that may wait for an answer at once. */
const MAX_WAITING = 10_000;

/** Joins the hub at `path` under a process's `name`. Rejects where nobody listens. */
export async function joinBus(path: string, name: string, clock: Clock = realClock): Promise<Bus> {
  const socket = await new Promise<Socket>((resolve, reject) => {
    const opening = connect(path, () => resolve(opening));
    opening.once('error', reject);
  });
  return new LocalBus(socket, name, clock);
}

class LocalBus implements Bus {
  readonly name: string;
  readonly boot = newId();
  readonly #socket: Socket;
  readonly #clock: Clock;
  readonly #subscribers = new Map<string, Set<Handler>>();
  readonly #responders = new Map<string, Responder>();
  readonly #waiting = new Map<number, Waiting>();
  readonly #lost: (() => void)[] = [];
  #n = 0;
  #requests = 0;
  #closed = false;

  constructor(socket: Socket, name: string, clock: Clock) {
    this.name = name;
    this.#socket = socket;
    this.#clock = clock;
    const read = decoder((header, body) => this.#receive(header, body));
    socket.removeAllListeners('error');
    socket.on('error', () => {});
    socket.on('data', (chunk: Buffer) => {
      try {
        read(chunk);
      } catch {
        socket.destroy();
      }
    });
    socket.on('close', () => this.#disconnected());
  }

  publish(subject: string, body: unknown, ttlMs = 5_000): void {
    if (this.#closed) return;
    this.#send({ op: 'pub', subject, env: this.#envelope(subject, ttlMs) }, body);
  }

  request<T>(subject: string, body: unknown, timeoutMs = 5_000): Promise<T> {
    return new Promise<T>((resolve, reject) => {
      if (this.#closed) return reject(noResponderProblem(subject));
      if (this.#waiting.size >= MAX_WAITING)
        return reject(new Problem('busy', 'Too many requests wait on the bus'));
      const id = ++this.#requests;
      const bytes = bytesOf(body);
      const timer = this.#clock.after(timeoutMs, () => {
        this.#waiting.delete(id);
        reject(timeoutProblem(subject));
      });
      this.#waiting.set(id, {
        subject,
        resolve: resolve as (body: unknown) => void,
        reject,
        cancel: () => timer.cancel(),
      });
      const env = this.#envelope(subject, timeoutMs);
      this.#socket.write(encode({ op: 'req', subject, id, ttl: timeoutMs, env }, bytes));
    });
  }

  subscribe(subject: string, handler: Handler): () => void {
    let handlers = this.#subscribers.get(subject);
    if (!handlers) {
      handlers = new Set();
      this.#subscribers.set(subject, handlers);
      this.#send({ op: 'sub', subject }, null);
    }
    handlers.add(handler);
    return () => {
      handlers.delete(handler);
      if (handlers.size > 0 || this.#subscribers.get(subject) !== handlers) return;
      this.#subscribers.delete(subject);
      this.#send({ op: 'unsub', subject }, null);
    };
  }

  serve(subject: string, responder: Responder): () => void {
    this.#responders.set(subject, responder);
    this.#send({ op: 'serve', subject }, null);
    return () => {
      if (this.#responders.get(subject) !== responder) return;
      this.#responders.delete(subject);
      this.#send({ op: 'unserve', subject }, null);
    };
  }

  onLost(run: () => void): void {
    this.#lost.push(run);
  }

  close(): Promise<void> {
    if (this.#closed) return Promise.resolve();
    this.#lost.length = 0;
    return new Promise((resolve) => {
      this.#socket.once('close', () => resolve());
      this.#socket.destroySoon();
    });
  }

  #envelope(subject: string, ttlMs: number): Envelope {
    return {
      v: 1,
      subject,
      from: this.name,
      boot: this.boot,
      n: ++this.#n,
      expiresAt: this.#clock.now() + ttlMs,
    };
  }

  #send(header: Header, body: unknown): void {
    if (!this.#closed) this.#socket.write(encode(header, bytesOf(body)));
  }

  #receive(header: Header, body: Buffer): void {
    switch (header.op) {
      case 'pub': {
        const envelope = header.env as Envelope;
        if (this.#clock.now() > envelope.expiresAt) return;
        const value: unknown = JSON.parse(body.toString('utf8'));
        for (const [pattern, handlers] of this.#subscribers) {
          if (matches(pattern, header.subject)) for (const handler of handlers) handler(value, envelope);
        }
        return;
      }
      case 'req':
        void this.#answer(header.id, header.env as Envelope & { asker: number }, body);
        return;
      case 'res': {
        const waiting = this.#settle(header.id);
        if (!waiting) return;
        const value: unknown = JSON.parse(body.toString('utf8'));
        if (header.failed) waiting.reject(Problem.from(value));
        else waiting.resolve(value);
        return;
      }
      case 'none': {
        const waiting = this.#settle(header.id);
        waiting?.reject(noResponderProblem(waiting.subject));
        return;
      }
    }
  }

  #settle(id: number): Waiting | undefined {
    const waiting = this.#waiting.get(id);
    this.#waiting.delete(id);
    waiting?.cancel();
    return waiting;
  }

  async #answer(id: number, envelope: Envelope & { asker: number }, body: Buffer): Promise<void> {
    if (this.#clock.now() > envelope.expiresAt) return;
    const responder = this.#responders.get(envelope.subject);
    const to = envelope.asker;
    if (!responder) return this.#send({ op: 'none', id }, null);
    try {
      const value = await responder(JSON.parse(body.toString('utf8')), envelope);
      this.#send({ op: 'res', id, to, failed: false }, value);
    } catch (why) {
      const problem = why instanceof Problem ? why : new Problem('internal', (why as Error).message);
      this.#send({ op: 'res', id, to, failed: true }, problem.body());
    }
  }

  #disconnected(): void {
    this.#closed = true;
    for (const id of [...this.#waiting.keys()]) {
      const waiting = this.#settle(id);
      waiting?.reject(noResponderProblem(waiting.subject));
    }
    for (const run of this.#lost.splice(0)) run();
  }
}
