import type { Term } from '../lexicon/term.ts';
import type { Fault, Order } from './background.ts';
import { goBehind } from './priority.ts';

// Before anything is loaded: that takes time as well.
goBehind();
const { parseLexicon } = await import('../lexicon/parse.ts');
const { LexiconError } = await import('../lexicon/term.ts');
const { compile } = await import('./compile.ts');
const { serve } = await import('./serve.ts');

/** The process of `Builder`: what it was given of a lexicon so far. */
let terms: Term[] = [];

serve(
  (order: Order) => {
    switch (order.op) {
      case 'text':
        return compile(parseLexicon(order.text), order.mask);
      case 'terms':
        if (order.first) terms = [];
        terms.push(...order.terms);
        return undefined;
      case 'compile': {
        const all = terms;
        terms = [];
        // Where the process ended in between, another one has seen only the rest.
        if (all.length !== order.count) throw new Error('Some terms did not arrive');
        return compile({ version: order.version, terms: all }, order.mask);
      }
    }
  },
  (why): Fault => {
    const { name, message } = why as Error;
    return why instanceof LexiconError ? { name, message: why.what, at: why.at } : { name, message };
  },
);
