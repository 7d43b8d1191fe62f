import { type Log, realClock, silentLog } from '@weir/kit';
import type { Packet } from '../../packet.ts';
import type { IngestHost, IngestSession, PublishRequest } from '../host.ts';
import type { IngestLimits } from '../limits.ts';
import { type CloseCause, Refusal, type RefusalCode } from '../refusal.ts';
import { RtmpServer } from '../server.ts';

/** The shipped limits. */
export const LIMITS: IngestLimits = {
  chunk: 65_536,
  message: 8_388_608,
  reassembly: 16_777_216,
  chunkStreams: 64,
  handshakeMs: 5_000,
  firstFrameMs: 10_000,
  idleMs: 30_000,
  bitrate: 20_000_000,
  perAddress: 200,
  pending: 256,
};

/** What one publication brought. */
export type Taken = {
  request: PublishRequest;
  session: IngestSession;
  packets: Packet[];
  metadata: Record<string, unknown>[];
  closed: Promise<CloseCause>;
};

/** A host that takes every key but those it is told to refuse, and keeps what came. */
export class Desk implements IngestHost {
  readonly taken: Taken[] = [];
  readonly turnedAway: string[] = [];
  readonly refuse = new Map<string, RefusalCode>();
  #waiting: { n: number; done: (taken: Taken) => void }[] = [];

  async publish(request: PublishRequest, session: IngestSession) {
    const code = this.refuse.get(request.key);
    if (code) throw new Refusal(code);
    let end: (cause: CloseCause) => void = () => {};
    const closed = new Promise<CloseCause>((done) => {
      end = done;
    });
    const taken: Taken = { request, session, packets: [], metadata: [], closed };
    this.taken.push(taken);
    for (const { n, done } of this.#waiting) if (n === this.taken.length) done(taken);
    return {
      packet: (packet: Packet) => void taken.packets.push(packet),
      metadata: (metadata: Record<string, unknown>) => void taken.metadata.push(metadata),
      closed: end,
    };
  }

  connectionRefused(_address: string, code: string): void {
    this.turnedAway.push(code);
  }

  /** The n-th publication (from 1), once it is there. */
  publication(n: number): Promise<Taken> {
    const present = this.taken[n - 1];
    if (present) return Promise.resolve(present);
    return new Promise((done) => this.#waiting.push({ n, done }));
  }
}

/** A server on a free loopback port with a desk behind it. */
export async function openDesk(limits: Partial<IngestLimits> = {}, log: Log = silentLog) {
  const desk = new Desk();
  const server = new RtmpServer({ host: desk, limits: { ...LIMITS, ...limits }, clock: realClock, log });
  const port = await server.listen(0, '127.0.0.1');
  return { desk, server, port, url: `rtmp://127.0.0.1:${port}/live` };
}

/** How many packets there are of each kind, e.g. `{'video h264 key': 3}`. */
export function census(packets: readonly Packet[]): Record<string, number> {
  const count: Record<string, number> = {};
  for (const { track, codec, role } of packets) {
    const kind = `${track} ${codec} ${role}`;
    count[kind] = (count[kind] ?? 0) + 1;
  }
  return count;
}
