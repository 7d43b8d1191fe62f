import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { silentLog } from '@weir/kit';
import { Mill } from '@weir/server/lexicon/mill.ts';
import { TextScreen } from '@weir/server/screen.ts';
import { buildInBackground, type Compiled, release } from '@weir/text';
import { sized } from '../size.ts';
import { csvOf, FEW, MANY, messages, terms } from './load.ts';
import { KINDS, type Rounds, type Way } from './swaps.ts';

const PER_SECOND = 5_000;
const TURN_MS = 1;
/** A round without a build takes as long as one with. */
const IDLE_MS = sized(400, 1);
/** What a swap brings with it may come somewhat later: a collection, caches that are cold. */
const AFTER_MS = 150;

/**
 * A process through which 5,000 messages a second pass while lexicons of 100,000 terms are built beside it. A message
 * waits from when it is due until it is judged. Rounds take turns: the difference between them is what the swap does,
 * and what the build does in another process. Asked for a way and a number of rounds.
 */
const few = terms(FEW);
const many = [csvOf(terms(MANY)), csvOf(terms(MANY).slice(1))];
const texts = messages(PER_SECOND, few);
const dir = await mkdtemp(join(tmpdir(), 'weir-bench-swap-'));
const mill = new Mill(dir);
const hashes = await Promise.all(many.map(async (csv) => (await mill.take(csv)).hash));
// A service has its first lexicon before messages pass: what is built from then on goes behind.
release(await mill.build(hashes[0] as string));

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

function byScreen(): Side {
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

async function measure({ judge, build, use }: Side, count: number): Promise<Rounds> {
  const until = performance.now() + 1_000;
  const msEach = await pass(judge, 0, () => performance.now() > until);
  let over = false;
  const passing = pass(judge, msEach, () => over);
  const rounds: Rounds = { swapped: [], thrownAway: [], idle: [] };
  for (let k = 0; k < count; k++)
    for (const kind of KINDS) {
      await setTimeout(AFTER_MS);
      wait = cpu = 0;
      const compiled = kind === 'idle' ? await setTimeout(IDLE_MS, undefined) : await build(k & 1);
      const left = kind === 'swapped' && compiled ? use(compiled) : compiled;
      if (left) release(left);
      await setTimeout(AFTER_MS);
      rounds[kind].push({ wait, cpu });
    }
  over = true;
  await passing;
  return rounds;
}

const sides = { engine: await byEngine(), service: byScreen() };

process.on('message', async ({ way, count }: { way: Way | 'end'; count: number }) => {
  if (way !== 'end') return process.send?.(await measure(sides[way], count));
  await mill.close();
  await rm(dir, { recursive: true, force: true });
  return process.send?.({});
});
process.send?.({});
process.on('disconnect', () => process.exit());
