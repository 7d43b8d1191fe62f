import { BIT, type Stage, type StageMask } from '../stage.ts';
import { type Fold, foldOf, type Reading, SKIP_FILLER, SKIP_INVISIBLE } from './fold.ts';
import { View } from './view.ts';

/** What a text has become after a stage. */
export type StageView = { stage: Stage; view: string };

/** Stages that change characters, in the order in which a character goes through them. */
const CHANGING: readonly Stage[] = ['nfkc', 'width', 'case', 'invisible', 'traditional', 'confusable'];
/** Other readings of the same text, each beside the plain one. */
const READINGS: readonly (readonly [Stage, Reading])[] = [
  ['numeral', 'number'],
  ['leet', 'leet'],
];

/**
 * What each stage makes of a text, one after another, where it changes something: for people who want to see why a text
 * was found. Of stages that guess there is no view; hits name them.
 * @example stageViews('买藍 鲸', ALL_STAGES) // [{stage: 'traditional', view: '买蓝 鲸'}, {stage: 'filler', view: '买蓝鲸'}]
 */
export function stageViews(text: string, mask: StageMask): StageView[] {
  const fold = foldOf(mask);
  const chars = [...text.toWellFormed()];
  const views: StageView[] = [];
  let before = text.toWellFormed();
  const add = (stage: Stage, view: string): void => {
    if (view !== before) views.push({ stage, view });
    before = view;
  };
  let done = 0;
  for (const stage of CHANGING) {
    if ((mask & BIT[stage]) === 0) continue;
    done |= BIT[stage];
    add(stage, chars.map((char) => formAfter(fold, char, done)).join(''));
  }
  if (mask & BIT.filler) {
    done |= BIT.filler;
    add('filler', chars.map((char) => formAfter(fold, char, done)).join(''));
  }
  if (mask & BIT.repeat) add('repeat', read(new View(fold, true), text));
  const plain = before;
  for (const [stage, reading] of READINGS) {
    if ((mask & BIT[stage]) === 0) continue;
    const view = read(new View(foldOf(mask, reading), (mask & BIT.repeat) !== 0), text);
    if (view !== plain) views.push({ stage, view });
  }
  return views;
}

/** A character after the stages of `done`; empty where one of them takes it away. */
function formAfter(fold: Fold, char: string, done: StageMask): string {
  const skip = fold.point(char.codePointAt(0) as number).charCodeAt(0);
  if (skip === SKIP_INVISIBLE && done & BIT.invisible) return '';
  if (skip === SKIP_FILLER && done & BIT.filler) return '';
  let form = char;
  for (const step of fold.steps(char)) {
    if ((step.bit & ~done) !== 0) break;
    form = step.form;
  }
  return form;
}

function read(view: View, text: string): string {
  const { symbol, length } = view.read(text);
  return String.fromCharCode(...symbol.subarray(0, length));
}
