import { type Child, startChild } from '../child.ts';
import { type CutTimes, FLUSH_MS, type Read, type Serving, VIEWERS } from '../fanout/load.ts';
import { quantile } from '../row.ts';
import { sized } from '../size.ts';

const SLOW_READERS = sized(10, 2);
/** Slow readers drain what their own kernel holds; they are waited for this long. */
const DRAIN_MS = 20_000;

const pause = (ms: number): Promise<void> => new Promise((done) => setTimeout(done, ms));

/** Times in ms after the order; bytes are the most that one slow reader got after it. */
export type Round = {
  lastWrite: number;
  lastReset: number;
  lastClose: number;
  certificateOff: number;
  slowBytes: number;
};

/**
 * One crowd of 1,000, ten of which read 20 kB/s, watched for `seconds` and cut at a moment that falls anywhere
 * between two flushes. `cut` answers with the server's own times, or with none where it says nothing of them; what
 * must be so before the order, `prepare` does.
 * @throws Error where others were cut than the crowd
 */
export async function round(
  { port, path }: Serving,
  seconds: number,
  cut: () => Promise<CutTimes | undefined>,
  prepare: () => Promise<void> = () => Promise.resolve(),
): Promise<Round> {
  const readers = await startChild(new URL('../fanout/read.ts', import.meta.url), [
    ...[String(port), path, String(VIEWERS - SLOW_READERS), String(SLOW_READERS)],
  ]);
  try {
    await pause(seconds * 1000);
    await prepare();
    await pause(Math.random() * FLUSH_MS);
    const before = await readers.ask<Read>({ op: 'figures' });
    const orderedAt = Date.now();
    const times = await cut();
    const { after, settled } = await drained(readers);
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
async function drained(readers: Child): Promise<{ settled: Read; after: Read }> {
  const began = performance.now();
  let settled: Read | undefined;
  for (;;) {
    const now = await readers.ask<Read>({ op: 'figures' });
    if (now.open === 0) settled ??= now;
    const over = performance.now() - began > DRAIN_MS;
    if ((settled && now.slowOpen === 0) || over) return { settled: settled ?? now, after: now };
    await pause(50);
  }
}

/** The worst of all rounds. */
export function worst(rounds: readonly Round[], of: keyof Round): number {
  return quantile(
    rounds.map((one) => one[of]),
    1,
  );
}
