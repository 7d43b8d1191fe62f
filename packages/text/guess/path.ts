import { digitOf } from '../normalise/fold.ts';
import type { View } from '../normalise/view.ts';
import { BIT, type StageMask } from '../stage.ts';
import { isBoundLeft, isBoundRight } from './nature.ts';
import { isUnused, lookAlike, mayStandFor, soundAlike, soundsNear } from './sound.ts';
import { isFunctional } from './surroundings.ts';

/** How one step of a way through the text reads it. */
export type Step = {
  kind: 'unit' | 'split' | 'pinyin' | 'initial';
  /** Symbols `unit` to before `unitEnd` of the text. */
  unit: number;
  unitEnd: number;
  /** What a split makes up; of pinyin 1 where the sound is only near what is written. */
  whole: number;
};

/** How many characters of a term a way leaves as they are, and how many it changes in which way. */
type Count = {
  /** As they are, those that any sentence may hold left out. */
  exact: number;
  common: number;
  alike: number;
  heard: number;
  /** Of these two, such as only might stand for what is meant, and of those such as nobody uses. */
  vague: number;
  unused: number;
  split: number;
  pinyin: number;
  /** Of these, such as are only near the sound: lan for 南. */
  near: number;
  initial: number;
  /** Changed ones that make no word with their neighbours, and changed ones that any sentence may hold. */
  loose: number;
  plain: number;
  /** Of the loose ones, those that make a word with a character that the term has there itself. */
  leaning: number;
};

/** Terms of so few characters need more to speak for them. */
const SHORT = 2;
const MIDDLE = 3;
/** Symbols of a text that is short enough to be nothing but the disguise. */
const BRIEF = 9;
/** Symbols of a text that is nothing but a short term and a word before or behind it. */
export const BARE = 5;

/**
 * Stages a way through the text needs to be the term, or -1 where it is not the term or too little speaks for it.
 * The shorter a term, the more of it must stand as it is, and the less may what was changed make words by itself:
 * two characters by sound are in every other sentence. `crowd` is the lexicon's, see `isCrowded`.
 */
export function judge(
  view: View,
  steps: readonly Step[],
  count: number,
  term: View,
  crowd: Uint32Array,
): StageMask {
  const seen: Count = {
    exact: 0,
    common: 0,
    alike: 0,
    heard: 0,
    vague: 0,
    unused: 0,
    split: 0,
    pinyin: 0,
    near: 0,
    initial: 0,
    loose: 0,
    plain: 0,
    leaning: 0,
  };
  let mask = 0;
  for (let k = 0; k < count; k++) {
    const step = steps[k] as Step;
    if (step.kind === 'unit' && (view.run[step.unit] as number) < (term.run[k] as number)) return -1;
    const needs = stagesOf(view, step, term.symbol[k] as number, seen);
    if (needs < 0) return -1;
    if (needs & (BIT.homophone | BIT.lookalike)) weigh(view, steps, k, count, term, seen);
    mask |= needs;
  }
  if (mask === 0 || !enough(view, steps, count, seen, isCrowded(crowd, count), isFew(crowd, count)))
    return -1;
  return mask;
}

function stagesOf(view: View, step: Step, wanted: number, seen: Count): StageMask {
  switch (step.kind) {
    case 'pinyin':
      seen.pinyin++;
      seen.near += step.whole;
      return BIT.pinyin;
    case 'initial':
      seen.initial++;
      return BIT.initial;
    case 'split':
      if (step.whole !== wanted) return -1;
      seen.split++;
      return BIT.split;
    case 'unit':
      return unitStages(view, step.unit, wanted, seen);
  }
}

function unitStages(view: View, unit: number, wanted: number, seen: Count): StageMask {
  const symbol = view.symbol[unit] as number;
  if (symbol === wanted) {
    if (isFunctional(symbol)) seen.common++;
    else seen.exact++;
    return 0;
  }
  const char = view.text.charAt(view.start[unit] as number);
  if (char >= '0' && char <= '9') {
    if (digitOf(String.fromCharCode(wanted)) === char) {
      seen.exact++;
      return BIT.numeral;
    }
    seen.heard++;
    return BIT.homophone;
  }
  if (lookAlike(symbol, wanted)) {
    seen.alike++;
    return BIT.lookalike;
  }
  if (soundAlike(symbol, wanted)) {
    seen.heard++;
    return BIT.homophone;
  }
  if (!mayStandFor(symbol, wanted)) return -1;
  seen.vague++;
  if (isUnused(symbol)) seen.unused++;
  if (soundsNear(symbol, wanted)) {
    seen.heard++;
    return BIT.homophone;
  }
  seen.alike++;
  return BIT.lookalike;
}

/** Notes of a changed character whether it belongs where it stands. */
function weigh(view: View, steps: readonly Step[], k: number, count: number, term: View, seen: Count): void {
  const { unit } = steps[k] as Step;
  if (isFunctional(view.symbol[unit] as number)) {
    seen.plain++;
    return;
  }
  if (isDigit(view, unit)) return;
  // That it makes a word with a character that the term has there itself, as 威信 does for 微信, says nothing.
  const kept = (at: number): boolean => {
    const step = steps[at];
    return (
      count > SHORT &&
      at >= 0 &&
      at < count &&
      step?.kind === 'unit' &&
      view.symbol[step.unit] === (term.symbol[at] as number)
    );
  };
  const left = isBoundLeft(view, unit);
  const right = isBoundRight(view, unit);
  if ((left && !kept(k - 1)) || (right && !kept(k + 1))) return;
  seen.loose++;
  if (left || right) seen.leaning++;
}

