import { type Child, startChild } from '../child.ts';
import { type CutTimes, type Read, type Serving, VIEWERS } from '../fanout/load.ts';
import { startSrs } from '../fanout/srs.ts';
import { type Options, quantile, type Row, row } from '../row.ts';

/**
 * From the order to the last byte written and the last connection reset, with 1,000 viewers of 1 Mbit/s and ten
 * among them that read 20 kB/s; and what those ten still got. The worst of all rounds counts.
 */
export const metrics = [
  'last_write',
  'last_reset',
  'last_close_seen',
  'certificate_off',
  'slow_reader_bytes',
] as const;

const SLOW_READERS = 10;
const ROUNDS = 3;
/** Slow readers drain what their own kernel holds; they are waited for this long. */
const DRAIN_MS = 40_000;

const fanout = (name: string): URL => new URL(`../fanout/${name}`, import.meta.url);
const pause = (ms: number): Promise<void> => new Promise((done) => setTimeout(done, ms));

/** Times in ms after the order; bytes are the most that one slow reader got after it. */
type Round = {
  lastWrite: number;
  lastReset: number;
  lastClose: number;
  certificateOff: number;
  slowBytes: number;
};

/** One crowd, watched for `seconds` and cut at a moment that falls anywhere between two flushes. */
async function round(
  { port, path }: Serving,
  seconds: number,
  cut: () => Promise<CutTimes | undefined>,
): Promise<Round> {
  const readers = await startChild(fanout('read.ts'), [
    ...[String(port), path, String(VIEWERS - SLOW_READERS), String(SLOW_READERS)],
  ]);
  try {
    await pause(seconds * 1000 + Math.random() * 350);
    const before = await readers.ask<Read>({ op: 'figures' });
    const orderedAt = Date.now();
    const times = await cut();
    const { after, settled } = await drained(readers, times !== undefined);
    if (times && times.viewers !== VIEWERS) throw new Error(`${times.viewers} viewers were cut`);
    return {
      lastWrite: Math.max(0, (times?.lastWriteAt ?? settled.lastByteAt) - orderedAt),
      lastReset: (times?.lastResetAt ?? settled.lastCloseAt) - orderedAt,
      lastClose: settled.lastCloseAt - orderedAt,
      certificateOff: times ? Math.abs(settled.lastByteAt - times.lastWriteAt) : Number.NaN,
      slowBytes: Math.max(...after.slowBytes.map((bytes, i) => bytes - (before.slowBytes[i] as number))),
    };
  } finally {
    await readers.stop();
  }
}

/** What the readers saw when the quick ones were closed, and when the slow ones were too or the time is over. */
async function drained(readers: Child, all: boolean): Promise<{ settled: Read; after: Read }> {
  const began = performance.now();
  let settled: Read | undefined;
  for (;;) {
    const now = await readers.ask<Read>({ op: 'figures' });
    if (now.open === 0) settled ??= now;
    const over = performance.now() - began > (all ? DRAIN_MS : DRAIN_MS / 2);
    if ((settled && now.slowOpen === 0) || over) return { settled: settled ?? now, after: now };
    await pause(50);
  }
}

const worst = (rounds: readonly Round[], of: keyof Round): number =>
  quantile(
    rounds.map((r) => r[of]),
    1,
  );

async function rounds(file: string, seconds: number): Promise<Round[]> {
  const server = await startChild<Serving>(fanout(file));
  try {
    const done: Round[] = [];
    for (let i = 0; i < ROUNDS; i++)
      done.push(await round(server.first, seconds / ROUNDS, () => server.ask<CutTimes>({ op: 'cut' })));
    return done;
  } finally {
    await server.stop();
  }
}

/** SRS says nothing of its times, so the readers do. */
async function roundOfSrs(seconds: number): Promise<Round[] | undefined> {
  const srs = await startSrs();
  if (!srs) return undefined;
  try {
    return [await round(srs, seconds / ROUNDS, () => srs.cut().then(() => undefined))];
  } finally {
    await srs.stop();
  }
}

export async function* run({ seconds, peers }: Options): AsyncGenerator<Row> {
  const weir = await rounds('weir.ts', seconds);
  const bare = peers ? await rounds('bare.ts', seconds) : undefined;
  const srs = peers ? await roundOfSrs(seconds) : undefined;
  const of = (metric: string, key: keyof Round, unit: string, name: string, peer?: Round[]): Row =>
    row('cutoff', metric, worst(weir, key), unit, name, peer ? worst(peer, key) : null);
  yield of('last_write', 'lastWrite', 'ms', 'destroy', bare);
  yield of('last_reset', 'lastReset', 'ms', 'destroy', bare);
  yield of('last_close_seen', 'lastClose', 'ms', 'destroy', bare);
  if (peers) yield of('last_close_seen', 'lastClose', 'ms', 'srs', srs);
  yield row('cutoff', 'certificate_off', worst(weir, 'certificateOff'), 'ms');
  yield of('slow_reader_bytes', 'slowBytes', 'B', 'destroy', bare);
  if (peers) yield of('slow_reader_bytes', 'slowBytes', 'B', 'srs', srs);
}
