import { type Child, startChild } from '../child.ts';
import { little, sized } from '../size.ts';
import { MESSAGES_PER_SECOND, type Seen, SOCKETS } from './load.ts';
import type { ServingAsk, Used } from './weir.ts';

/** Serving processes that are measured one after the other, and pairs of windows of each. */
const ROUNDS = sized(2, 1);
const PAIRS = sized(24, 3);
/** All of a round is over before the room resets those who answer no ping, as the crowd does not: 90 s. */
const WINDOW_MS = sized(1_000, 500);
/** Each way is compiled and warm before the first window. */
const WARM_MS = sized(4_000, 1_000);
/** After a change: commits under way are over. */
const SETTLE_MS = 150;
/** Share of what was sent that must arrive at every socket for a round to count. */
const WHOLE = little ? 0.5 : 0.98;

/**
 * CPU by how many percent it is more with a ledger, `low` to `high` with 95 % confidence; and ms of CPU a second:
 * `plain` and `serving` of the serving process with the file and with the ledger, `ledger` of the ledger's process.
 */
export type Overhead = {
  percent: number;
  low: number;
  high: number;
  plain: number;
  serving: number;
  ledger: number;
};

type Round = { file: number[]; more: number[]; ledger: number };

const here = (name: string): URL => new URL(name, import.meta.url);
const pause = (ms: number): Promise<void> => new Promise((done) => setTimeout(done, ms));
const ask = (serving: Child, what: ServingAsk): Promise<Used> => serving.ask<Used>(what);

/**
 * What it costs that a room's records go into a ledger in place of a plain file: same process, same sockets, same
 * messages. Either side is durable before a message is shown: the file by one append and one fdatasync a commit, in the
 * serving process; the ledger by a process of its own, as control is one, with commitments, tree, index and a signed
 * checkpoint each second. CPU is user and system time of all threads of both processes.
 *
 * The ledger's process is measured in a stretch of `seconds` in which every commit goes to it, so that its work of each
 * second is in it once. What the serving process uses more or less differs between two seconds by more than that
 * whatever it does: so windows with the one and the other take turns, and the median of the differences counts.
 */
export async function measureOverhead(seconds: number): Promise<Overhead> {
  const rounds: Round[] = [];
  for (let i = 0; i < ROUNDS; i++) rounds.push(await round(seconds));
  const plain = median(rounds.flatMap(({ file }) => file));
  const more = rounds.flatMap((one) => one.more).sort((a, b) => a - b);
  const ledger = rounds.reduce((sum, one) => sum + one.ledger, 0) / ROUNDS;
  // Order statistics that enclose the median in 95 of 100 samples (binomial, normal approximation).
  const reach = Math.ceil(0.98 * Math.sqrt(more.length));
  const at = (i: number): number => more[Math.min(more.length - 1, Math.max(0, i))] as number;
  const percent = (difference: number): number => ((ledger + difference) / plain) * 100;
  return {
    percent: percent(median(more)),
    low: percent(at(Math.floor(more.length / 2) - reach)),
    high: percent(at(Math.ceil(more.length / 2) + reach - 1)),
    plain,
    serving: plain + median(more),
    ledger,
  };
}

async function round(seconds: number): Promise<Round> {
  const serving = await startChild<{ port: number }>(here('weir.ts'), ['ledger']);
  try {
    const port = String(serving.first.port);
    const crowd = await startChild<Seen>(here('crowd.ts'), ['weir', port, String(SOCKETS)]);
    try {
      await crowd.ask<Seen>({ op: 'start', perSecond: MESSAGES_PER_SECOND });
      for (const to of ['file', 'ledger'] as const) {
        await ask(serving, { op: 'to', to });
        await pause(WARM_MS);
      }
      const { sent } = await crowd.ask<Seen>({ op: 'figures' });
      const { ledger } = await window(serving, seconds * 1_000);
      const figures: Round = { file: [], more: [], ledger };
      for (let i = 0; i < PAIRS; i++) {
        const used = { file: 0, ledger: 0 };
        for (const to of i % 2 === 0 ? (['file', 'ledger'] as const) : (['ledger', 'file'] as const)) {
          await ask(serving, { op: 'to', to });
          await pause(SETTLE_MS);
          used[to] = (await window(serving, WINDOW_MS)).serving;
        }
        figures.file.push(used.file);
        figures.more.push(used.ledger - used.file);
      }
      const seen = await crowd.ask<Seen>({ op: 'figures' });
      if (seen.open === SOCKETS && seen.messages / seen.sampled >= (seen.sent - sent) * WHOLE) return figures;
      console.error(`ledger: ${seen.open} sockets, ${seen.messages / seen.sampled} of ${seen.sent - sent}`);
      return { file: [Number.NaN], more: [Number.NaN], ledger: Number.NaN };
    } finally {
      await crowd.stop();
    }
  } finally {
    await serving.stop();
  }
}

/** ms of CPU a second of both processes over the next `ms`. */
async function window(serving: Child, ms: number): Promise<Used> {
  const before = await ask(serving, { op: 'cpu' });
  const began = performance.now();
  await pause(ms);
  const after = await ask(serving, { op: 'cpu' });
  const perSecond = 1_000 / ((performance.now() - began) / 1_000);
  return {
    serving: (after.serving - before.serving) * perSecond,
    ledger: (after.ledger - before.ledger) * perSecond,
  };
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = (sorted.length - 1) / 2;
  return ((sorted[Math.floor(middle)] as number) + (sorted[Math.ceil(middle)] as number)) / 2;
}
