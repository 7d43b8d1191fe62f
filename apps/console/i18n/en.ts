import { desk } from './en/desk.ts';
import { evidence } from './en/evidence.ts';
import { holds } from './en/holds.ts';
import { items } from './en/items.ts';
import { lexicon } from './en/lexicon.ts';
import { now } from './en/now.ts';
import { shell } from './en/shell.ts';

/** The console's own texts, in English. */
export const en = {
  console: { ...shell, ...items, ...lexicon, ...now, ...holds, ...evidence, ...desk },
} as const;
