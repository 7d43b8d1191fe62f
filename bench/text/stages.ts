import { compile, Engine, parseLexicon } from '@weir/text';
import { csvOf } from './load.ts';
import type { MakeSide } from './side.ts';

/** The engine with all stages. It finds more than is there as it stands. */
export const make: MakeSide = (terms) => {
  const engine = new Engine(compile(parseLexicon(csvOf(terms))));
  return { find: (text) => engine.check(text).hits.map(({ term }) => term), finds: 'some' };
};
