import { Mint } from 'mint-filter';
import type { MakeSide } from './side.ts';

/** Without replacing, which its README calls the faster way. It leaves out words inside others. */
export const make: MakeSide = (terms) => {
  const mint = new Mint([...terms]);
  return { find: (text) => mint.filter(text, { replace: false }).words, finds: 'some' };
};
