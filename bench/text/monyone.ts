import { AhoCorasick } from '@monyone/aho-corasick/fast';
import type { MakeSide } from './side.ts';

/** Its double array, which the README calls the faster search. */
export const make: MakeSide = (terms) => {
  const automaton = new AhoCorasick([...terms]);
  return { find: (text) => automaton.matchInText(text).map(({ keyword }) => keyword), finds: 'all' };
};
