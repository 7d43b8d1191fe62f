import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { realClock, silentLog } from '@weir/kit';
import { Mill } from '@weir/server/lexicon/mill.ts';
import { TextScreen } from '@weir/server/screen.ts';
import { buildInBackground } from '@weir/text';
import { csvOf, FEW, MANY, messages, terms } from './load.ts';

/**
 * Longest time that a message waited, in ms: while lexicons were swapped, while an edge followed new versions, and while
 * neither was.
 */
export type Waits = { swapping: number; following: number; idle: number };

const PER_SECOND = 5_000;
const TURN_MS = 1;

/**
 * A process through which 5,000 messages a second pass while lexicons of 100,000 terms are built and swapped in. A
 * message waits from when it is due until it is judged. `{seconds}` asks for its only run.
 */
const few = terms(FEW);
const many = csvOf(terms(MANY));
const texts = messages(PER_SECOND, few);
let engine = await buildInBackground(csvOf(few));
const screen = TextScreen.shipped(silentLog);
const dir = await mkdtemp(join(tmpdir(), 'weir-bench-swap-'));
const mill = new Mill(dir, realClock);
const versions = await Promise.all([mill.take(many), mill.take(csvOf(terms(MANY).slice(1)))]);

async function pass(judge: (text: string) => unknown, done: () => boolean): Promise<number> {
  let longest = 0;
  let sent = 0;
  const began = performance.now();
  while (!done()) {
    const due = Math.floor(((performance.now() - began) * PER_SECOND) / 1_000);
    for (; sent < due; sent++) {
      judge(texts[sent % texts.length] as string);
      const wait = performance.now() - began - (sent * 1_000) / PER_SECOND;
      if (wait > longest) longest = wait;
    }
    await new Promise((turn) => setTimeout(turn, TURN_MS));
  }
  return longest;
}

const lasts = (seconds: number): (() => boolean) => {
  const until = performance.now() + seconds * 1_000;
  return () => performance.now() > until;
};

const byEngine = (text: string): unknown => engine.check(text);
const byScreen = (text: string): unknown => screen.judge(text);

/** The longest wait while something is swapped in over and over. */
async function during(
  judge: (text: string) => unknown,
  seconds: number,
  swap: (k: number) => Promise<unknown>,
): Promise<number> {
  let over = false;
  const swaps = (async () => {
    const enough = lasts(seconds);
    for (let k = 0; k === 0 || !enough(); k++) await swap(k);
    over = true;
  })();
  const longest = await pass(judge, () => over);
  await swaps;
  return longest;
}

process.on('message', async ({ seconds }: { seconds: number }) => {
  await pass(byEngine, lasts(1));
  const idle = await pass(byEngine, lasts(seconds));
  const swapping = await during(byEngine, seconds, async () => {
    engine = await buildInBackground(many);
  });
  await pass(byScreen, lasts(1));
  const following = await during(byScreen, seconds, async (k) => {
    screen.use(await mill.build(versions[k % 2]?.hash as string), k);
  });
  await mill.close();
  await rm(dir, { recursive: true, force: true });
  process.send?.({ swapping, following, idle } satisfies Waits);
});
process.send?.({});
process.on('disconnect', () => process.exit());
