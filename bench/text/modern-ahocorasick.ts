import AhoCorasick from 'modern-ahocorasick/fast';
import type { MakeSide } from './side.ts';

/** Its double-array backend. It looks at grapheme clusters: a term that ends within one is none to it. */
export const make: MakeSide = (terms) => {
  const matcher = new AhoCorasick([...terms]);
  return { find: (text) => matcher.search(text).map(({ pattern }) => pattern), finds: 'some' };
};
