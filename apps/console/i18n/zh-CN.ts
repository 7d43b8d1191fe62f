import { desk } from './zh-CN/desk.ts';
import { evidence } from './zh-CN/evidence.ts';
import { holds } from './zh-CN/holds.ts';
import { items } from './zh-CN/items.ts';
import { lexicon } from './zh-CN/lexicon.ts';
import { now } from './zh-CN/now.ts';
import { shell } from './zh-CN/shell.ts';

/** The console's own texts, in Chinese. */
export const zhCN = {
  console: { ...shell, ...items, ...lexicon, ...now, ...holds, ...evidence, ...desk },
} as const;
