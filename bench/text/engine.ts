import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { compile, Engine, parseLexicon } from '@weir/text';
import { sized } from '../size.ts';
import { hostile } from './hostile.ts';
import { csvOf, FEW, MANY, MOST, terms } from './load.ts';

/** What the child answers. */
export type Built = { seconds: number; bytes: number };
export type Worst = { ms: number; text: string };

/** Builds of which the quickest counts: what else the machine does only adds. */
const BUILDS = sized(3, 1);
/** Times each hostile message is read; the middle one counts. */
const READS = sized(31, 3);

/** A process that builds engines and reads hostile messages: `{op: 'build', terms}` or `{op: 'worst', lexicon}`. */
function build(count: number): Built {
  const lexicon = parseLexicon(csvOf(terms(count)));
  let seconds = Number.POSITIVE_INFINITY;
  let bytes = 0;
  for (let k = 0; k < BUILDS; k++) {
    const compiled = compile(lexicon);
    seconds = Math.min(seconds, compiled.buildMs / 1_000);
    bytes = compiled.bytes;
  }
  return { seconds, bytes };
}

function worst(which: 'sample' | 'many'): Worst {
  const path = createRequire(import.meta.url).resolve('@weir/text/sample.csv');
  const lexicon = parseLexicon(which === 'sample' ? readFileSync(path, 'utf8') : csvOf(terms(MANY)));
  const engine = new Engine(compile(lexicon));
  const texts = hostile(lexicon.terms.map(({ term }) => term));
  let found: Worst = { ms: 0, text: '' };
  for (const text of texts) engine.check(text);
  for (const text of texts) {
    const times: number[] = [];
    for (let k = 0; k < READS; k++) {
      const began = performance.now();
      engine.check(text);
      times.push(performance.now() - began);
    }
    times.sort((a, b) => a - b);
    const ms = times[times.length >> 1] as number;
    if (ms > found.ms) found = { ms, text };
  }
  return found;
}

process.on(
  'message',
  (order: { op: 'build'; terms: number } | { op: 'worst'; lexicon: 'sample' | 'many' }) => {
    process.send?.(order.op === 'build' ? build(order.terms) : worst(order.lexicon));
  },
);
process.send?.({ few: FEW, most: MOST });
process.on('disconnect', () => process.exit());
