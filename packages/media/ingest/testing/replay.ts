import { readFileSync } from 'node:fs';
import type { Socket } from 'node:net';
import { SimulatedClock, silentLog } from '@weir/kit';
import type { Packet } from '../../packet.ts';
import type { IngestLimits } from '../limits.ts';
import type { CloseCause } from '../refusal.ts';
import { Connection } from '../session/connection.ts';
import { LIMITS } from './desk.ts';

/** What a foreign encoder said, byte for byte; `captures/record.ts` made it. */
export const capture = (name: string): Buffer =>
  readFileSync(new URL(`../captures/${name}.bin`, import.meta.url));

/** The side of a socket that a connection uses, without a network: bytes are put in, answers counted. */
export class Pipe {
  readonly remoteAddress = '192.0.2.1';
  readonly writable = true;
  readonly writableLength = 0;
  said = 0;
  gone = false;
  readonly #on: Record<string, ((value: unknown) => void)[]> = {};

  on(event: string, act: (value: unknown) => void): void {
    this.#on[event] = [...(this.#on[event] ?? []), act];
  }
  emit(event: string, value?: unknown): void {
    for (const act of this.#on[event] ?? []) act(value);
  }
  write(bytes: Buffer): void {
    this.said += bytes.length;
  }
  setNoDelay(): void {}
  pause(): void {}
  cork(): void {}
  uncork(): void {}
  resume(): void {}
  end(): void {
    this.gone = true;
  }
  resetAndDestroy(): void {
    this.gone = true;
  }
}

export type Replayed = {
  packets: Packet[];
  cause: CloseCause | undefined;
  turnedAway: string[];
  said: number;
};

/**
 * Runs a whole connection over `pieces` of a byte stream, as fast as it goes.
 * The host lets everybody in, one turn later.
 */
export async function replay(
  pieces: Iterable<Buffer>,
  limits: Partial<IngestLimits> = {},
): Promise<Replayed> {
  const pipe = new Pipe();
  const clock = new SimulatedClock();
  const out: Replayed = { packets: [], cause: undefined, turnedAway: [], said: 0 };
  let asked = false;
  new Connection({
    raw: pipe as unknown as Socket,
    socket: pipe as unknown as Socket,
    protocol: 'rtmp',
    limits: { ...LIMITS, ...limits },
    clock,
    log: silentLog,
    onClosed: () => {},
    host: {
      publish: async () => {
        asked = true;
        return {
          packet: (packet) => void out.packets.push(packet),
          metadata: () => {},
          closed: (cause) => {
            out.cause = cause;
          },
        };
      },
      connectionRefused: (_address, code) => void out.turnedAway.push(code),
    },
  });
  for (const piece of pieces) {
    if (pipe.gone) break;
    pipe.emit('data', piece);
    if (asked) await Promise.resolve();
    asked = false;
  }
  // `asking` ends a few microtasks after the host answered; what came meanwhile was held.
  await new Promise((done) => setImmediate(done));
  pipe.emit('close');
  out.said = pipe.said;
  return out;
}

/** Cuts a copy of `bytes` into pieces whose sizes come from `sizes`, over and over. A copy: reading may write into it. */
export function* pieces(bytes: Buffer, sizes: readonly number[]): Generator<Buffer> {
  const own = Buffer.from(bytes);
  for (let at = 0, i = 0; at < own.length; i++) {
    const end = at + Math.max(1, sizes[i % sizes.length] ?? own.length);
    yield own.subarray(at, end);
    at = end;
  }
}