const isDigit = (view: View, unit: number): boolean => {
  const code = view.text.charCodeAt(view.start[unit] as number);
  return code >= 48 && code <= 57;
};

function enough(
  view: View,
  steps: readonly Step[],
  count: number,
  seen: Count,
  crowded: boolean,
  few: boolean,
): boolean {
  const { alike, heard, split, pinyin, initial, loose } = seen;
  const changed = alike + heard;
  const exact = seen.exact + seen.common;
  if (seen.vague > 0 && !isClear(seen, count, exact, crowded, few)) return false;
  if (seen.near > 0 && (count <= SHORT || changed > 0 || seen.near > 1)) return false;
  if (initial > 0) {
    if (count <= SHORT || changed > 0 || (crowded && !isTight(view, steps, count))) return false;
    if (initial < count && steps[0]?.kind === 'initial' && seen.exact < 2) return false;
    return exact + split + pinyin >= 1 || (initial === count && !crowded && isOpen(view, count));
  }
  if (count <= SHORT) {
    if (split > 0) return changed === 0 && (exact === 0 || !isPlainWord(view, steps, count));
    if (pinyin > 0 && crowded && view.length > 2 * BARE) return false;
    if (pinyin > 0) return changed === 0 || (pinyin === 1 && loose === 1);
    if (!isTight(view, steps, count) || (crowded && (changed === 2 || view.length > BARE))) return false;
    return loose === changed && (changed === 2 || !isTaken(view, steps, count));
  }
  const strong = seen.exact + split + pinyin;
  if (count === MIDDLE) return enoughOfThree(seen, changed, crowded);
  if (strong + seen.common >= MIDDLE) return true;
  if (strong >= 2) return loose >= 1 || changed === 0 || count > MIDDLE + 1;
  if (strong === 1) return loose >= 1;
  return loose >= count - 2 && alike <= count / 2;
}

/**
 * Whether enough is as it should be where characters only might stand for what is meant: all but one, or all but two of
 * a longer term that is one of few.
 */
function isClear(seen: Count, count: number, exact: number, crowded: boolean, few: boolean): boolean {
  const { vague, unused, alike, heard, loose, leaning, plain, common } = seen;
  if (plain > 0 || loose - leaning < vague - unused || loose - (crowded ? leaning : 0) < vague) return false;
  if (vague === unused && count > MIDDLE && exact - common >= 2) return true;
  const most = few && count > MIDDLE && exact - common >= 2 ? 2 : 1;
  if (alike + heard > most || exact < count - most) return false;
  return count > MIDDLE || (few && common < 2) || (unused === 1 && common === 0);
}

/** Of three, one may be changed where it makes no word; two only where they lean on nothing that was kept either. */
function enoughOfThree(
  { loose, leaning, plain, exact, common }: Count,
  changed: number,
  crowded: boolean,
): boolean {
  if (changed === 0) return true;
  if (changed === 1) return loose > (crowded ? leaning : 0) || (plain === 1 && exact === 2 && !crowded);
  return plain === 0 && common === 0 && loose - leaning >= changed;
}

/**
 * From how many terms of a length on each of them needs more to speak for it: every term adds its own chance that an
 * innocent text sounds or looks like it. Terms of four and more share one entry.
 */
const CROWD = [0, 0, 150, 1_000, 4_000];

/** Where a term of `length` symbols is counted in a crowd. */
export const crowdOf = (length: number): number => Math.min(length, CROWD.length - 1);

export const emptyCrowd = (): Uint32Array => new Uint32Array(CROWD.length);

/** Whether a lexicon has so many terms of a length that more must speak for one. */
export function isCrowded(crowd: Uint32Array, length: number): boolean {
  const at = crowdOf(length);
  return (crowd[at] as number) > (CROWD[at] as number);
}

/** Up to how many terms of a length less may speak for each; none of two are ever so few. */
const FEW = [0, 0, 0, 400, 200];

/** Whether a lexicon has so few terms of a length that less may speak for one. */
export function isFew(crowd: Uint32Array, length: number): boolean {
  const at = crowdOf(length);
  return at > SHORT && (crowd[at] as number) <= (FEW[at] as number);
}

/** Whether a character at either end of a hit belongs to the word beside it. */
function isTaken(view: View, steps: readonly Step[], count: number): boolean {
  return (
    isBoundLeft(view, (steps[0] as Step).unit) || isBoundRight(view, (steps[count - 1] as Step).unitEnd - 1)
  );
}

/** Whether a word of initials is long enough, or most of what is said. */
const isOpen = (view: View, count: number): boolean => count > MIDDLE || view.length <= BRIEF;

function isTight(view: View, steps: readonly Step[], count: number): boolean {
  for (let k = 1; k < count; k++) {
    const { unit } = steps[k] as Step;
    if (view.end[unit - 1] !== view.start[unit]) return false;
  }
  return true;
}

/** Whether a short split is two characters that make a word: 女子 is seldom 好. */
function isPlainWord(view: View, steps: readonly Step[], count: number): boolean {
  for (let k = 0; k < count; k++) {
    const { kind, unit, unitEnd } = steps[k] as Step;
    if (
      kind === 'split' &&
      (isBoundRight(view, unit) || (unitEnd - unit > 2 && isBoundLeft(view, unitEnd - 1)))
    )
      return true;
  }
  return false;
}
