import { isBoundLeft, isBoundRight } from '../guess/nature.ts';
import { type Fold, SKIP_INVISIBLE } from '../normalise/fold.ts';
import type { View } from '../normalise/view.ts';
import { BIT, type StageMask } from '../stage.ts';

/** Marks behind one character that are looked at. */
const MAX_MARKS = 64;

/** End of a hit with what cannot be seen behind it, where the like stands within it: all of the disguise. */
export function marksAfter(text: string, end: number, mask: StageMask, fold: Fold): number {
  if ((mask & BIT.invisible) === 0) return end;
  let at = end;
  for (let k = 0; k < MAX_MARKS && at < text.length; k++) {
    const code = text.codePointAt(at) as number;
    if (fold.point(code).charCodeAt(0) !== SKIP_INVISIBLE) break;
    at += code > 0xffff ? 2 : 1;
  }
  return at;
}

const BOPOMOFO = /\p{Script=Bopomofo}/u;
const TONE = /[ˊˇˋ˙]/;

/** End of a guess with the tone behind it where that is written as Bopomofo is. */
export const toneAfter = (text: string, end: number): number =>
  TONE.test(text.charAt(end)) && BOPOMOFO.test(text.charAt(end - 1)) ? end + 1 : end;

const LETTER = /[\p{Script=Latin}\p{Script=Greek}\p{Script=Cyrillic}\p{Nd}]/u;

/** Whether a hit that begins or ends with a letter or digit is not a piece of a longer word. */
export function isApart(text: string, start: number, end: number): boolean {
  const inside = (at: number): boolean =>
    at > 0 && at < text.length && LETTER.test(text.charAt(at - 1)) && LETTER.test(text.charAt(at));
  return !inside(start) && !inside(end);
}

/** What ends a clause, or parts words: where people put it without a thought. */
const SOFT_GAP = /^[\s，。、！？；：,.!?;:…~～“”"'（）()《》\-—]{1,3}$/;

/**
 * Whether punctuation between two clauses happens to stand inside a hit: the only gap in it, and what is cut off on
 * either side makes a word with what lies beyond the hit.
 */
export function isTornApart(view: View, first: number, last: number): boolean {
  const [low, high] = first <= last ? [first, last] : [last, first];
  let torn = -1;
  for (let u = low; u < high; u++) {
    if (view.end[u] === view.start[u + 1]) continue;
    if (torn >= 0) return false;
    torn = u;
  }
  if (torn < 0 || !SOFT_GAP.test(view.text.slice(view.end[torn], view.start[torn + 1]))) return false;
  return (torn === low && isBoundLeft(view, low)) || (torn + 1 === high && isBoundRight(view, high));
}
