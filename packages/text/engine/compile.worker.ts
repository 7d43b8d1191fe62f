import { parentPort } from 'node:worker_threads';
import { parseLexicon } from '../lexicon/parse.ts';
import { type Lexicon, LexiconError, type Term } from '../lexicon/term.ts';
import type { StageMask } from '../stage.ts';
import type { Answer, Order } from './background.ts';
import { compile } from './compile.ts';
import { give } from './handover.ts';

/** The thread of `Builder`: takes a lexicon, answers once with the compiled one, in memory of its own. */
const port = parentPort;
const terms: Term[] = [];

function answer(lexicon: () => Lexicon, mask: StageMask, counted: boolean): void {
  try {
    const [packed, transfer] = give(compile(lexicon(), mask), counted);
    port?.postMessage({ packed } satisfies Answer, transfer);
  } catch (why) {
    if (!(why instanceof LexiconError)) throw why;
    port?.postMessage({ at: why.at, what: why.what } satisfies Answer);
  }
}

port?.on('message', (order: Order) => {
  switch (order.op) {
    case 'text':
      return answer(() => parseLexicon(order.text), order.mask, order.counted);
    case 'terms':
      return void terms.push(...order.terms);
    case 'compile':
      return answer(() => ({ version: order.version, terms }), order.mask, order.counted);
  }
});
