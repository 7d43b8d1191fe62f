import { parentPort } from 'node:worker_threads';
import { parseLexicon } from '../lexicon/parse.ts';
import { type Lexicon, LexiconError, type Term } from '../lexicon/term.ts';
import type { StageMask } from '../stage.ts';
import type { Answer, Order } from './background.ts';
import { buffersIn, compile } from './compile.ts';

/** The thread of `Builder`: takes a lexicon, answers once with the compiled one, handing its arrays over. */
const port = parentPort;
const terms: Term[] = [];

function answer(lexicon: () => Lexicon, mask: StageMask): void {
  try {
    const compiled = compile(lexicon(), mask);
    port?.postMessage({ compiled } satisfies Answer, buffersIn(compiled));
  } catch (why) {
    if (!(why instanceof LexiconError)) throw why;
    port?.postMessage({ at: why.at, what: why.what } satisfies Answer);
  }
}

port?.on('message', (order: Order) => {
  switch (order.op) {
    case 'text':
      return answer(() => parseLexicon(order.text), order.mask);
    case 'terms':
      return void terms.push(...order.terms);
    case 'compile':
      return answer(() => ({ version: order.version, terms }), order.mask);
  }
});
