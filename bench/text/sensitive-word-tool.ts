import { createRequire } from 'node:module';
import type { MakeSide } from './side.ts';

type Tool = { match(text: string): string[] };
// Its module entry is CommonJS by its package's type.
const { default: Tool } = createRequire(import.meta.url)('sensitive-word-tool') as {
  default: new (options: { wordList: string[]; noiseWords: string }) => Tool;
};

/** Its noise is a character that no text has, not its long default list: it then searches for the same as the others. */
export const make: MakeSide = (terms) => {
  const tool = new Tool({ wordList: [...terms], noiseWords: '\u0000' });
  return { find: (text) => tool.match(text), finds: 'all' };
};
