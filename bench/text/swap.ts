import { buildInBackground } from '@weir/text';
import { csvOf, FEW, MANY, messages, terms } from './load.ts';

/** Longest time that a message waited, in ms: while lexicons were swapped, and while none was. */
export type Waits = { swapping: number; idle: number };

const PER_SECOND = 5_000;
const TURN_MS = 1;

/**
 * A process through which 5,000 messages a second pass while lexicons of 100,000 terms are built and swapped in. A
 * message waits from when it is due until it is judged. `{seconds}` asks for a run.
 */
const few = terms(FEW);
const many = csvOf(terms(MANY));
const texts = messages(PER_SECOND, few);
let engine = await buildInBackground(csvOf(few));

async function pass(done: () => boolean): Promise<number> {
  let longest = 0;
  let sent = 0;
  const began = performance.now();
  while (!done()) {
    const due = Math.floor(((performance.now() - began) * PER_SECOND) / 1_000);
    for (; sent < due; sent++) {
      engine.check(texts[sent % texts.length] as string);
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

process.on('message', async ({ seconds }: { seconds: number }) => {
  await pass(lasts(1));
  const idle = await pass(lasts(seconds));
  let over = false;
  const swaps = (async () => {
    const enough = lasts(seconds);
    for (let k = 0; k === 0 || !enough(); k++) engine = await buildInBackground(many);
    over = true;
  })();
  const swapping = await pass(() => over);
  await swaps;
  process.send?.({ swapping, idle } satisfies Waits);
});
process.send?.({});
process.on('disconnect', () => process.exit());
