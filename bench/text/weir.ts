import { Matcher } from '@weir/text';
import type { MakeSide } from './side.ts';

/** The bare matcher, no stage. */
export const make: MakeSide = (terms) => {
  const matcher = new Matcher(terms);
  return { find: (text) => matcher.search(text).map(({ term }) => terms[term] as string), finds: 'all' };
};
