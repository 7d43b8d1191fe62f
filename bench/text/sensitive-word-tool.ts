import SensitiveWordTool from 'sensitive-word-tool';
import type { MakeSide } from './side.ts';

/** Its noise is a character that no text has, not its long default list: it then searches for the same as the others. */
export const make: MakeSide = (terms) => {
  const tool = new SensitiveWordTool({ wordList: [...terms], noiseWords: '\u0000' });
  return { find: (text) => tool.match(text), finds: 'all' };
};
