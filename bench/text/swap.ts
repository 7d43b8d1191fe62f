import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { silentLog } from '@weir/kit';
import { Mill } from '@weir/server/lexicon/mill.ts';
import { TextScreen } from '@weir/server/screen.ts';
import { buildInBackground, type Compiled, release } from '@weir/text';
import { quantile } from '../row.ts';
import { sized } from '../size.ts';
import { csvOf, FEW, MANY, messages, terms } from './load.ts';

/** Through an engine alone, or as an edge follows a new version. */
export type Way = 'engine' | 'service';

/**
 * Of rounds of one kind, ms: the longest wait of a message in any round, the median of the rounds' longest, and the most
 * CPU time that the thread spent in one turn beyond what its messages take.
 */
export type Waits = { longest: number; usual: number; cpu: number };

/** Rounds in which a lexicon was built and put in force, and such in which it was built and thrown away. */
export type Swaps = { swapped: Waits; thrownAway: Waits };

const ROUNDS = sized(20, 1);
const PER_SECOND = 5_000;
const TURN_MS = 1;
/** What a swap brings with it may come somewhat later: a collection, caches that are cold. */
const AFTER_MS = 150;

/**
 * A process through which 5,000 messages a second pass while lexicons of 100,000 terms are built beside it. A message
 * waits from when it is due until it is judged. Every other lexicon is put in force, the rest are thrown away: the
 * difference is the swap's.
 */
const few = terms(FEW);
const many = [csvOf(terms(MANY)), csvOf(terms(MANY).slice(1))];
const texts = messages(PER_SECOND, few);
const dir = await mkdtemp(join(tmpdir(), 'weir-bench-swap-'));
const mill = new Mill(dir);
const hashes = await Promise.all(many.map(async (csv) => (await mill.take(csv)).hash));

/** Builds one of two lexicons, `k` says which; how it is put in force, and what is then in force no more. */
type Side = {
  judge(text: string): unknown;
  build(k: number): Promise<Compiled>;
  use(compiled: Compiled): Compiled | undefined;
};

async function byEngine(): Promise<Side> {
  let engine = await buildInBackground(csvOf(few));
  let next = engine;
  return {
    judge: (text) => engine.check(text),
    async build(k) {
      next = await buildInBackground(many[k] as string);
      return next.compiled;
    },
    use() {
      const { compiled } = engine;
      engine = next;
      return compiled;
    },
  };
}

async function byScreen(): Promise<Side> {
  const screen = TextScreen.shipped(silentLog);
  return {
    judge: (text) => screen.judge(text),
    build: (k) => mill.build(hashes[k] as string),
    use: (compiled) => screen.use(compiled, 0),
  };
}

const cpuMs = (): number => {
  const { user, system } = process.threadCpuUsage();
  return (user + system) / 1_000;
};

let wait = 0;
let cpu = 0;

/** Lets messages pass until it is told to stop; `msEach` is what judging one takes. Resolves with what it has taken. */
async function pass(judge: (text: string) => unknown, msEach: number, over: () => boolean): Promise<number> {
  let sent = 0;
  const began = performance.now();
  const cpuBegan = cpuMs();
  for (let before = cpuBegan; !over(); ) {
    const due = Math.floor(((performance.now() - began) * PER_SECOND) / 1_000);
    const first = sent;
    for (; sent < due; sent++) {
      judge(texts[sent % texts.length] as string);
      wait = Math.max(wait, performance.now() - began - (sent * 1_000) / PER_SECOND);
    }
    const now = cpuMs();
    cpu = Math.max(cpu, now - before - (sent - first) * msEach);
    before = now;
    await setTimeout(TURN_MS);
  }
  return (cpuMs() - cpuBegan) / sent;
}

async function measure({ judge, build, use }: Side): Promise<Swaps> {
  const until = performance.now() + 1_000;
  const msEach = await pass(judge, 0, () => performance.now() > until);
  let over = false;
  const passing = pass(judge, msEach, () => over);
  await setTimeout(AFTER_MS);
  const rounds = {
    swapped: [] as { wait: number; cpu: number }[],
    thrownAway: [] as { wait: number; cpu: number }[],
  };
  for (let k = 0; k < 2 * ROUNDS; k++) {
    wait = cpu = 0;
    const compiled = await build((k >> 1) & 1);
    const left = k & 1 ? compiled : use(compiled);
    if (left) release(left);
    await setTimeout(AFTER_MS);
    rounds[k & 1 ? 'thrownAway' : 'swapped'].push({ wait, cpu });
  }
  over = true;
  await passing;
  const waitsOf = (of: { wait: number; cpu: number }[]): Waits => ({
    longest: Math.max(...of.map((round) => round.wait)),
    usual: quantile(
      of.map((round) => round.wait),
      0.5,
    ),
    cpu: Math.max(...of.map((round) => round.cpu)),
  });
  return { swapped: waitsOf(rounds.swapped), thrownAway: waitsOf(rounds.thrownAway) };
}

process.on('message', async ({ way }: { way: Way | 'end' }) => {
  if (way === 'end') {
    await mill.close();
    await rm(dir, { recursive: true, force: true });
  }
  process.send?.(way === 'end' ? {} : await measure(await (way === 'engine' ? byEngine : byScreen)()));
});
process.send?.({});
process.on('disconnect', () => process.exit());
