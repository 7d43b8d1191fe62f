import { compile } from '../engine/compile.ts';
import { Engine } from '../engine/engine.ts';
import type { Term } from '../lexicon/term.ts';
import type { StageMask } from '../stage.ts';

/** Invented names and neutral words: what the tests look for. */
export const INVENTED =
  '蓝鲸币 星河会所 银狐筹码 青云盘口 红桃牌局 鹿角粉 白鹭烟 雪松丸 橙海贷 竹影返利 云雀兼职 松塔直播间 夜莺套餐 铁马外挂 金蝉代练 竹蜻蜓 海棠社 龙井券'.split(
    ' ',
  );

export const term = (text: string, more: Partial<Term> = {}): Term => ({
  term: text,
  kind: 'deny',
  category: 'test',
  severity: 2,
  context: [],
  source: '',
  ...more,
});

export const engineOf = (terms: readonly (string | Term)[], mask?: StageMask): Engine =>
  new Engine(
    compile({ version: '1', terms: terms.map((one) => (typeof one === 'string' ? term(one) : one)) }, mask),
  );

/** A generator of numbers from 0 to below 1 with a seed: a linear congruence, as Numerical Recipes has it. */
export function seeded(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}

export const pick = <T>(random: () => number, list: readonly T[]): T =>
  list[Math.floor(random() * list.length)] as T;
