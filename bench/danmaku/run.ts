import { startChild } from '../child.ts';
import { cpuSeconds, family, residentBytes } from '../process.ts';
import { type Options, quantile, type Row, row } from '../row.ts';
import { little, sized } from '../size.ts';
import { MESSAGES_PER_SECOND, type Protocol, type Seen, SOCKETS } from './load.ts';
import { measureOverhead } from './overhead.ts';
import { type Serving, startPeer } from './peer.ts';

/**
 * One room with 10,000 sockets and 100 messages a second: CPU of the serving process per delivery (one message to
 * one socket), the time from sending to arrival, and what an idle socket takes of memory. Peers carry what they can
 * without falling behind: fewer messages, or fewer sockets. Beside it, by how many percent more CPU it is with a
 * ledger in the place of the plain file (`overhead.ts` says how), with the bounds of that figure.
 */
export const metrics = [
  'cpu_per_delivery',
  'delay_p99',
  'memory_idle_socket',
  'ledger_overhead',
  'ledger_overhead_low',
  'ledger_overhead_high',
  'ledger_process',
] as const;

const BENCH = 'danmaku';
/** Rooms are busy for hours: what a runtime compiles in the first seconds is none of the cost. */
const WARM_MS = sized(8_000, 3_000);
const SETTLE_MS = 2_000;
/** Share of what was sent that must arrive at every socket for a figure to count. */
const WHOLE = little ? 0.5 : 0.98;

/** The median counts: single runs differ. */
const ROUNDS = little ? 1 : 3;

type Figure = { cpuUs: number; p99Ms: number; memoryBytes: number };
type PeerLoad = { peer: string; protocol: Protocol; sockets: number; perSecond: number };

const here = (name: string): URL => new URL(name, import.meta.url);
const pause = (ms: number): Promise<void> => new Promise((done) => setTimeout(done, ms));

const cpu = (pid: number): number => family(pid).reduce((sum, one) => sum + cpuSeconds(one), 0);
const memory = (pid: number): number => family(pid).reduce((sum, one) => sum + residentBytes(one), 0);

async function measure(
  serving: Serving,
  protocol: Protocol,
  sockets: number,
  perSecond: number,
  seconds: number,
): Promise<Figure> {
  const empty = memory(serving.pid);
  const crowd = await startChild<Seen>(here('crowd.ts'), [protocol, String(serving.port), String(sockets)]);
  try {
    await pause(SETTLE_MS);
    const memoryBytes = (memory(serving.pid) - empty) / sockets;
    await crowd.ask<Seen>({ op: 'start', perSecond });
    await pause(WARM_MS);
    const before = await crowd.ask<Seen>({ op: 'figures' });
    const began = cpu(serving.pid);
    await pause(seconds * 1000);
    const used = cpu(serving.pid) - began;
    const after = await crowd.ask<Seen>({ op: 'figures' });
    const each = after.messages / after.sampled;
    const whole = after.open === sockets && each >= (after.sent - before.sent) * WHOLE;
    if (!whole)
      console.error(
        `${protocol}: ${after.open} sockets, ${each} of ${after.sent - before.sent} messages: no figure`,
      );
    const cpuUs = whole ? (used / (each * sockets)) * 1e6 : Number.NaN;
    return { cpuUs, p99Ms: quantile(after.delaysMs, 0.99), memoryBytes };
  } finally {
    await crowd.stop();
  }
}

/** The run whose CPU is the median of those that carried their load; any where none did. */
function middle(runs: Figure[]): Figure {
  const whole = runs.filter(({ cpuUs }) => !Number.isNaN(cpuUs)).sort((a, b) => a.cpuUs - b.cpuUs);
  return (whole[Math.floor(whole.length / 2)] ?? runs[0]) as Figure;
}

async function measureChild(
  file: string,
  protocol: Protocol,
  load: Omit<PeerLoad, 'peer' | 'protocol'>,
  seconds: number,
): Promise<Figure> {
  const child = await startChild<{ port: number }>(here(file));
  try {
    const serving = { pid: child.pid, port: child.first.port, stop: child.stop };
    return await measure(serving, protocol, load.sockets, load.perSecond, seconds);
  } finally {
    await child.stop();
  }
}

const PEERS: readonly PeerLoad[] = [
  { peer: 'nats-server', protocol: 'nats', sockets: SOCKETS, perSecond: 20 },
  { peer: 'nchan', protocol: 'nchan', sockets: SOCKETS, perSecond: 5 },
  { peer: 'socket.io', protocol: 'socket.io', sockets: 2_000, perSecond: 20 },
];

async function measurePeer(load: PeerLoad, seconds: number): Promise<Figure | null> {
  if (load.protocol === 'socket.io') return measureChild('socketio.ts', 'socket.io', load, seconds);
  const serving =
    load.protocol === 'nats'
      ? await startPeer('nats-server', here('nats.conf'), (file) => ['-c', file])
      : await startPeer('nginx', here('nchan.conf'), (file, dir) => ['-c', file, '-p', dir]);
  if (!serving) return null;
  try {
    return await measure(serving, load.protocol, load.sockets, load.perSecond, seconds);
  } finally {
    await serving.stop();
  }
}

/** Measures; a peer that is not installed, or that falls behind its load, has no value. */
export async function* run({ seconds, peers }: Options): AsyncGenerator<Row> {
  const load = { sockets: SOCKETS, perSecond: MESSAGES_PER_SECOND };
  const runs: Figure[] = [];
  for (let i = 0; i < ROUNDS; i++) runs.push(await measureChild('weir.ts', 'weir', load, seconds));
  const weir = middle(runs);
  yield row(BENCH, 'memory_idle_socket', weir.memoryBytes / 1000, 'kB');
  const { percent, low, high, ledger } = await measureOverhead(seconds);
  yield row(BENCH, 'ledger_overhead', percent, '%');
  yield row(BENCH, 'ledger_overhead_low', low, '%');
  yield row(BENCH, 'ledger_overhead_high', high, '%');
  yield row(BENCH, 'ledger_process', ledger, 'ms/s');
  if (!peers) {
    yield row(BENCH, 'cpu_per_delivery', weir.cpuUs, 'µs');
    yield row(BENCH, 'delay_p99', weir.p99Ms, 'ms');
  }
  for (const each of peers ? PEERS : []) {
    const figure = await measurePeer(each, seconds);
    const value = (n: number | undefined): number | null => (n === undefined || Number.isNaN(n) ? null : n);
    yield row(BENCH, 'cpu_per_delivery', weir.cpuUs, 'µs', each.peer, value(figure?.cpuUs));
    yield row(BENCH, 'delay_p99', weir.p99Ms, 'ms', each.peer, value(figure?.p99Ms));
  }
}
